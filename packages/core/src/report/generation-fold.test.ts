import { describe, expect, it } from 'vitest'
import type { LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import type { NewEvent } from '../journal/event.ts'
import type { IntendedCall } from '../model/model-call.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, runFinished, runStarted, tickingClock } from '../testing/sample-events.ts'
import { foldReport } from './fold-report.ts'
import { renderHtml } from './render-html.ts'
import { renderMarkdown } from './render-markdown.ts'
import { runReportSchema, type RunReport } from './run-report.ts'

const root = 'b0'.repeat(20)
const weakness = { primary: 'it edits <b>blindly</b>', rootCause: 'edit.ts', suggestedFix: 'read first', source: 'model' as const, tasks: ['t1'], unsolved: 9 }

function pairs(baseline: number, candidate: number, asked: number): readonly LaunchPair[] {
  return Array.from({ length: asked }, (_, index) => ({ seed: index, first: 'baseline' as const, task: `t${index}`, baseline: index < baseline ? 1 : 0, candidate: index < candidate ? 1 : 0 }))
}

/** One step: made for so many billionths of a dollar, given tasks for as many again. */
function generation(step: number, { parent = root, solved, verdict = 'inconclusive', nanoUsd = 1e9, heldOut }: { readonly parent?: string; readonly solved: number | null; readonly verdict?: 'accepted' | 'inconclusive' | 'rejected'; readonly nanoUsd?: number; readonly heldOut?: readonly LaunchPair[] }): readonly NewEvent[] {
  const id = `p${step}`
  const made = proposalMade('r1', id, { step, parent, commit: `c${step}`, operator: 'self-edit', rationale: `change ${step}` })
  const recorded = evaluationRecorded('r1', id)
  const metric: MetricFacts = { name: 'solved', unit: 'fraction', role: 'objective', pairs: pairs(2, solved ?? 0, 10), accounting: 'cgroup-v2', trust: 'measured', problem: null, ...(heldOut === undefined ? {} : { heldOut }) }
  if (made.kind !== 'proposal-made' || recorded.kind !== 'evaluation-recorded') throw new TypeError('not these')
  const measured: NewEvent = { ...recorded, body: { ...recorded.body, evaluation: { ...recorded.body.evaluation, metrics: solved === null ? [] : [metric] } } }
  return [...call(`step ${step}`, nanoUsd), { ...made, body: { ...made.body, proposal: { ...made.body.proposal, weakness } } }, ...call(id, nanoUsd), measured, decisionMade('r1', id, decisionOf(verdict, null))]
}

function call(about: string, nanoUsd: number): readonly NewEvent[] {
  const spending = { nanoUsd, tokens: 2, calls: 1 }
  const intended: IntendedCall = { run: 'r1', call: `call ${about}`, attempt: 1, purpose: 'agent', label: about, about, model: { name: 'm', provider: 'ollama', id: 'x' }, requestDigest: 'd', reserved: spending, price: { input: 1, output: 1 }, limits: { nanoUsd: null, tokens: null, calls: null } }
  return [{ kind: 'model-call-intended', body: intended }, { kind: 'model-call-settled', body: { run: 'r1', call: `call ${about}`, attempt: 1, outcome: 'answered', code: null, usage: null, charged: spending, basis: 'usage', transcript: 't', wallMs: 1 } }]
}

async function reportOf(events: readonly NewEvent[]): Promise<RunReport> {
  await using journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append(events)
  return foldReport(journal.read(0))
}

const started = runStarted('r1', { proposer: 'self', strategy: 'dgm' })
const history: readonly NewEvent[] = [
  started,
  ...generation(1, { solved: 4 }),
  ...generation(2, { solved: 9, verdict: 'rejected' }),
  ...call('step 3', 5e8),
  { kind: 'step-skipped', body: { run: 'r1', step: 3, parent: 'c1', editsDigest: null, reason: 'refused', refusal: { code: 'trajectory-incomplete', detail: 'two <i>replies</i> are not shown', model: { name: 'm', calls: ['call step 3'], nanoUsd: 5e8 } } } },
  ...generation(4, { parent: 'c1', solved: 7, verdict: 'accepted' }),
  ...generation(5, { parent: 'c4', solved: null, verdict: 'rejected' }),
]

describe('a run of an agent that improves itself', () => {
  it('is told by generation: what it came from, what it cost, and the best that was by then', async () => {
    const report = await reportOf(history)
    expect(runReportSchema.parse(report)).toEqual(report)
    const [run] = report.runs
    expect(run?.self?.generations.map(({ variant, depth, usdMade, usdSoFar, best }) => [variant, depth, usdMade, usdSoFar, best.variant, best.tasks?.solved])).toEqual([
      [1, 1, 1, 2, 1, 4],
      // What is refused is never the best, whatever it solves.
      [2, 1, 1, 4, 1, 4],
      [3, 2, 1, 6.5, 3, 7],
      [4, 3, 1, 8.5, 3, 7],
    ])
    expect(run?.self).toMatchObject({ gain: 0.5, gainPerUsd: 0.5 / 8.5, transfer: null, barren: [{ step: 3, parent: 1, code: 'trajectory-incomplete', usd: 0.5 }] })
    expect(run?.variants[0]).toMatchObject({ tasks: { asked: 10, solved: 4, baseline: 2 }, weakness: { primary: weakness.primary, source: 'model' } })
    expect(run?.variants[3]?.tasks).toBeUndefined()
  })

  it('has what the winner does on tasks that no search saw', async () => {
    const confirmed = generation(0, { solved: 7, verdict: 'accepted', heldOut: pairs(1, 3, 4) }).map((event): NewEvent => (event.kind === 'evaluation-recorded' || event.kind === 'decision-made' ? ({ ...event, body: { ...event.body, purpose: 'confirm' } } as NewEvent) : event))
    const report = await reportOf([...history, ...confirmed, runFinished('r1', 'p0')])
    expect(report.runs[0]?.self?.transfer).toEqual({ asked: 4, solved: 3, baseline: 1 })
    expect(renderMarkdown(report)).toContain('3 of 4 tasks (baseline 1)')
  })

  it('is shown in Markdown and HTML, with nothing of what a proposal says as markup', async () => {
    const report = await reportOf(history)
    for (const text of [renderMarkdown(report), renderHtml(report)]) {
      for (const part of ['7 of 10', 'trajectory-incomplete', 'change 4', '$8.5000', '50 %']) expect(text).toContain(part)
      expect(text).not.toMatch(/<b>blindly|<i>replies/)
    }
  })

  it('has a section of its own only where an agent improves itself, also when nothing was decided or spent', async () => {
    expect((await reportOf([runStarted('r1'), ...history.slice(1)])).runs[0]?.self).toBeUndefined()
    const empty = await reportOf([started])
    expect(empty.runs[0]?.self).toEqual({ generations: [], barren: [], gain: 0, gainPerUsd: null, transfer: null })
    for (const text of [renderMarkdown(empty), renderHtml(empty)]) expect(text).toContain('r1')
  })
})
