import { describe, expect, it } from 'vitest'
import type { Evaluation, LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import type { JournalEvent } from '../journal/event.ts'
import { attemptLabel, attemptSeed } from './attempt-name.ts'
import type { TaskRun } from './task-run.ts'
import { TaskRunCheck } from './verify-task-runs.ts'

const trees = { baseline: 'b'.repeat(40), candidate: 'a'.repeat(40) }
const seedOf = (task: string, phase = 'search'): number => attemptSeed(5, { phase, name: 'solved', task })
const labelOf = (side: TaskRun['side'], changed: Partial<Parameters<typeof attemptLabel>[0]> = {}): string => attemptLabel({ phase: 'search', name: 'solved', task: 't1', tree: trees[side], seed: seedOf('t1'), ...changed })

const label = labelOf('candidate')
const run: TaskRun = { task: 't1', side: 'baseline', solved: false, why: 'tests-failed', label: labelOf('baseline'), calls: 0, nanoUsd: 0, tests: { passed: 0, failed: 1, missing: 0 }, trust: 'sealed' }
const solved: TaskRun = { ...run, side: 'candidate', solved: true, why: 'solved', label, calls: 1, nanoUsd: 150, tests: { passed: 1, failed: 0, missing: 0 } }
const pair: LaunchPair = { seed: seedOf('t1'), first: 'baseline', task: 't1', baseline: 0, candidate: 1 }
const facts: MetricFacts = { name: 'solved', unit: 'fraction', role: 'objective', pairs: [pair], tasks: 1, taskRuns: [run, solved], accounting: 'sampled', trust: 'measured', problem: null }

const event = (kind: string, body: unknown): JournalEvent => ({ sequence: 9, kind, body }) as unknown as JournalEvent
const called = (outcome = 'answered', call = 'c1', output = 50): readonly JournalEvent[] => [
  event('model-call-intended', { run: 'r1', call, attempt: 1, label: `${label} 01234567 0123456789abcdef 1`, granted: { to: `${label} 01234567`, limits: {} }, price: { input: 1, output: 2 } }),
  event('model-call-settled', { run: 'r1', call, attempt: 1, outcome, usage: { input: 50, output } }),
]
const begun: readonly JournalEvent[] = [event('run-started', { run: 'r1', seed: 5 }), event('proposal-made', { run: 'r1', commit: 'commit-a', tree: trees.candidate })]
const recorded = (metrics: readonly MetricFacts[], changed: object = {}): JournalEvent =>
  event('evaluation-recorded', { run: 'r1', proposal: 'p1', purpose: 'search', trial: 1, evaluation: { candidate: 'commit-a', baseline: 'commit-b', metrics } as unknown as Evaluation, ...changed })
const decided = (rule: object, changed: object = {}): JournalEvent => event('decision-made', { run: 'r1', proposal: 'p1', purpose: 'search', trial: 1, basis: { rules: { solved: rule } }, ...changed })

function problems(...events: readonly JournalEvent[]): string | null {
  const check = new TaskRunCheck()
  return events.map((one) => check.add(one)?.detail ?? null).find((found) => found !== null) ?? null
}

const problem = (metric: MetricFacts, before: readonly JournalEvent[] = [...begun, ...called()], changed: object = {}): string | null => problems(...before, recorded([metric], changed))

describe('attempts in a journal', () => {
  it('fit their pairs, their tests and the calls that were answered', () => {
    expect(problem(facts)).toBeNull()
    const { taskRuns: _, ...plain } = facts
    expect(problem(plain, [])).toBeNull()
  })

  it.each([
    ['a figure that the attempt does not give', { pairs: [{ ...pair, baseline: 1 }] }, 'otherwise than its attempts say'],
    ['another task', { pairs: [{ ...pair, task: 't2' }] }, 'otherwise than its attempts say'],
    ['a pair too many', { pairs: [pair, pair] }, '2 pairs and 2 attempts'],
    ['a task that counts twice', { pairs: [pair, pair], taskRuns: [run, solved, run, solved] }, 'counts a task twice'],
    ['trust that a forgeable report does not give', { taskRuns: [run, { ...solved, trust: 'reported' as const }] }, 'is called measured'],
    ['solved without tests', { taskRuns: [run, { ...solved, tests: null }] }, 'its tests do not give'],
    ['solved with an ending of another kind', { taskRuns: [run, { ...solved, why: 'time' as const }] }, 'ended with time'],
    ['calls that nobody answered', { taskRuns: [run, { ...solved, calls: 2 }] }, 'counts 2 calls of a model, and 1 were answered'],
    ['a cost that the calls do not give', { taskRuns: [run, { ...solved, nanoUsd: 1 }] }, 'counts a cost of 1, and its calls cost 150'],
    ['a cost without calls', { taskRuns: [run, { ...solved, calls: 0 }] }, 'counts a cost of 150'],
    ['a trajectory that was passed over', { taskRuns: [{ ...run, why: 'trajectory-incomplete' as const }, solved] }, 'incomplete trajectory'],
  ])('do not fit with %s', (_, changed, why) => {
    expect(problem({ ...facts, ...changed })).toContain(why)
  })

  it('do not rest on calls that failed, or on those of another run', () => {
    expect(problem(facts, [...begun, ...called('failed')])).toContain('0 were answered')
    expect(problem(facts, [...begun, ...called()], { run: 'r2' })).toContain('0 were answered')
  })

  it('may count fewer calls than were answered, at a cost of some of them', () => {
    const before = [...begun, ...called(), ...called('answered', 'c2', 500)]
    const costing = (nanoUsd: number): string | null => problem({ ...facts, taskRuns: [run, { ...solved, nanoUsd }] }, before)
    expect(costing(150)).toBeNull()
    expect(costing(1050)).toBeNull()
    expect(costing(1200)).toContain('1 of its calls cost at least 150 and at most 1050')
    expect(costing(0)).toContain('1 of its calls cost at least 150')
  })
})

describe('the label of an attempt', () => {
  const labelled = (text: string, changed: object = {}): string | null => problem({ ...facts, taskRuns: [{ ...run, label: text }, solved] }, undefined, changed)

  it('may be that of a later try, and name a metric that shares the attempts', () => {
    expect(labelled(`${labelOf('baseline')} try 2`)).toBeNull()
    expect(problems(...begun, ...called(), recorded([{ ...facts, name: 'guard' }, facts]))).toBeNull()
  })

  it.each([
    ['another task', labelOf('baseline', { task: 't2' })],
    ['another metric', labelOf('baseline', { name: 'other' })],
    ['another phase', labelOf('baseline', { phase: 'confirm 1' })],
    ['another seed', labelOf('baseline', { seed: 1 })],
    ['no tree', labelOf('baseline', { tree: 'none' })],
    ['nothing', ''],
    ['more than an attempt', `${labelOf('baseline')} visible`],
  ])('does not name %s', (_, text) => {
    expect(labelled(text)).toContain("which is another attempt's")
  })

  it('names the phase of its evaluation', () => {
    expect(problem({ ...facts, taskRuns: [run, { ...solved, calls: 0, nanoUsd: 0 }] }, begun, { purpose: 'confirm', trial: 2 })).toContain("which is another attempt's")
  })

  it('names the tree of its side, and one tree for each commit', () => {
    const swapped = { ...facts, taskRuns: [run, { ...solved, label: labelOf('candidate', { tree: trees.baseline }), calls: 0, nanoUsd: 0 }] }
    expect(problem(swapped)).toContain('is not that of commit-a')
    const other = { ...facts, taskRuns: [{ ...run, label: labelOf('baseline', { tree: 'c'.repeat(40) }) }, solved] }
    expect(problem(other)).toBeNull()
    expect(problems(...begun, ...called(), recorded([facts]), recorded([other]))).toContain('is not that of commit-b')
  })

  it('has a seed that follows from that of the run, where there is one', () => {
    const other = [run, solved].map((one) => ({ ...one, label: one.label.replace(/[0-9]+$/, '7'), calls: 0, nanoUsd: 0 }))
    const drawn = { ...facts, pairs: [{ ...pair, seed: 7 }], taskRuns: other }
    expect(problem(drawn)).toContain('its seed 7 does not follow')
    expect(problem(drawn, [], { run: null })).toBeNull()
  })
})

describe('held-out tasks in a journal', () => {
  const held: LaunchPair = { ...pair, task: 'h1', seed: seedOf('h1') }
  const asked = (...heldOut: readonly LaunchPair[]): string | null => problem({ ...facts, heldOut })

  it('were solved or not, with a seed of the run', () => {
    expect(asked(held)).toBeNull()
    expect(asked({ ...held, candidate: 0.5 })).toContain('neither 0 nor 1')
    expect(asked({ ...held, baseline: null })).toContain('neither 0 nor 1')
    expect(asked({ ...held, seed: 7 })).toContain('does not follow')
  })

  it('were asked once, and by no search', () => {
    expect(asked(held, held)).toContain('it was asked before')
    expect(asked(pair)).toContain('it was asked before')
    const { task: _, ...unnamed } = held
    expect(asked(unnamed)).toContain('without a name')
    const { taskRuns: __, ...plain } = facts
    expect(problem({ ...plain, heldOut: [held] })).toContain('no attempts at others')
  })

  it('are what their attempts say, where those were recorded', () => {
    const place = { task: 'h1', seed: seedOf('h1') }
    const runs = [run, { ...solved, calls: 0, nanoUsd: 0 }].map((one): TaskRun => ({ ...one, task: 'h1', label: labelOf(one.side, place) }))
    const told = (heldOutRuns: readonly TaskRun[]): string | null => problem({ ...facts, heldOut: [held], heldOutRuns })
    expect(told(runs)).toBeNull()
    expect(told(runs.slice(1))).toContain('1 held-out tasks and 1 attempts')
    expect(told([])).toContain('1 held-out tasks and 0 attempts')
    expect(told(runs.toReversed())).toContain('otherwise than its attempts say')
    expect(told(runs.map((one) => ({ ...one, label: labelOf(one.side) })))).toContain("which is another attempt's")
    expect(told(runs.map((one) => ({ ...one, calls: 1 })))).toContain('0 were answered')
    expect(problem({ ...facts, heldOutRuns: runs })).toContain('0 held-out tasks and 2 attempts')
  })
})

describe('a decision by a suite', () => {
  const { taskRuns: _, ...plain } = facts
  const judged = (metric: MetricFacts, rule: object, changed: object = {}): string | null => problems(...begun, ...called(), recorded([metric]), decided(rule, changed))

  it('rests on attempts', () => {
    expect(judged(facts, { stages: [10, 60] })).toBeNull()
    expect(judged(plain, { stages: [10, 60] })).toContain('1 pairs without attempts')
    expect(judged({ ...plain, pairs: [] }, { stages: [10, 60] })).toBeNull()
    expect(judged(facts, { stages: [0] })).toContain('1 tasks of at most 0')
  })

  it('is one by a metric that has a suite', () => {
    expect(judged(plain, {})).toBeNull()
    expect(judged(facts, {})).toContain('no suite')
  })

  it('is held against its own evaluation only, and not without its basis', () => {
    expect(judged(plain, { stages: [10] }, { trial: 2 })).toBeNull()
    expect(judged(plain, { stages: [10] }, { basis: undefined })).toBeNull()
  })
})
