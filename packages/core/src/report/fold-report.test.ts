import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, runFinished, runStarted, tickingClock } from '../testing/sample-events.ts'
import { foldReport } from './fold-report.ts'
import { renderHtml } from './render-html.ts'
import { renderMarkdown } from './render-markdown.ts'
import { runReportSchema, type RunReport } from './run-report.ts'

async function reportOf(events: readonly NewEvent[]): Promise<RunReport> {
  await using journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append(events)
  return foldReport(journal.read(0))
}

const root = 'b0'.repeat(20)
const gain = { estimate: 1.5, low: 1.3, high: 1.7 }

const search: readonly NewEvent[] = [
  runStarted('r1', { evaluations: 4 }),
  proposalMade('r1', 'p1', { step: 1, parent: root, commit: 'c1', operator: 'hoist', path: 'src/x.ts' }),
  evaluationRecorded('r1', 'p1', { wallMs: 500 }),
  decisionMade('r1', 'p1', decisionOf('accepted', gain)),
  { kind: 'step-skipped', body: { run: 'r1', step: 2, parent: 'c1', editsDigest: 'd', reason: 'duplicate' } },
  { kind: 'step-skipped', body: { run: 'r1', step: 3, parent: 'c1', editsDigest: null, reason: 'exhausted' } },
  proposalMade('r1', 'p2', { step: 4, parent: 'c1', commit: 'c2' }),
  decisionMade('r1', 'p2', decisionOf('rejected', null)),
  proposalMade('r1', 'p3', { step: 0, parent: root, commit: 'c3' }),
  evaluationRecorded('r1', 'p3', { purpose: 'confirm', wallMs: 900 }),
  decisionMade('r1', 'p3', decisionOf('accepted', gain), { purpose: 'confirm' }),
  runFinished('r1', 'p3'),
]

