import { describe, expect, it } from 'vitest'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { MetricFacts } from '../evaluation/evaluation.ts'
import type { NewEvent } from '../journal/event.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, runStarted, tickingClock } from '../testing/sample-events.ts'
import { RunState } from './run-state.ts'
import { taskRecord } from './task-record-of.ts'

const root = 'b0'.repeat(20)
const commit = 'c1'.repeat(20)
const run = (task: string, side: TaskRun['side'], why: TaskRun['why'], more: Partial<TaskRun> = {}): TaskRun => ({ task, side, solved: why === 'solved', why, label: `bench ${task} ${side}`, calls: 2, nanoUsd: 5, tests: { passed: 1, failed: 8, missing: 0 }, trust: 'sealed', ...more })
const taskRuns = [run('a', 'baseline', 'no-change'), run('a', 'candidate', 'solved'), run('b', 'baseline', 'solved'), run('b', 'candidate', 'tests-failed', { visibleFailing: ['adds'], tail: 'the end' })]

function measured(id: string, purpose: 'search' | 'confirm', metrics: readonly MetricFacts[]): NewEvent {
  const event = evaluationRecorded('r1', id, { purpose })
  if (event.kind !== 'evaluation-recorded') throw new TypeError('no evaluation')
  return { ...event, body: { ...event.body, evaluation: { ...event.body.evaluation, metrics } } }
}

const metric = (facts: Partial<MetricFacts> = {}): MetricFacts => ({ name: 'solved', unit: 'fraction', role: 'objective', accounting: 'cgroup-v2', trust: 'measured', problem: null, taskRuns, pairs: [{ seed: 1, first: 'baseline', task: 'a', baseline: 0, candidate: 1 }, { seed: 1, first: 'baseline', task: 'b', baseline: 1, candidate: 0 }], ...facts })

async function scene(events: readonly NewEvent[], examined: readonly TaskRun[] = []) {
  const journal = createMemoryJournal({ clock: tickingClock() })
  const started = runStarted('r1', { proposer: 'self' })
  if (started.kind !== 'run-started') throw new TypeError('no start')
  const state = new RunState({ started: started.body, rootTree: 'f'.repeat(40) })
  for (const event of await journal.append([started, ...events])) state.apply(event)
  const asked: unknown[] = []
  const evaluator = {
    evaluate: () => Promise.reject(new Error('not asked for')),
    examineBaseline: () => Promise.resolve(null),
    examineTasks: async (request: unknown) => {
      asked.push(request)
      return examined
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  return { asked, of: (index: number) => taskRecord({ index: journal, evaluator }, state, state.archive.at(index), new AbortController().signal) }
}

function made(id: string): NewEvent {
  const event = proposalMade('r1', id, { commit, parent: root })
  return event.kind === 'proposal-made' ? { ...event, body: { ...event.body, tree: 'e1'.repeat(20), editsDigest: 'd1'.repeat(32) } } : event
}

const decided = (id: string, metrics: readonly MetricFacts[]): readonly NewEvent[] => [made(id), measured(id, 'search', metrics), decisionMade('r1', id, decisionOf('inconclusive', { estimate: 1, low: 0.5, high: 2 }))]
const id = 'aaaaaaaaaaaa'

describe('what a variant did with its tasks', () => {
  it('is its own side of its search evaluation, with nothing of hidden tests', async () => {
    const { of, asked } = await scene(decided(id, [metric()]))
    expect(await of(1)).toEqual({ solved: 1, solutions: [], failures: [{ task: 'b', why: 'tests-failed', calls: 2, nanoUsd: 5, failing: ['adds'], tail: 'the end' }] })
    expect(await of(0)).toEqual({ solved: 1, solutions: [], failures: [{ task: 'a', why: 'no-change', calls: 2, nanoUsd: 5, failing: [], tail: '' }] })
    expect(asked).toEqual([])
  })

  it('is looked at for the baseline before there is anything to read', async () => {
    const { of, asked } = await scene([], taskRuns.filter(({ side }) => side === 'baseline'))
    expect(await of(0)).toMatchObject({ solved: 1, failures: [{ task: 'a' }] })
    expect(asked).toEqual([{ baseline: root, occasion: { run: 'r1', about: null, phase: 'search', seed: 7 } }])
  })

  it('never holds what a confirmation asked, nor tasks that are held out', async () => {
    const heldOut = [{ seed: 1, first: 'baseline' as const, task: 'secret', baseline: 0, candidate: 0 }]
    const { of } = await scene([...decided(id, [metric({ heldOut })]), measured(id, 'confirm', [metric({ taskRuns: [run('later', 'candidate', 'time')], pairs: [] })])])
    expect((await of(1)).failures.map(({ task }) => task)).toEqual(['b'])
    expect((await of(0)).failures.map(({ task }) => task)).toEqual(['a'])
  })

  it('of a command that solves tasks by itself is known by its exit status alone', async () => {
    const { taskRuns: _, ...plain } = metric()
    const { of } = await scene(decided(id, [plain]))
    expect(await of(1)).toEqual({ solved: 1, solutions: [], failures: [{ task: 'b', why: 'tests-failed', calls: 0, nanoUsd: 0, failing: [], tail: '' }] })
  })
})
