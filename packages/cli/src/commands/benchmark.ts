import { randomInt } from 'node:crypto'
import type { BenchmarkResult } from '@ratchet/core'
import { drawTasks, runBenchmark } from '@ratchet/core/benchmark/run-benchmark'
import { usdText } from '@ratchet/core/model/money'
import { wholeNumber } from '../argument.ts'
import { openTarget } from '../compose-target.ts'
import { openBenchmark } from '../compose-benchmark-run.ts'
import { heed, heeding, requireGoing, standingOf } from '../compose-orders.ts'
import { bad, faint, good, oneLine, strong, unsure } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export interface BenchmarkOptions extends TargetOptions {
  readonly agent?: string
  readonly run?: string
  readonly model?: string
  readonly tasks?: number
  readonly heldOut?: boolean
  readonly seed?: number
}

export const registerBenchmark: Register = (program, invocation) => {
  withTarget(program.command('benchmark'))
    .description('give the tasks of a suite to an agent, outside of any search, and say which it solves')
    .argument('<suite>', 'a folder or .jsonl file: of the target as HEAD has it, else of this machine')
    .option('--agent <name>', 'an agent of the configuration (agents.use)')
    .option('--run <command>', 'the command of an agent; $RATCHET_AGENT is the tree of HEAD (default: that of the metric with a suite)')
    .option('--model <name>', 'which of models.use it asks (default: as configured)')
    .option('--tasks <n>', 'so many tasks, drawn at random (default: all)', wholeNumber('--tasks', 1))
    .option('--held-out', 'the tasks that are kept from every search, instead of the others')
    .option('--seed <n>', 'draws the tasks, and the seed that the agent gets', wholeNumber('--seed', 0))
    .action((suite: string, options: BenchmarkOptions) => benchmark(invocation, suite, options))
}

async function benchmark(invocation: Invocation, place: string, options: BenchmarkOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  requireGoing(await standingOf(target), 'no agent is launched')
  await using orders = heed(invocation, target)
  const { signal } = orders
  await using bench = await heeding(orders, () => openBenchmark(invocation, { target, options, place }, signal))
  const seed = options.seed ?? randomInt(2 ** 31)
  const tasks = drawTasks(bench.suite, { count: options.tasks ?? null, heldOut: options.heldOut === true, seed })
  console.note(`${tasks.length} tasks for ${oneLine(bench.agent.command)} with ${bench.agent.model}`)
  const results: BenchmarkResult[] = []
  // Under a label of its own: the same seed again is another benchmark, and is asked anew.
  await heeding(orders, async () => {
    for await (const result of runBenchmark(bench.ports, { suite: bench.suite, tasks, agent: bench.agent, run: null, seed, occasion: String(randomInt(2 ** 47)) }, signal)) {
      results.push(result)
      console.print(line(result))
      await orders.goOn()
    }
  })
  conclude(invocation, { place, seed, command: bench.agent.command, model: bench.agent.model, tasks, results })
}

function line(result: BenchmarkResult): string {
  if (result.kind === 'unjudged') return `${unsure('?')} ${strong(oneLine(result.task))}  ${oneLine(result.trouble.reason)}: ${oneLine(result.trouble.detail)}`
  const { task, solved, why, calls, nanoUsd, visibleFailing = [] } = result.run
  const failing = visibleFailing.length === 0 ? '' : `  ${oneLine(visibleFailing.join('; '))}`
  return `${solved ? good('+') : bad('-')} ${strong(oneLine(task))}  ${why}  ${faint(`${calls} calls, ${usdText(nanoUsd)}, ${(result.wallMs / 1000).toFixed(1)} s`)}${failing}`
}

interface Finished {
  readonly place: string
  readonly seed: number
  readonly command: string
  readonly model: string
  readonly tasks: readonly string[]
  readonly results: readonly BenchmarkResult[]
}

function conclude({ console, setExitCode }: Invocation, { place, seed, command, model, tasks, results }: Finished): void {
  const judged = results.flatMap((result) => (result.kind === 'judged' ? [result] : []))
  const solved = judged.filter(({ run }) => run.solved).length
  const nanoUsd = judged.reduce((sum, { run }) => sum + run.nanoUsd, 0)
  const unjudged = tasks.length - judged.length
  if (console.json) {
    console.document({
      suite: place,
      agent: { run: command, model },
      seed,
      tasks: tasks.length,
      solved,
      unjudged,
      usd: nanoUsd / 1e9,
      results: results.map((result) => (result.kind === 'judged' ? { task: result.run.task, solved: result.run.solved, why: result.run.why, calls: result.run.calls, usd: result.run.nanoUsd / 1e9, wallMs: result.wallMs, tests: result.run.tests, trust: result.run.trust, visibleFailing: result.run.visibleFailing ?? [] } : { task: result.task, solved: null, why: result.trouble.reason, detail: result.trouble.detail })),
    })
  }
  console.print(`\n${strong(`${solved} of ${judged.length}`)} solved, ${usdText(nanoUsd)}${unjudged === 0 ? '' : unsure(`; ${unjudged} could not be judged, because a model did not answer`)}`)
  setExitCode(unjudged === 0 ? exitCodes.done : exitCodes.inconclusive)
}
