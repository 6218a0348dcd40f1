import { describe, expect, it } from 'vitest'
import { attemptAlpha } from '../decision/alpha-spending.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { DecisionBasis, EventBodies, NewEvent } from '../journal/event.ts'
import type { ProposerName } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { evaluationRecorded, proposalMade } from '../testing/sample-events.ts'
import { concludeFacts, decisionRevision } from './judge-change.ts'
import { nextSpending, type Ledger } from './spending-ledger.ts'
import { verifyDecisions, type DecisionVerification } from './verify-decisions.ts'

const allowed: Screening = { decision: 'allow', risk: 0, consentLevel: 0, findings: [] }
type Body = EventBodies['decision-made']

interface Judged {
  readonly proposer: ProposerName
  readonly id?: string
  readonly trial?: number
  readonly spending?: Ledger
  readonly alpha?: number
  readonly screening?: Screening
  readonly change?: (body: Body) => Body
}

/** One change, judged by itself, as `evaluateChange` records it. */
function judged({ proposer, id = 'p', trial = 1, spending, alpha = attemptAlpha(0.01, trial), screening = allowed, change = (body) => body }: Judged): readonly NewEvent[] {
  const made = proposalMade(null, id) as Extract<NewEvent, { readonly kind: 'proposal-made' }>
  const measured = evaluationRecorded(null, id, { purpose: 'single', trial }) as Extract<NewEvent, { readonly kind: 'evaluation-recorded' }>
  const spent = spending === undefined ? { alpha } : nextSpending(spending, 0.01)
  const basis: DecisionBasis = { revision: decisionRevision, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: false }, rules: { speed: { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha: spent.alpha, maximumPairs: 60, patience: 'patient' } } }
  const body: Body = { run: null, proposal: id, purpose: 'single', trial, decision: concludeFacts(measured.body.evaluation, basis, screening), basis, ...spent }
  return [
    { ...made, body: { ...made.body, tree: 't', proposal: { ...made.body.proposal, proposer } } },
    { kind: 'proposal-screened', body: { run: null, proposal: id, screening } },
    measured,
    { kind: 'decision-made', body: change(body) },
  ]
}

async function verified(...events: readonly (readonly NewEvent[])[]): Promise<DecisionVerification> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append(events.flat())
  return verifyDecisions(journal.read(0))
}

const overspent = (detail: string) => ({ ok: false, problem: 'spending', detail: expect.stringContaining(detail) as string })
const nothing: Ledger = { tests: 0, offers: 0 }

describe('what a change judged by itself may spend', () => {
  it('is a promise of its own for a person\'s, trial by trial', async () => {
    expect(await verified(judged({ proposer: 'human' }), judged({ proposer: 'human', trial: 2 }))).toMatchObject({ ok: true, decisions: { recomputed: 2 } })
    expect(await verified(judged({ proposer: 'human' }), judged({ proposer: 'human' }))).toMatchObject(overspent('trial 1 of its change, and is the 2.'))
    // A trial that was killed left its screening, and counts.
    expect(await verified(judged({ proposer: 'human' }).slice(0, 2), judged({ proposer: 'human' }))).toMatchObject(overspent('is the 2.'))
  })

  it('does not begin anew with the same content under another id, nor with an id that nobody brought', async () => {
    expect(await verified(judged({ proposer: 'human' }), judged({ proposer: 'human', id: 'q' }))).toMatchObject(overspent('is the 2.'))
    expect(await verified(judged({ proposer: 'human' }).slice(1))).toMatchObject(overspent('nobody had brought it'))
  })

  it('is of the one budget for an agent\'s, whoever brings it again', async () => {
    expect(await verified(judged({ proposer: 'agent', spending: nothing }))).toMatchObject({ ok: true })
    expect(await verified(judged({ proposer: 'agent' }))).toMatchObject(overspent('a program made it'))
    expect(await verified(judged({ proposer: 'agent', spending: nothing }), judged({ proposer: 'human', trial: 2 }))).toMatchObject(overspent('a program made it'))
    const brokenOff = ({ basis: _, spending: __, ...body }: Body): Body => ({ ...body, decision: { verdict: 'inconclusive', reasons: [{ code: 'broken-off', message: '' }], metrics: {} } })
    expect(await verified(judged({ proposer: 'agent', change: brokenOff }).filter(({ kind }) => kind !== 'evaluation-recorded'))).toMatchObject(overspent('a program made it'))
  })

  it('is of the one budget for every program\'s from the first that spent of it, as older journals gave models and searches a promise of their own', async () => {
    expect(await verified(judged({ proposer: 'llm' }), judged({ proposer: 'llm', id: 'q', trial: 2 }))).toMatchObject({ ok: true })
    const spent = judged({ proposer: 'llm', spending: nothing })
    expect(await verified(spent, judged({ proposer: 'human', id: 'q', trial: 2, spending: { tests: 1, offers: 0 } }))).toMatchObject({ ok: true })
    expect(await verified(spent, judged({ proposer: 'genetic', id: 'q', trial: 2 }))).toMatchObject(overspent('a program made it'))
  })

  it('is nothing for what screening denied, which never ran', async () => {
    const denied: Screening = { ...allowed, decision: 'deny', findings: [{ rule: 'unsafe-path', file: 'x', line: null, message: 'm', weight: 'deny' }] }
    const refused = ({ basis: _, ...body }: Body): Body => ({ ...body, decision: { verdict: 'rejected', reasons: [{ code: 'unsafe-path', message: 'm' }], metrics: {} } })
    expect(await verified(judged({ proposer: 'agent', screening: denied, change: refused }).filter(({ kind }) => kind !== 'evaluation-recorded'))).toMatchObject({ ok: true })
  })
})

