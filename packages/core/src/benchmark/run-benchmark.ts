import type { RunId } from '../journal/event.ts'
import { attemptTask, type AttemptPorts, type TaskAgent } from './attempt-task.ts'
import type { Suite } from './benchmark-task.ts'
import type { ModelTrouble } from './model-trouble.ts'
import type { TaskRun } from './task-run.ts'
import { seededRandom } from '../randomness/seeded-random.ts'

/** What became of one task: `unjudged` where a model did not answer, so that nobody can say. */
export type BenchmarkResult = { readonly kind: 'judged'; readonly run: TaskRun; readonly wallMs: number } | { readonly kind: 'unjudged'; readonly task: string; readonly trouble: ModelTrouble }

export interface BenchmarkRequest {
  readonly suite: Suite
  /** In the order in which they are asked. */
  readonly tasks: readonly string[]
  readonly agent: TaskAgent
  readonly run: RunId | null
  /** Draws the seeds that agents get. */
  readonly seed: number
  /** Tells the calls of one benchmark from those of another. */
  readonly occasion: string
}

/** Gives tasks to an agent, one after the other, outside of any search. Ends early where models will answer nothing more. */
export async function* runBenchmark(ports: AttemptPorts, { suite, tasks, agent, run, seed, occasion }: BenchmarkRequest, signal: AbortSignal): AsyncIterable<BenchmarkResult> {
  for (const id of tasks) {
    const task = await suite.load(id, signal)
    const drawn = seededRandom(seed, 'benchmark', id).integer(0x7fff_ffff)
    const outcome = await attemptTask(ports, { task, agent, side: 'candidate', grant: { run, about: null, label: `bench command ${occasion} ${id}` }, seed: drawn }, signal)
    if (outcome.kind === 'judged') yield { kind: 'judged', run: outcome.run, wallMs: outcome.cost[1] }
    else {
      yield { kind: 'unjudged', task: id, trouble: outcome.trouble }
      if (outcome.trouble.kind === 'stop') return
    }
  }
}

/** So many tasks of a suite, drawn at random; all of them where there are no more. */
export function drawTasks(suite: Suite, { count, heldOut, seed }: { readonly count: number | null; readonly heldOut: boolean; readonly seed: number }): readonly string[] {
  const all = suite.tasks.filter((task) => task.heldOut === heldOut).map(({ id }) => id)
  return count === null ? all : seededRandom(seed, 'tasks').shuffle(all).slice(0, count)
}
