import path from 'node:path'
import { nativeSource } from './native-functions.ts'
import { parseCmake, type CmakeCommand } from './parse-cmake.ts'
import { parseMakefile } from './parse-makefile.ts'
import { isPlainPath } from './shell-word.ts'
import type { RepositoryFiles, SurveyedBenchmark } from './survey.ts'

export interface NativeBenchmark {
  readonly benchmark: SurveyedBenchmark | null
  /** Targets that have to be built for it. */
  readonly needs: readonly string[]
  readonly notes: readonly string[]
}

const none: NativeBenchmark = { benchmark: null, needs: [], notes: [] }
const benchmarkName = /(?:^|[/_.-])(?:bench(?:mark)?s?|perf)(?:[/_.-]|$)/i
/** Libraries that run for a fixed time instead of a fixed amount of work. */
const timedLibraries = /^[ \t]*#[ \t]*include[ \t]*["<](?:benchmark\/benchmark\.h|(?:\w+\/)*nanobench\.h|catch2\/benchmark\/|celero\/|hayai|(?:\w+\/)*picobench|(?:\w+\/)*ubench\.h|nonius)|\bBENCHMARK_MAIN\s*\(|\bANKERL_NANOBENCH_IMPLEMENT\b/m
/** Conditions that hold where the repository is built by itself. */
const ownBuild = /^\s*(?:PROJECT_IS_TOP_LEVEL|\w+_(?:MASTER|MAIN|TOPLEVEL)_PROJECT|(?:\$\{)?(?:CMAKE_(?:CURRENT_)?SOURCE_DIR|PROJECT_SOURCE_DIR|CMAKE_PROJECT_NAME|PROJECT_NAME)\}?\s+STREQUAL\b.*|NOT\s+(?:MSVC|WIN32|CMAKE_BUILD_TYPE))\s*$/i

