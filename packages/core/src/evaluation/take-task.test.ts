import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { AttemptOutcome } from '../benchmark/attempt-task.ts'
import type { ModelTrouble } from '../benchmark/model-trouble.ts'
import type { SuiteSides } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import { configSchema } from '../target/config.ts'
import type { LaunchPair } from './evaluation.ts'
import { takeTask, type TakenTask } from './take-task.ts'

const { metrics } = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], models: { use: { own: { provider: 'ollama', model: 'x' } } }, metrics: { solved: { run: 'agent', measure: 'pass-rate', suite: 'suite' } } })
const [metric] = Object.values(metrics)
if (metric === undefined) throw new TypeError('no metric')

type Side = TaskRun['side']
type Troubles = Partial<Record<Side, ModelTrouble['kind']>>

/** What went on, in order: each side begins and ends, the first one slowly. */
async function take(first: LaunchPair['first'], troubles: Troubles = {}): Promise<{ readonly order: readonly string[]; readonly taken: TakenTask | string }> {
  const order: string[] = []
  const outcomeOf = (side: Side): AttemptOutcome => {
    const kind = troubles[side]
    if (kind !== undefined) return { kind: 'trouble', trouble: { kind, reason: 'stalled', detail: 'nothing came', isRecorded: false } }
    return { kind: 'judged', cost: [1, 1, 1], run: { task: 't', side, solved: side === 'candidate', why: side === 'candidate' ? 'solved' : 'no-change', label: '', calls: 0, nanoUsd: 0, tests: null, trust: 'sealed' } }
  }
  const suites: SuiteSides = {
    tasks: async () => ['t'],
    attempt: async ({ side }) => {
      order.push(`${side} begins`)
      await sleep(side === first ? 20 : 0)
      order.push(`${side} ends`)
      return { seed: 5, outcome: outcomeOf(side) }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  const request = { name: 'solved', metric: metric as NonNullable<typeof metric>, task: 't', first }
  const taken = await takeTask(suites, request, new AbortController().signal).catch((error: unknown) => (error as { readonly code: string }).code)
  return { order, taken }
}

const both = (...sides: readonly Side[]): readonly string[] => sides.flatMap((side) => [`${side} begins`, `${side} ends`])

describe('a task for both sides', () => {
  it.each([['baseline', 'candidate'], ['candidate', 'baseline']] as const)('is given to the %s first where that is recorded, and to the %s when that has ended', async (first, second) => {
    const { order, taken } = await take(first)
    expect(order).toEqual(both(first, second))
    expect(taken).toMatchObject({ kind: 'taken', pair: { seed: 5, first, task: 't', baseline: 0, candidate: 1 }, runs: [{ side: 'baseline' }, { side: 'candidate' }] })
  })

  it('is undecided where the model of the candidate did not answer, and a failure where that of the baseline did not, whoever came first', async () => {
    for (const first of ['baseline', 'candidate'] as const) {
      expect((await take(first, { candidate: 'passing' })).taken).toMatchObject({ kind: 'trouble', problem: { side: 'candidate', code: 'model-trouble' } })
      expect((await take(first, { baseline: 'passing' })).taken).toBe('model-unavailable')
      expect((await take(first, { baseline: 'passing', candidate: 'passing' })).taken).toBe('model-unavailable')
    }
  })

  it('is given to nobody else once nothing will be answered any more', async () => {
    for (const first of ['baseline', 'candidate'] as const) expect(await take(first, { baseline: 'stop', candidate: 'stop' })).toEqual({ order: both(first), taken: 'budget-spent' })
  })
})