describe('a verdict without facts', () => {
  const accept = (body: Body): Body => ({ ...body, decision: { ...body.decision, verdict: 'accepted' } })
  const wrong = (detail: string) => ({ ok: false, problem: 'decision', detail: expect.stringContaining(detail) as string })

  it('passes nowhere: neither unmeasured, nor unscreened, nor denied', async () => {
    const bare = judged({ proposer: 'human', change: ({ basis: _, ...body }) => accept(body) })
    expect(await verified(bare.filter(({ kind }) => kind !== 'evaluation-recorded'))).toMatchObject(wrong('nothing was measured'))
    expect(await verified(bare.filter(({ kind }) => kind !== 'proposal-screened'))).toMatchObject(wrong('not screened'))
    const denied: Screening = { ...allowed, decision: 'deny' }
    expect(await verified(judged({ proposer: 'human', screening: denied, change: accept }))).toMatchObject(wrong('denied it'))
  })

  it('rests on no screening that was used up, or is a finished run\'s', async () => {
    const search = (purpose: Body['purpose'], trial = 1, change: (body: Body) => Body = (body) => body): readonly NewEvent[] => {
      const [, , measured, decided] = judged({ proposer: 'genetic', trial })
      const place = { run: 'r', purpose, trial }
      const evaluation = (measured as unknown as { body: { evaluation: Evaluation } }).body.evaluation
      return [{ kind: 'evaluation-recorded', body: { ...place, proposal: 'p', evaluation } }, { kind: 'decision-made', body: change({ ...(decided as { body: Body }).body, ...place }) }]
    }
    const screened: NewEvent = { kind: 'proposal-screened', body: { run: 'r', proposal: 'p', screening: allowed } }
    const end: NewEvent = { kind: 'run-finished', body: { run: 'r', winner: 'p', reason: 'budget' } }
    const waits = ({ basis: _, ...body }: Body): Body => ({ ...body, decision: { ...body.decision, verdict: 'inconclusive' } })
    expect(await verified([screened, ...search('search', 1, waits), ...search('minimise'), ...search('minimise', 2)])).toMatchObject({ ok: true, decisions: { recomputed: 2 } })
    expect(await verified([screened, ...search('search', 1, waits), end, ...search('minimise')])).toMatchObject(wrong('not screened'))
    expect(await verified([screened, ...search('search'), ...search('minimise')])).toMatchObject(wrong('not screened'))
    expect(await verified(judged({ proposer: 'human' }), judged({ proposer: 'human', trial: 2 }).filter(({ kind }) => kind !== 'proposal-screened'))).toMatchObject({ ok: false })
  })
})