/** An executable of a CMake project that is named or placed like a benchmark and certainly built. */
export async function cmakeBenchmark(files: RepositoryFiles, lists: readonly { readonly path: string; readonly text: string }[], buildFolder: string): Promise<NativeBenchmark> {
  const commands = lists.map((list) => ({ folder: path.posix.dirname(list.path), commands: parseCmake(list.text) }))
  const everything = commands.flatMap((list) => list.commands)
  const on = new Set(everything.flatMap(({ name, words }) => (name === 'option' && words.at(-1)?.toUpperCase() === 'ON' ? [words[0] ?? ''] : [])))
  const isSure = (command: CmakeCommand): boolean => command.conditions.every((condition) => ownBuild.test(condition) || on.has(condition.trim()))
  const notes: string[] = []
  for (const { folder, commands: own } of commands) {
    for (const command of own) {
      if (command.name !== 'add_executable') continue
      const [target = '', ...words] = command.words
      const sources = words.map((word) => path.posix.join(folder, word.replace(/^\$\{(?:CMAKE_CURRENT_SOURCE_DIR|CMAKE_CURRENT_LIST_DIR)\}\//, ''))).filter((file) => files.paths.includes(file) && nativeSource.test(file))
      if (sources.length === 0 || !(benchmarkName.test(target) || sources.some((file) => benchmarkName.test(file)))) continue
      const obstacle = words.includes('EXCLUDE_FROM_ALL') || !isSure(command) ? 'it is built only where its CMake condition holds' : await obstacleOf(files, sources)
      const run = `${buildFolder}/${folder === '.' ? '' : `${folder}/`}${target}`
      if (obstacle !== null) notes.push(`the benchmark ${sources[0]} was left out: ${obstacle}`)
      else if (!isReached(folder, commands, isSure) || !isPlainPath(run) || everything.some(setsOutput)) notes.push(`the benchmark ${sources[0]} was left out: it is not certain where CMake puts it; write its path as a metric`)
      else return { benchmark: { run, reason: `CMake builds ${target} of ${sources[0]}, which looks like a benchmark`, sources: ownSources(sources) }, needs: [], notes: notes.slice(0, 3) }
    }
  }
  return { ...none, notes: notes.slice(0, 3) }
}

const setsOutput = ({ name, words }: CmakeCommand): boolean =>
  ['set', 'set_target_properties', 'set_property'].includes(name) && words.some((word) => /^(?:CMAKE_)?RUNTIME_OUTPUT_(?:DIRECTORY|NAME)|^EXECUTABLE_OUTPUT_PATH$|^OUTPUT_NAME$/.test(word))

/** Every folder on the way is added by the one above it, so that its targets lie where its name says. */
function isReached(folder: string, lists: readonly { readonly folder: string; readonly commands: readonly CmakeCommand[] }[], isSure: (command: CmakeCommand) => boolean): boolean {
  if (folder === '.') return true
  return lists.some(
    (list) =>
      list.folder !== folder && isReached(list.folder, lists.filter((other) => other !== list && other.folder !== folder), isSure) &&
      list.commands.some((command) => command.name === 'add_subdirectory' && command.words.length === 1 && path.posix.join(list.folder, command.words[0] ?? '') === folder && isSure(command)),
  )
}

/** The `bench` target of a Makefile: what it runs, without make, whose own processor time and builds would count too. */
export async function makeBenchmark(files: RepositoryFiles, text: string): Promise<NativeBenchmark> {
  const rules = parseMakefile(text)
  const rule = ['bench', 'benchmark', 'perf'].map((name) => rules.get(name)).find((found) => found !== undefined)
  if (rule === undefined) return none
  const [line = '', ...more] = rule.recipe
  const program = line.replace(/^[@-]+\s*/, '')
  const executable = path.posix.normalize(program.split(' ')[0] ?? '')
  if (more.length > 0 || !/^[\w./@+=-]+(?: [\w./@+=,-]+)*$/.test(program) || !isPlainPath(executable) || rules.get(executable) === undefined) {
    return { ...none, notes: ['the benchmark of the Makefile was left out: its recipe is not one plain command of a program that the Makefile builds; write that program as a metric'] }
  }
  const sources = sourcesOf(executable, rules, files)
  const obstacle = await obstacleOf(files, sources)
  if (obstacle !== null) return { ...none, notes: [`the benchmark of the Makefile was left out: ${obstacle}`] }
  const run = executable.includes('/') ? program.replace(/^\.\//, '') : `./${program.replace(/^\.\//, '')}`
  return { benchmark: { run, reason: 'the Makefile runs it as its benchmark', sources: ownSources(sources) }, needs: [executable], notes: [] }
}

/** Source files that a target is made from, through the targets between. */
function sourcesOf(target: string, rules: ReturnType<typeof parseMakefile>, files: RepositoryFiles, seen = new Set<string>()): readonly string[] {
  if (seen.has(target)) return []
  seen.add(target)
  if (files.paths.includes(target)) return nativeSource.test(target) ? [target] : []
  const rule = rules.get(target)
  const byRule = rule?.prerequisites.flatMap((needed) => sourcesOf(path.posix.normalize(needed), rules, files, seen)) ?? []
  // An implicit or pattern rule: the object's name is its source's.
  const stem = path.posix.basename(target).replace(/\.o$/, '')
  const byName = byRule.length > 0 ? [] : files.paths.filter((file) => nativeSource.test(file) && path.posix.basename(file).replace(nativeSource, '') === stem)
  return [...new Set([...byRule, ...byName])]
}

/** The benchmark itself, without the library that is compiled into it, where names tell them apart. */
function ownSources(sources: readonly string[]): readonly string[] {
  const own = sources.filter((file) => benchmarkName.test(file))
  return own.length > 0 ? own : sources
}

async function obstacleOf(files: RepositoryFiles, sources: readonly string[]): Promise<string | null> {
  for (const source of sources) {
    if (timedLibraries.test((await files.read(source)) ?? '')) return 'its library runs for a fixed time, so its CPU time does not show speed; write a benchmark that does a fixed amount of work'
  }
  return null
}
