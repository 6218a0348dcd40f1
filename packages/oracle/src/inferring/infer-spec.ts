import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { languageByName } from '../languages/language-by-name.ts'
import type { InferredSignature } from '../languages/language.ts'
import { OracleError } from '../oracle-error.ts'
import { specSchema, type LanguageName, type Spec } from '../spec.ts'
import type { TaggedJson } from '../tagged.ts'
import { sizableParameters } from '../values/arguments-of.ts'
import { readTests } from './read-tests.ts'
import { recordCalls } from './record-calls.ts'
import { tryOut, type Trial } from './try-out.ts'

/** What the set-up of an oracle is told. Everything here is the user's own, trusted baseline. */
export interface InferOptions {
  /** The repository, or the package in it that holds the module. */
  readonly directory: string
  readonly module: string
  readonly function: string
  /** Told by the file's ending where it is left out. */
  readonly language?: LanguageName
  /** A test command to run with a recorder, as an argument list. */
  readonly record?: readonly string[]
  /** Test files to read, relative to the directory; found by their names where it is left out. */
  readonly tests?: readonly string[]
  readonly cases?: number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** Milliseconds of a clock that only moves forward. */
  readonly now: () => number
}

/** A spec with what was found out about it, for a person to read before it is used. */
export interface InferredSpec {
  readonly spec: Spec
  readonly trial: Trial
  /** Sentences on what is weak: parameters of unknown type, a function that behaves differently on every run, a slow one. */
  readonly notes: readonly string[]
}

const maxExamples = 100
const usualSizes = [0, 1, 2, 10, 100, 1000]
const growthSizes = [10, 100, 1000, 10_000]

/** Looks at a function and its tests and proposes a spec, which it tries on the function before it is handed out. */
export async function inferSpec(options: InferOptions): Promise<InferredSpec> {
  const language = options.language ?? languageOf(options.module)
  const source = await readSource(options)
  const tests = await testsOf(options, language)
  const recorded = options.record === undefined ? [] : await recordCalls({ ...options, record: options.record, source, language })
  const port = await languageByName(language)
  const signature = await port.infer({ language, module: options.module, function: options.function, source, directory: options.directory, signal: options.signal, tests, recorded })
  if (signature === null) {
    throw new OracleError('function-not-found', `${options.module} has no exported function ${options.function}`, {
      remedy: 'Name it as the module exports it: `f`, `default`, or `Class.method`.',
    })
  }
  const first = firstSpec(options, language, signature)
  const { spec, trial, notes } = await tryOut(first, options, signature.follow)
  refuseSilence(options, trial)
  return { spec, trial, notes: [...signatureNotes(signature), ...recordNotes(options, recorded), ...notes] }
}

/** Calls from which one can tell that a function always does the same. */
const tellingCalls = 20

/** A spec that passes whatever a candidate does must never look like a check. */
function refuseSilence({ module, function: name }: InferOptions, { cases, outcomes, returned }: Trial): void {
  if (cases < tellingCalls || outcomes > 1) return
  const why = returned === 0 ? 'every call throws' : 'every call that returns has the same outcome'
  throw new OracleError('function-uninformative', `${name} of ${module} cannot be checked: ${why} (${cases} calls, ${returned} of them return)`, {
    remedy: 'Name a function whose result depends on its arguments, or write the generators by hand.',
  })
}

/** The language of a module by its ending. */
export function languageOf(module: string): LanguageName {
  const ending = path.extname(module)
  if (['.js', '.mjs', '.cjs', '.jsx'].includes(ending)) return 'javascript'
  if (['.ts', '.mts', '.cts'].includes(ending)) return 'typescript'
  if (ending === '.py') return 'python'
  if (['.c', '.cc', '.cpp', '.cxx', '.h', '.hh', '.hpp', '.hxx'].includes(ending)) return 'cpp'
  throw new OracleError('language-unknown', `no language is known for ${module}`, { remedy: 'Say which one it is by --language.' })
}

async function readSource({ directory, module }: InferOptions): Promise<string> {
  if (path.isAbsolute(module) || path.normalize(module).split(path.sep)[0] === '..') {
    throw new OracleError('function-not-found', `${module} lies outside of the repository`, { remedy: 'Give the module relative to the repository, without `..`.' })
  }
  try {
    return await readFile(path.resolve(directory, module), 'utf8')
  } catch (error) {
    throw new OracleError('function-not-found', `${module} cannot be read`, { cause: error, remedy: 'Give the module relative to the repository.' })
  }
}

async function testsOf(options: InferOptions, language: LanguageName): Promise<readonly { readonly path: string; readonly text: string }[]> {
  if (options.tests !== undefined) {
    return await Promise.all(options.tests.map(async (file) => ({ path: file, text: await readFile(path.resolve(options.directory, file), 'utf8') })))
  }
  const stem = path.basename(options.module, path.extname(options.module))
  const own = options.function.split('.').at(-1) ?? ''
  // A default export is known to its tests by the path of the module, and an index file by that of its folder.
  return await readTests(options.directory, language, options.function === 'default' ? [stem, 'import', 'require'] : [stem, own])
}

function firstSpec(options: InferOptions, language: LanguageName, signature: InferredSignature): Spec {
  const { parameters, rest, construct, native } = signature
  const sizable = sizableParameters({ parameters })[0]
  const grown = sizable === undefined ? undefined : parameters[sizable]
  return specSchema.parse({
    version: 1,
    language,
    module: options.module.split(path.sep).join('/'),
    function: options.function,
    parameters,
    ...(rest === undefined ? {} : { rest }),
    ...(construct === undefined ? {} : { construct }),
    examples: shortest(signature.examples),
    cases: options.cases ?? 500,
    ...(grown === undefined ? {} : { complexity: { parameter: grown.name, sizes: growthSizes } }),
    ...(signature.sizes === undefined || signature.sizes.length === 0 ? {} : { sizes: [...new Set([...usualSizes, ...signature.sizes])].toSorted((a, b) => a - b) }),
    ...(native === undefined ? {} : { native }),
    // Wrong types are a compiler's matter there, and undefined behaviour beyond it.
    ...(language === 'cpp' ? { invalid: false } : {}),
  })
}

/** The spec is read by people: huge examples stay out of it. */
function shortest(examples: InferredSignature['examples']): readonly (readonly TaggedJson[])[] {
  return examples.filter((args) => JSON.stringify(args).length <= 4000).slice(0, maxExamples)
}

function signatureNotes({ parameters }: InferredSignature): readonly string[] {
  return parameters.flatMap(({ name, generator }) =>
    generator.kind === 'any' ? [`Nothing tells what \`${name}\` is: anything is tried. Correct its generator in the spec.`] : [],
  )
}

function recordNotes({ record }: InferOptions, recorded: readonly unknown[]): readonly string[] {
  if (record === undefined) return []
  return [recorded.length === 0 ? 'The recorder saw no call: the tests may load another copy of the module.' : `${recorded.length} different calls were recorded.`]
}
