import path from 'node:path'
import { shellWords } from '../../target/shell-words.ts'
import { nativeFunctions, nativeSource } from './native-functions.ts'
import { mostFunctions, type OracleFunction } from './oracle-function.ts'
import { pythonFunctions } from './python-functions.ts'
import { isScript } from './resolve-import.ts'
import { scriptFunctions } from './script-functions.ts'
import type { RecognisedSurvey, RepositoryFiles } from './survey.ts'

export type { OracleFunction } from './oracle-function.ts'

/** Of C and C++ more are named than are wanted: whether the types of one can be made is only known where it is tried. */
const mostNative = 6

const isCaller = (file: string): boolean => isScript(file) || file.endsWith('.py') || nativeSource.test(file)
const isTestFile = (file: string): boolean => /(?:^|[/_.-])(?:unit)?tests?(?:[/_.-]|$)/i.test(file) && isCaller(file)

/**
 * The functions that the benchmark calls, or where there is none the tests: found by what those files import or include. Hot ones, since a benchmark is
 * about what is hot. JavaScript, TypeScript, Python, C and C++; a function that is not seen this way can be named to `ratchet-oracle infer` by hand.
 * What has a refusal is not to be tried.
 */
export async function findOracleFunctions(survey: RecognisedSurvey, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const named = survey.benchmark === null ? [] : [...(survey.benchmark.sources ?? []), ...filesNamedBy(survey.benchmark.run, files.paths)].slice(0, mostFunctions)
  const callers = survey.benchmark === null || (named.length === 0 && survey.benchmark.sources !== undefined) ? testFiles(survey, files.paths) : named
  const found: OracleFunction[] = []
  for (const caller of callers) {
    const text = (await files.read(caller)) ?? ''
    for (const use of await functionsOf(caller, text, files)) if (!found.some((other) => other.module === use.module && other.function === use.function)) found.push(use)
  }
  const most = callers.some((caller) => nativeSource.test(caller)) ? mostNative : mostFunctions
  const isRefused = ({ refusal }: OracleFunction): boolean => refusal !== undefined
  return [...found.filter((each) => !isRefused(each)).slice(0, most), ...found.filter(isRefused).slice(0, mostFunctions)]
}

/** Those of the project's own language first: a package of scripts may hold tests in C++, and a library in C++ scripts that drive its tests. */
function testFiles(survey: RecognisedSurvey, paths: readonly string[]): readonly string[] {
  const isNative = [survey.build, ...survey.tests].some((command) => /^(?:cmake|make|ctest)\b/.test(command?.run ?? ''))
  const tests = paths.filter(isTestFile)
  const [own, others] = [tests.filter((file) => nativeSource.test(file) === isNative), tests.filter((file) => nativeSource.test(file) !== isNative)]
  return [...own, ...others].slice(0, mostFunctions)
}

async function functionsOf(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  if (nativeSource.test(caller)) return nativeFunctions(caller, text, files)
  return isScript(caller) ? scriptFunctions(caller, text, files) : pythonFunctions(caller, text, files)
}

function filesNamedBy(command: string, paths: readonly string[]): readonly string[] {
  const known = new Set(paths)
  return shellWords(command).flat().map((word) => path.posix.normalize(word)).filter((word) => known.has(word) && (isScript(word) || word.endsWith('.py'))).slice(0, 1)
}
