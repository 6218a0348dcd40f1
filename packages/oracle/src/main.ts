import { Command } from 'commander'
import { OracleError } from './oracle-error.ts'
import { caseClasses, type CaseClass } from './tagged.ts'
import type { LanguageName } from './spec.ts'

/** What the command line needs of its process. */
export interface OracleProcess {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  exitCode?: number | string | null | undefined
}

interface Context {
  readonly process: OracleProcess
  readonly signal: AbortSignal
}

/** `ratchet-oracle`: 0 when all is well, 1 when sides differ, 2 when something is wrong with the question. */
export async function main(process: OracleProcess, signal: AbortSignal): Promise<void> {
  const context: Context = { process, signal }
  const program = new Command('ratchet-oracle')
  program.description('Differential checks: infers inputs for a function and prints what it does with them.').exitOverride()
  program.configureOutput({ writeOut: (text) => void process.stdout.write(text), writeErr: (text) => void process.stderr.write(text) })
  addInfer(program, context)
  addRun(program, context)
  addCompare(program, context)
  try {
    await program.parseAsync([...process.argv])
  } catch (error) {
    process.exitCode = fail(error, process)
  }
}

function fail(error: unknown, { stderr }: OracleProcess): number {
  if (error instanceof OracleError) {
    stderr.write(`ratchet-oracle: ${error.message}\n${error.remedy === undefined ? '' : `${error.remedy}\n`}`)
    return 2
  }
  const code = (error as { readonly code?: unknown }).code
  // Commander has written its message, or the help that was asked for.
  if (typeof code === 'string' && code.startsWith('commander.')) return (error as { readonly exitCode: number }).exitCode === 0 ? 0 : 2
  // Never 1: that would say that two sides differ.
  stderr.write(`ratchet-oracle: ${error instanceof Error ? error.message : String(error)}\n`)
  return 2
}

function addInfer(program: Command, { process, signal }: Context): void {
  program
    .command('infer')
    .description('look at a function and its tests and write a spec')
    .argument('<directory>', 'the repository')
    .requiredOption('--module <path>', 'the module, relative to the repository')
    .requiredOption('--function <name>', 'f, default, or Class.method')
    .option('--language <name>', 'javascript, typescript, python or cpp')
    .option('--record <command>', 'run this test command and record the calls')
    .option('--cases <count>', 'calls per seed', '500')
    .requiredOption('--out <file>', 'where the spec goes')
    .action(async (directory: string, given: { module: string; function: string; language?: LanguageName; record?: string; cases: string; out: string }) => {
      const { runInfer } = await import('./commands/run-infer.ts')
      countOf('--cases', given.cases, 100_000)
      process.stderr.write(await runInfer({ directory, ...given, environment: process.env, signal }))
    })
}

function addRun(program: Command, { process, signal }: Context): void {
  program
    .command('run')
    .description('make the calls of the seed in RATCHET_SEED and print one line for each')
    .argument('<spec>', 'the spec file')
    .option('--directory <path>', 'the tree that holds the module', '.')
    .option('--seed <number>', 'instead of RATCHET_SEED')
    .option('--classes <names>', `only these of ${caseClasses.join(',')}`)
    .action(async (file: string, given: { directory: string; seed?: string; classes?: string }) => {
      const [{ readSpec }, { runSpec }] = await Promise.all([import('./read-spec.ts'), import('./running/run-spec.ts')])
      const spec = await readSpec(file)
      const seed = seedOf(given.seed ?? process.env['RATCHET_SEED'])
      for await (const line of runSpec(spec, { directory: given.directory, seed, environment: process.env, signal, ...classesOf(given.classes) })) process.stdout.write(`${line}\n`)
    })
}

function addCompare(program: Command, { process, signal }: Context): void {
  program
    .command('compare')
    .description('make the calls on two trees, make differences small and show them')
    .argument('<specs...>', 'spec files')
    .requiredOption('--baseline <directory>')
    .requiredOption('--candidate <directory>')
    .option('--seed <number>', 'the first seed', '1')
    .option('--seeds <count>', 'how many seeds', '1')
    .option('--classes <names>', `only these of ${caseClasses.join(',')}`)
    .action(async (files: string[], given: { baseline: string; candidate: string; seed: string; seeds: string; classes?: string }) => {
      const [{ readSpec }, { compareSpec }, { renderComparison }] = await Promise.all([import('./read-spec.ts'), import('./comparing/compare-spec.ts'), import('./commands/render-comparison.ts')])
      const first = seedOf(given.seed)
      const { baseline, candidate } = given
      const seeds = Array.from({ length: countOf('--seeds', given.seeds, 10_000) }, (_, index) => first + index)
      for (const file of files) {
        const options = { baseline, candidate, seeds, environment: process.env, signal, now: () => performance.now(), ...classesOf(given.classes) }
        const comparison = await compareSpec(await readSpec(file), options)
        process.stdout.write(renderComparison(comparison))
        if (comparison.mismatches > 0 || comparison.costs.some(({ isMuchSlower }) => isMuchSlower)) process.exitCode = 1
      }
    })
}

function seedOf(text: string | undefined): number {
  const seed = Number(text)
  if (text === undefined || !/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new OracleError('seed-invalid', text === undefined ? 'there is no seed' : `${text} is no seed`, { remedy: 'Set RATCHET_SEED to a whole number.' })
  }
  return seed
}

function countOf(option: string, text: string, most: number): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > most) throw new OracleError('spec-invalid', `${option} ${text} is no count`, { remedy: `Give a whole number from 1 to ${most}.` })
  return count
}

function classesOf(text: string | undefined): { readonly classes?: readonly CaseClass[] } {
  if (text === undefined) return {}
  const classes = caseClasses.filter((name) => text.split(',').includes(name))
  if (classes.length !== text.split(',').length) throw new OracleError('spec-invalid', `unknown class among ${text}`, { remedy: `Name some of ${caseClasses.join(', ')}.` })
  return { classes }
}
