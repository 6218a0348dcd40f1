import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventBodies, JournalEvent, NewEvent } from '../journal/event.ts'
import { genesis, linkEvent, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import { decisionMade, decisionOf, proposalMade, runFinished, runStarted } from '../testing/sample-events.ts'
import { foldMetrics } from './fold-metrics.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

/** One event a minute. */
function journal(events: readonly NewEvent[]): readonly JournalEvent[] {
  const rows: StoredEvent[] = []
  for (const event of events) rows.push(linkEvent(rows.at(-1) ?? genesis, event, at(rows.length)))
  return rows.map(parseEvent)
}

const intended = (proposal: string, more: { readonly consents?: readonly string[]; readonly automatic?: object } = {}): NewEvent => ({ kind: 'application-intended', body: { application: `a-${proposal}`, proposal, ref: 'refs/heads/main', expected: 'e', commit: 'c', ...more } as EventBodies['application-intended'] })
const settled = (proposal: string, outcome: 'applied' | 'abandoned' = 'applied'): NewEvent => ({ kind: 'application-settled', body: { application: `a-${proposal}`, proposal, outcome } })
const undoing = (proposal: string, reason?: string): NewEvent => ({ kind: 'reversion-intended', body: { application: `a-${proposal}`, proposal, ref: 'refs/heads/main', expected: 'e', commit: 'c', ...(reason === undefined ? {} : { reason }) } })
const undone = (proposal: string, outcome: 'reverted' | 'abandoned' = 'reverted'): NewEvent => ({ kind: 'reversion-settled', body: { application: `a-${proposal}`, proposal, outcome } })

describe('metrics', () => {
  it('of an empty journal divide by nothing', async () => {
    expect(await foldMetrics([])).toMatchObject({ events: 0, proposals: { made: 0 }, reverts: { regressionRate: null, meanTimeToRevertMs: null, medianTimeToRevertMs: null } })
  })

  it('count proposals by the verdict that stands, not by the last one', async () => {
    const events = [
      runStarted('r'),
      proposalMade('r', 'p1'),
      decisionMade('r', 'p1', decisionOf('accepted', null), { purpose: 'confirm' }),
      decisionMade('r', 'p1', decisionOf('rejected', null), { purpose: 'search' }),
      proposalMade('r', 'p2'),
      decisionMade('r', 'p2', decisionOf('accepted', null)),
      decisionMade('r', 'p2', decisionOf('inconclusive', null), { purpose: 'confirm' }),
      proposalMade('r', 'p3'),
      runFinished('r', 'p1'),
    ]
    expect(await foldMetrics(journal(events))).toMatchObject({
      runs: { started: 1, finished: 1, withWinner: 1, withQuestion: 0 },
      proposals: { made: 3, accepted: 1, inconclusive: 1, undecided: 1, rejected: 0, byProposer: { genetic: 3 } },
      eventsByKind: { 'proposal-made': 3 },
    })
  })

  it('tell what a run applied from what a person asked for, and say how soon and why what was undone', async () => {
    const events = [
      intended('p1'), settled('p1'), // applied at minute 1
      intended('p2', { consents: ['digest'] }), settled('p2'), // at minute 3
      intended('p3'), settled('p3', 'abandoned'),
      undoing('p1', 'slower in production'), undone('p1', 'abandoned'),
      undoing('p1', 'slower in production'), undone('p1'), // at minute 9
      undoing('p2'), undone('p2'), // at minute 11
      intended('p4', { automatic: {} }), settled('p4'),
    ]
    expect(await foldMetrics(journal(events))).toMatchObject({
      applications: { applied: 3, automatic: 1, manual: 2, approved: 1, abandoned: 1 },
      reverts: { reverted: 2, abandoned: 1, regressionRate: 2 / 3, reasons: { '': 1, 'slower in production': 1 }, meanTimeToRevertMs: 8 * 60_000, medianTimeToRevertMs: 8 * 60_000, longestTimeToRevertMs: 8 * 60_000 },
    })
    // What was applied before counts for its time, not for the rate.
    expect(await foldMetrics(journal(events), at(4))).toMatchObject({ since: at(4), events: 10, applications: { applied: 1, automatic: 1, manual: 0 }, reverts: { reverted: 2, regressionRate: 0, meanTimeToRevertMs: 8 * 60_000 } })
  })

  it('for any order of events stay within bounds, and are the same each time', async () => {
    const event = fc.oneof(
      fc.constantFrom('p1', 'p2', 'p3').chain((id) => fc.constantFrom(proposalMade(null, id), intended(id), intended(id, { consents: ['d'] }), settled(id), settled(id, 'abandoned'), undoing(id, 'x'), undone(id), undone(id, 'abandoned'))),
      fc.constantFrom('p1', 'p2').chain((id) => fc.constantFrom('accepted', 'rejected', 'approval-required').map((verdict) => decisionMade(null, id, decisionOf(verdict as 'accepted', null), { purpose: 'single' }))),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), fc.nat(40), async (events, since) => {
        const metrics = await foldMetrics(journal(events), at(since))
        expect(metrics).toEqual(await foldMetrics(journal(events), at(since)))
        const { proposals, applications, reverts } = metrics
        expect(proposals.accepted + proposals.approvalRequired + proposals.rejected + proposals.inconclusive + proposals.undecided).toBe(proposals.made)
        expect(applications.automatic + applications.manual).toBe(applications.applied)
        expect(reverts.regressionRate ?? 0).toBeGreaterThanOrEqual(0)
        expect(reverts.regressionRate ?? 0).toBeLessThanOrEqual(1)
        expect(reverts.meanTimeToRevertMs ?? 0).toBeGreaterThanOrEqual(0)
        expect(Object.values(reverts.reasons).reduce((sum, count) => sum + count, 0)).toBe(reverts.reverted)
        expect(metrics.events).toBe(Math.max(0, events.length - since))
      }),
      { numRuns: 200 },
    )
  })
})
