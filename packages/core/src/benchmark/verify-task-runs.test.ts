import { describe, expect, it } from 'vitest'
import type { Evaluation, MetricFacts } from '../evaluation/evaluation.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { TaskRun } from './task-run.ts'
import { TaskRunCheck } from './verify-task-runs.ts'

const label = 'bench search aaaaaaaaaaaaaaaa solved t1 7'
const run: TaskRun = { task: 't1', side: 'baseline', solved: false, why: 'tests-failed', label: `${label} b`, calls: 0, nanoUsd: 0, tests: { passed: 0, failed: 1, missing: 0 }, trust: 'sealed' }
const solved: TaskRun = { ...run, side: 'candidate', solved: true, why: 'solved', label, calls: 1, nanoUsd: 150, tests: { passed: 1, failed: 0, missing: 0 } }
const facts: MetricFacts = { name: 'solved', unit: 'fraction', role: 'objective', pairs: [{ seed: 7, first: 'baseline', task: 't1', baseline: 0, candidate: 1 }], tasks: 1, taskRuns: [run, solved], accounting: 'sampled', trust: 'measured', problem: null }

const event = (kind: string, body: unknown): JournalEvent => ({ sequence: 9, kind, body }) as unknown as JournalEvent
const called = (outcome = 'answered'): readonly JournalEvent[] => [
  event('model-call-intended', { run: 'r1', call: 'c1', attempt: 1, label: `${label} 01234567 0123456789abcdef 1`, granted: { to: `${label} 01234567`, limits: {} }, price: { input: 1, output: 2 } }),
  event('model-call-settled', { run: 'r1', call: 'c1', attempt: 1, outcome, usage: { input: 50, output: 50 } }),
]

function problem(metric: MetricFacts, before: readonly JournalEvent[] = called(), by = 'r1'): string | null {
  const check = new TaskRunCheck()
  for (const one of before) check.add(one)
  return check.add(event('evaluation-recorded', { run: by, proposal: 'p1', evaluation: { metrics: [metric] } as unknown as Evaluation }))?.detail ?? null
}

describe('attempts in a journal', () => {
  it('fit their pairs, their tests and the calls that were answered', () => {
    expect(problem(facts)).toBeNull()
    const { taskRuns: _, ...plain } = facts
    expect(problem(plain, [])).toBeNull()
  })

  it.each([
    ['a figure that the attempt does not give', { pairs: [{ ...facts.pairs[0]!, baseline: 1 }] }, 'otherwise than its attempts say'],
    ['another task', { pairs: [{ ...facts.pairs[0]!, task: 't2' }] }, 'otherwise than its attempts say'],
    ['a pair too many', { pairs: [facts.pairs[0]!, facts.pairs[0]!] }, '2 pairs and 2 attempts'],
    ['trust that a forgeable report does not give', { taskRuns: [run, { ...solved, trust: 'reported' as const }] }, 'is called measured'],
    ['solved without tests', { taskRuns: [run, { ...solved, tests: null }] }, 'its tests do not give'],
    ['solved with an ending of another kind', { taskRuns: [run, { ...solved, why: 'time' as const }] }, 'ended with time'],
    ['calls that nobody answered', { taskRuns: [run, { ...solved, calls: 2 }] }, 'counts 2 calls of a model, and 1 were answered'],
    ['a cost that the calls do not give', { taskRuns: [run, { ...solved, nanoUsd: 1 }] }, 'counts a cost of 1'],
    ['a trajectory that was passed over', { taskRuns: [{ ...run, why: 'trajectory-incomplete' as const }, solved] }, 'incomplete trajectory'],
  ])('do not fit with %s', (_, changed, why) => {
    expect(problem({ ...facts, ...changed })).toContain(why)
  })

  it('do not rest on calls that failed, or on those of another run', () => {
    expect(problem(facts, called('failed'))).toContain('0 were answered')
    expect(problem(facts, called(), 'r2')).toContain('0 were answered')
  })
})
