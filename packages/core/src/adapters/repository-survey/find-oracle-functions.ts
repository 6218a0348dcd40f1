import path from 'node:path'
import { shellWords } from '../../target/shell-words.ts'
import type { RecognisedSurvey, RepositoryFiles } from './survey.ts'

/** A function whose behaviour is worth comparing: its module, and its name there. */
export interface OracleFunction {
  readonly module: string
  readonly function: string
  readonly reason: string
}

const importPattern = /(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)['"](\.{1,2}\/[^'"]+|\.{1,2})['"]/g
const pythonImport = /^\s*from\s+(\.*[\w.]*)\s+import\s+\(?([\w\s,]+)\)?/gm
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx', '/index.js', '/index.ts', '/index.mjs', '/index.cjs']
const isScript = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file)

/** More than a few are nobody's hot functions. */
const most = 3

/**
 * The functions that the benchmark calls, or where there is none the tests: found by what those files import. Hot ones, since a benchmark is about what is hot. Only
 * JavaScript, TypeScript and Python; a function that is not seen this way can be named to `ratchet-oracle infer` by hand.
 */
export async function findOracleFunctions(survey: RecognisedSurvey, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const named = survey.benchmark === null ? null : fileNamedBy(survey.benchmark.run, files.paths)
  const callers = named === null ? files.paths.filter((file) => /(?:^|[/_.-])tests?(?:[/_.-]|$)/i.test(file) && (isScript(file) || file.endsWith('.py'))).slice(0, most) : [named]
  const found: OracleFunction[] = []
  for (const caller of callers) {
    const text = (await files.read(caller)) ?? ''
    const uses = isScript(caller) ? await scriptFunctions(caller, text, files) : await pythonFunctions(caller, text, files)
    for (const use of uses) if (!found.some((other) => other.module === use.module && other.function === use.function)) found.push(use)
  }
  return found.slice(0, most)
}

function fileNamedBy(command: string, paths: readonly string[]): string | null {
  const known = new Set(paths)
  return shellWords(command).flat().map((word) => path.posix.normalize(word)).find((word) => known.has(word) && (isScript(word) || word.endsWith('.py'))) ?? null
}

async function scriptFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const known = new Set(files.paths)
  const found: OracleFunction[] = []
  for (const [, specifier = ''] of text.matchAll(importPattern)) {
    const base = path.posix.join(path.posix.dirname(caller), specifier)
    const module = endings.map((ending) => path.posix.normalize(base + ending)).find((file) => known.has(file) && isScript(file))
    if (module === undefined || isTest(module)) continue
    for (const name of exportedBy((await files.read(module)) ?? '')) if (name === 'default' || new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`).test(text)) found.push({ module, function: name, reason: `${caller} calls it` })
  }
  return found
}

function exportedBy(text: string): readonly string[] {
  const names = [
    ...[...text.matchAll(/^export\s+(?:async\s+)?function\s*\*?\s*([\w$]+)/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^export\s+const\s+([\w$]+)\s*(?::[^=\n]+)?=\s*(?:async\s*)?(?:function|\(|[\w$]+\s*=>)/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^(?:module\.)?exports\.([\w$]+)\s*=/gm)].map((match) => match[1]),
    ...[...text.matchAll(/^module\.exports\s*=\s*\{([^}]*)\}/gm)].flatMap((match) => (match[1] ?? '').split(',').map((part) => part.split(':')[0]?.trim())),
    /^export\s+default\s+(?:async\s+)?(?:function|[\w$]+\s*;?\s*$|\(|[\w$]+\s*=>)/m.test(text) || /^module\.exports\s*=\s*(?:function|[\w$]+\s*;?\s*$|\(|[\w$]+\s*=>)/m.test(text) ? 'default' : undefined,
  ]
  return [...new Set(names.filter((name): name is string => name !== undefined && /^[\w$]+$/.test(name)))]
}

async function pythonFunctions(caller: string, text: string, files: RepositoryFiles): Promise<readonly OracleFunction[]> {
  const known = new Set(files.paths)
  const found: OracleFunction[] = []
  for (const [, from = '', imported = ''] of text.matchAll(pythonImport)) {
    const file = from.replaceAll('.', '/')
    const module = [`${file}.py`, `${file}/__init__.py`, `src/${file}.py`, `src/${file}/__init__.py`, path.posix.join(path.posix.dirname(caller), `${file}.py`)].find((candidate) => known.has(candidate))
    if (module === undefined || isTest(module)) continue
    const source = (await files.read(module)) ?? ''
    for (const name of imported.split(',').map((part) => part.trim().split(/\s/)[0] ?? '')) {
      if (new RegExp(`^(?:async\\s+)?def\\s+${name}\\s*\\(`, 'm').test(source) && name !== '') found.push({ module, function: name, reason: `${caller} calls it` })
    }
  }
  return found
}

function isTest(file: string): boolean {
  return /(?:^|[/_.-])(?:tests?|spec|bench(?:mark)?s?|fixtures?|mocks?)(?:[/_.-]|$)/i.test(file)
}
