import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JournalEvent, NewEvent } from '../journal/event.ts'
import { genesis, linkEvent, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import { prunedRuns, refusePrunedRun } from '../cycle/refuse-pruned.ts'
import { decisionMade, decisionOf, proposalMade, proposalScreened, runFinished, runStarted } from '../testing/sample-events.ts'
import { RetentionFold } from './retention-fold.ts'
import { RetentionCheck } from './verify-retention.ts'

const day = (n: number): string => new Date(Date.UTC(2026, 0, n)).toISOString()

/** One event a day. */
function journal(events: readonly NewEvent[]): readonly JournalEvent[] {
  const rows: StoredEvent[] = []
  for (const event of events) rows.push(linkEvent(rows.at(-1) ?? genesis, event, day(rows.length + 1)))
  return rows.map(parseEvent)
}

function folded(events: readonly NewEvent[]): RetentionFold {
  const fold = new RetentionFold()
  for (const event of journal(events)) fold.apply(event)
  return fold
}

const prune = (scope: { readonly runs?: readonly string[]; readonly proposals?: readonly string[] }, before = day(90), interrupted = false): NewEvent => ({
  kind: 'prune-intended',
  body: { prune: 'p', before, interrupted, runs: scope.runs ?? [], proposals: scope.proposals ?? [] },
})
const applied = (proposal: string): NewEvent => ({ kind: 'application-intended', body: { application: `a-${proposal}`, proposal, ref: 'refs/heads/main', expected: null, commit: 'c' } })

const finishedRun: readonly NewEvent[] = [runStarted('r1'), proposalMade('r1', 'p1'), decisionMade('r1', 'p1', decisionOf('rejected', null)), runFinished('r1', null)]

describe('what a prune may give up', () => {
  it('is an old run that has finished, and an old single change', () => {
    const fold = folded([...finishedRun, proposalMade(null, 'x1'), decisionMade(null, 'x1', decisionOf('rejected', null), { purpose: 'single' })])
    expect(fold.plan({ before: day(90), interrupted: false })).toEqual({ runs: ['r1'], proposals: ['x1'] })
    expect(fold.plan({ before: day(5), interrupted: false })).toEqual({ runs: ['r1'], proposals: [] })
    expect(fold.plan({ before: day(4), interrupted: false })).toEqual({ runs: [], proposals: [] })
  })

  it('is no run that may go on, unless that is asked for', () => {
    const fold = folded(finishedRun.slice(0, 3))
    expect(fold.plan({ before: day(90), interrupted: false }).runs).toEqual([])
    expect(fold.plan({ before: day(90), interrupted: true }).runs).toEqual(['r1'])
    expect(fold.unfinished()).toEqual(['r1'])
  })

  it.each<readonly [string, NewEvent]>([
    ['accepted', decisionMade(null, 'x1', decisionOf('accepted', null), { purpose: 'single' })],
    ['put before people', decisionMade(null, 'x1', decisionOf('approval-required', null), { purpose: 'single' })],
    ['applied', applied('x1')],
  ])('is nothing that was %s, whatever became of it', (_, event) => {
    const later = decisionMade(null, 'x1', decisionOf('rejected', null), { purpose: 'single', trial: 2 })
    expect(folded([proposalMade(null, 'x1'), event, later]).plan({ before: day(90), interrupted: true }).proposals).toEqual([])
  })

  it('is no run of which nothing would go, and nothing twice', () => {
    const accepted = folded([runStarted('r1'), proposalMade('r1', 'p1'), decisionMade('r1', 'p1', decisionOf('accepted', null)), runFinished('r1', 'p1')])
    expect(accepted.plan({ before: day(90), interrupted: true }).runs).toEqual([])
    expect(folded([...finishedRun, prune({ runs: ['r1'] })]).plan({ before: day(90), interrupted: true }).runs).toEqual([])
    expect(folded([runStarted('r2')]).plan({ before: day(90), interrupted: true }).runs).toEqual([])
  })

  it('is given up by no prune that came to its end and removed nothing, so that its run may go on; one that was killed may have removed something', async () => {
    const settled = (outcome: 'done' | 'interrupted', refs: number): NewEvent => ({ kind: 'prune-settled', body: { prune: 'p', outcome, refs, files: 0, bytes: 0 } })
    const begun = [...finishedRun.slice(0, 3), prune({ runs: ['r1'] }, day(90), true)]
    for (const [end, isPruned] of [[settled('done', 0), false], [settled('done', 1), true], [settled('interrupted', 0), true]] as const) {
      const events = journal([...begun, end])
      expect(folded([...begun, end]).pruned().runs).toEqual(isPruned ? ['r1'] : [])
      const index = { ofKinds: async function* () { yield* events.filter(({ kind }) => kind.startsWith('prune-')) } }
      expect([...(await prunedRuns(index))]).toEqual(isPruned ? ['r1'] : [])
      await (isPruned ? expect(refusePrunedRun(index, 'r1')).rejects.toMatchObject({ code: 'pruned' }) : refusePrunedRun(index, 'r1'))
      // It may be tried again, where it was taken back.
      const again = new RetentionCheck()
      expect(journal([...begun, end, prune({ runs: ['r1'] }, day(90), true)]).every((event) => again.add(event) === null)).toBe(!isPruned)
    }
  })

  it('is a change again that was judged again since', () => {
    const fold = folded([proposalMade(null, 'x1'), prune({ proposals: ['x1'] }), proposalScreened(null, 'x1')])
    expect(fold.pruned().proposals).toEqual([])
    expect(fold.plan({ before: day(90), interrupted: false }).proposals).toEqual(['x1'])
    expect(fold.plan({ before: day(3), interrupted: false }).proposals).toEqual([])
  })
})

describe('verifying prunes', () => {
  const check = (events: readonly NewEvent[]): ReturnType<RetentionCheck['add']>[] => {
    const retention = new RetentionCheck()
    return journal(events).map((event) => retention.add(event)).filter((one) => one !== null)
  }

  it('passes what kept to the rule', () => {
    expect(check([...finishedRun, prune({ runs: ['r1'] })])).toEqual([])
  })

  it.each<readonly [string, readonly NewEvent[]]>([
    ['an accepted change', [proposalMade(null, 'x1'), decisionMade(null, 'x1', decisionOf('accepted', null)), prune({ proposals: ['x1'] })]],
    ['a run that may go on', [...finishedRun.slice(0, 3), prune({ runs: ['r1'] })]],
    ['what is newer than it says', [...finishedRun, prune({ runs: ['r1'] }, day(2))]],
    ['what nobody made', [...finishedRun, prune({ runs: ['r9'] })]],
    ['something twice', [...finishedRun, prune({ runs: ['r1'] }), prune({ runs: ['r1'] })]],
  ])('finds one that gave up %s', (_, events) => {
    expect(check(events)).toMatchObject([{ ok: false, problem: 'retention', brokenAt: events.length }])
  })
})

/** A few runs and changes with a random history. */
const history = fc.array(
  fc.oneof(
    fc.constantFrom('r1', 'r2').map((run) => runStarted(run)),
    fc.record({ run: fc.constantFrom('r1', 'r2', null), id: fc.constantFrom('p1', 'p2', 'p3') }).map(({ run, id }) => proposalMade(run, run === null ? `x${id}` : `${run}${id}`)),
    fc.record({ run: fc.constantFrom('r1', 'r2', null), id: fc.constantFrom('p1', 'p2', 'p3'), verdict: fc.constantFrom('accepted', 'rejected', 'inconclusive', 'approval-required') }).map(({ run, id, verdict }) => decisionMade(run, run === null ? `x${id}` : `${run}${id}`, decisionOf(verdict as 'accepted', null))),
    fc.constantFrom('r1', 'r2').map((run) => runFinished(run, null)),
    fc.constantFrom('xp1', 'r1p1', 'r2p2').map(applied),
  ),
  { maxLength: 30 },
)

describe('for any history', () => {
  it('a plan gives up nothing that is protected or may go on, is made good by its own prune, and verifies', () => {
    fc.assert(
      fc.property(history, fc.nat(40), fc.boolean(), (events, upTo, interrupted) => {
        const fold = folded(events)
        const limits = { before: day(upTo + 1), interrupted }
        const scope = fold.plan(limits)
        for (const id of scope.proposals) expect(fold.isProtected(id)).toBe(false)
        if (!interrupted) expect(scope.runs.filter((run) => fold.unfinished().includes(run))).toEqual([])
        const intended: NewEvent = { kind: 'prune-intended', body: { prune: 'p', ...limits, ...scope } }
        const after = folded([...events, intended])
        expect(after.plan(limits)).toEqual({ runs: [], proposals: [] })
        expect(after.pruned()).toEqual(scope)
        const retention = new RetentionCheck()
        expect(journal([...events, intended]).map((event) => retention.add(event)).filter((one) => one !== null)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
