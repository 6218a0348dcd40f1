import { writeFile } from 'node:fs/promises'
import { inferSpec } from '../inferring/infer-spec.ts'
import { processClock } from '../inferring/try-out.ts'
import { OracleError } from '../oracle-error.ts'
import { languageNames, type LanguageName } from '../spec.ts'

interface InferArguments {
  readonly directory: string
  readonly module: string
  readonly function: string
  readonly language?: LanguageName
  readonly record?: string
  readonly cases: string
  readonly out: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** Writes a spec and returns what a person should know about it. */
export async function runInfer({ record, cases, out, ...given }: InferArguments): Promise<string> {
  if (given.language !== undefined && !languageNames.includes(given.language)) {
    throw new OracleError('language-unknown', `no driver for ${given.language}`, { remedy: `Choose one of ${languageNames.join(', ')}.` })
  }
  const command = record === undefined ? {} : { record: words(record) }
  const { spec, trial, notes } = await inferSpec({ ...given, ...command, cases: Number(cases), now: processClock })
  await writeFile(out, `${JSON.stringify(spec, null, 2)}\n`)
  const parameters = spec.parameters.map(({ name, generator }) => `  ${name}: ${generator.kind}\n`).join('')
  const thrown = `${trial.validThrown} of ${trial.valid} valid calls throw`
  // Callers read this line: it is there once, whether or not there is more to say of it.
  const said = notes.some((note) => note.startsWith(thrown)) ? notes : [thrown, ...notes]
  return `${out}: ${spec.module}:${spec.function}, ${spec.examples.length} examples, ${trial.cases} cases in ${trial.milliseconds} ms\n${parameters}${said.map((note) => `- ${note}\n`).join('')}`
}

/** Words of a command line; quotes hold a word together. No shell reads it. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}