describe('foldReport', () => {
  it('of an empty journal is an empty report', async () => {
    expect(await reportOf([])).toEqual({ version: 1, head: { sequence: 0, hash: '0'.repeat(64) }, runs: [], changes: [], applications: [], alerts: [] })
  })

  it('shows attempts at what no proposal may do, with nothing of what the proposal says', async () => {
    const finding = { rule: 'constitution-path', file: '<b>ratchet.yaml</b>', line: 1, message: '<b>hello</b>', weight: 'deny' as const }
    const report = await reportOf([runStarted('r1'), proposalMade('r1', 'p1'), { kind: 'proposal-screened', body: { run: 'r1', proposal: 'p1', screening: { decision: 'deny', risk: 1, consentLevel: 3, findings: [finding] } } }])
    expect(report.alerts).toMatchObject([{ kind: 'constitution-violation', severity: 'critical', proposal: 'p1', signs: ['constitution-path'] }])
    expect(runReportSchema.parse(report)).toEqual(report)
    for (const text of [renderMarkdown(report), renderHtml(report)]) {
      expect(text).toContain('constitution-violation')
      expect(text).not.toContain('hello')
    }
    expect(renderMarkdown(await reportOf(search))).not.toContain('Alerts')
  })

  it('tells what a run did', async () => {
    const report = await reportOf(search)
    expect(runReportSchema.parse(report)).toEqual(report)
    expect(report.head.sequence).toBe(search.length)
    const [run] = report.runs
    expect(run).toMatchObject({
      id: 'r1', seed: 7, baseline: root, evaluations: 4, evaluated: 2, duplicates: 1, fruitless: 1, evaluationMs: 1400, winner: 'p3', finished: 'budget',
      verdicts: { accepted: 1, rejected: 1, inconclusive: 0, 'approval-required': 0 },
      reasons: [{ code: 'proven-gain', count: 1 }, { code: 'tests-failed', count: 1 }],
    })
    expect(run?.variants.map(({ index, parent, proposal, verdict, wallMs }) => [index, parent, proposal, verdict, wallMs])).toEqual([
      [1, 0, 'p1', 'accepted', 500],
      [2, 1, 'p2', 'rejected', 0],
    ])
    expect(run?.variants[0]?.score?.low).toBeCloseTo(1.3)
    expect(run?.variants[0]?.paths).toEqual(['src/x.ts'])
    expect(run?.settling.map((judgement) => [judgement.proposal, judgement.purpose])).toEqual([['p3', 'confirm']])
  })

  it('tells what was merged, also with the baseline', async () => {
    const merged = (step: number, parent: string, mate: string): readonly NewEvent[] => [proposalMade('r1', `m${step}`, { step, parent, mate, commit: `cm${step}` }), decisionMade('r1', `m${step}`, decisionOf('accepted', gain))]
    const report = await reportOf([...search.slice(0, 8), ...merged(5, 'c1', 'c2'), ...merged(6, root, 'c1')])
    expect(runReportSchema.parse(report)).toEqual(report)
    expect(report.runs[0]?.variants.map(({ parent, mate }) => [parent, mate])).toEqual([[0, undefined], [1, undefined], [1, 2], [0, 1]])
    expect(renderMarkdown(report)).toMatch(/\| 1 with 2 \|/)
    expect(renderHtml(report)).toContain('on #1 with #2')
  })

  it('leaves an interrupted run without an end', async () => {
    const report = await reportOf(search.slice(0, 7))
    expect(report.runs[0]).toMatchObject({ finished: null, winner: null, evaluated: 1 })
  })

  it('names unknown bounds as unknown', async () => {
    const unknown = decisionOf('inconclusive', { estimate: 1.1, low: 0, high: Number.MAX_VALUE })
    const report = await reportOf([runStarted('r1'), proposalMade('r1', 'p1'), decisionMade('r1', 'p1', unknown)])
    expect(report.runs[0]?.variants[0]?.score).toEqual({ estimate: expect.closeTo(1.1) as number, low: null, high: null })
  })

  it('follows changes outside runs, and applications through to their revert', async () => {
    const held = { application: 'a', proposal: 'p9', ref: 'refs/heads/main' }
    const events: readonly NewEvent[] = [
      proposalMade(null, 'p9'),
      decisionMade(null, 'p9', decisionOf('accepted', gain), { purpose: 'single' }),
      { kind: 'application-intended', body: { ...held, expected: null, commit: 'x1' } },
      { kind: 'application-settled', body: { application: 'a', proposal: 'p9', outcome: 'applied' } },
      { kind: 'reversion-intended', body: { ...held, expected: 'x1', commit: 'x2' } },
      { kind: 'reversion-settled', body: { application: 'a', proposal: 'p9', outcome: 'reverted' } },
    ]
    const status = async (count: number): Promise<string | undefined> => (await reportOf(events.slice(0, count))).applications[0]?.status
    expect([await status(2), await status(3), await status(4), await status(5), await status(6)]).toEqual([undefined, 'intended', 'applied', 'revert-intended', 'reverted'])
    const report = await reportOf(events)
    expect(report.changes.map((change) => [change.proposal, change.purpose, change.verdict])).toEqual([['p9', 'single', 'accepted']])
    expect(report.applications[0]).toMatchObject({ ref: 'refs/heads/main', commit: 'x1', revert: { commit: 'x2' } })
    const abandoned = await reportOf([...events.slice(0, 5), { kind: 'reversion-settled', body: { application: 'a', proposal: 'p9', outcome: 'abandoned' } }])
    expect(abandoned.applications[0]).toMatchObject({ status: 'applied', revert: null })
  })

  it('reads events one at a time', async () => {
    let open = 0
    async function* source() {
      await using journal = createMemoryJournal({ clock: tickingClock() })
      for (const event of await journal.append(search)) {
        open++
        expect(open).toBe(1)
        yield event
        open--
      }
    }
    expect((await foldReport(source())).runs).toHaveLength(1)
  })
})
