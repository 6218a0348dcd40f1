import { expect, it } from 'vitest'
import { BenchmarkError } from '../benchmark/benchmark-error.ts'
import type { SuiteSides } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import { configSchema } from '../target/config.ts'
import { askHeldOut } from './ask-held-out.ts'
import type { MetricFacts } from './evaluation.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], models: { use: { own: { provider: 'ollama', model: 'x' } } }, metrics: { solved: { run: 'agent', measure: 'pass-rate', suite: 'suite' }, speed: { run: 'bench', measure: 'cpu-time', role: 'guard' } } })
const facts = (name: string): MetricFacts => ({ name, unit: 'fraction', role: name === 'solved' ? 'objective' : 'guard', pairs: [], accounting: 'cgroup-v2', trust: 'measured', problem: null })

/** Candidates solve what begins with c; `fails`: nothing is answered any more from that task on, or for it alone. */
function suites(fails: 'stop' | 'passing' | null, side: TaskRun['side'] = 'candidate'): SuiteSides & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    tasks: async (_, which) => (which === 'held-out' ? ['c1', 'x', 'c2'] : ['search']),
    attempt: async ({ task, side: given }) => {
      asked.push(`${task} ${given}`)
      const trouble = { kind: fails ?? 'passing', reason: 'stalled' as const, detail: '', isRecorded: false }
      if (fails !== null && task === 'x' && given === side) return { seed: 1, outcome: { kind: 'trouble', trouble } }
      const solved = given === 'candidate' && task.startsWith('c')
      return { seed: 1, outcome: { kind: 'judged', cost: [1, 1, 1], run: { task, side: given, solved, why: solved ? 'solved' : 'no-change', label: '', calls: 0, nanoUsd: 0, tests: null, trust: 'sealed' } } }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const ask = async (fails: 'stop' | 'passing' | null, side?: TaskRun['side']) => {
  const sides = suites(fails, side)
  const [solved, speed] = await askHeldOut(sides, { config, metrics: [facts('solved'), facts('speed')] }, new AbortController().signal)
  return { asked: sides.asked, pairs: solved?.heldOut?.map(({ task, baseline, candidate }) => [task, baseline, candidate]), speed: speed?.heldOut }
}

it('held-out tasks are given to both sides, for objectives with a suite', async () => {
  expect(await ask(null)).toEqual({ asked: ['c1 baseline', 'c1 candidate', 'x baseline', 'x candidate', 'c2 baseline', 'c2 candidate'], pairs: [['c1', 0, 1], ['x', 0, 0], ['c2', 0, 1]], speed: undefined })
})

it('a task that no model answered for is left out, and everything after the last answer', async () => {
  expect((await ask('passing')).pairs).toEqual([['c1', 0, 1], ['c2', 0, 1]])
  expect((await ask('passing', 'baseline')).pairs).toEqual([['c1', 0, 1], ['c2', 0, 1]])
  expect((await ask('stop', 'baseline')).pairs).toEqual([['c1', 0, 1]])
  expect((await ask('stop')).pairs).toEqual([['c1', 0, 1]])
})

it('any other failure is one', async () => {
  const broken = { ...suites(null), tasks: () => Promise.reject(new BenchmarkError('suite-invalid', 'no suite')) }
  await expect(askHeldOut(broken, { config, metrics: [facts('solved')] }, new AbortController().signal)).rejects.toMatchObject({ code: 'suite-invalid' })
})

it('their attempts are recorded, the baseline first, without what an agent saw or said', async () => {
  const quiet = suites('passing')
  const attempt: SuiteSides['attempt'] = async (asked, signal) => {
    const { seed, outcome } = await quiet.attempt(asked, signal)
    return { seed, outcome: outcome.kind === 'judged' ? { ...outcome, run: { ...outcome.run, tail: 'what it asks', visibleFailing: ['what it asks'] } } : outcome }
  }
  const [solved] = await askHeldOut({ ...quiet, attempt }, { config, metrics: [facts('solved')] }, new AbortController().signal)
  expect(solved?.heldOutRuns?.map((run) => [run.task, run.side, run.solved])).toEqual([['c1', 'baseline', false], ['c1', 'candidate', true], ['c2', 'baseline', false], ['c2', 'candidate', true]])
  expect(JSON.stringify(solved)).not.toContain('what it asks')
})
