import { describe, expect, it } from 'vitest'
import { createSignatureVerifier } from '../adapters/signatures/signature-verifier.ts'
import { statementDigest } from '../consent/consent-statement.ts'
import type { Consent, ConsentAnswer } from '../consent/consent.ts'
import type { Verdict } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Proposal } from '../proposal/proposal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { verifyConsents, type ConsentVerification } from './verify-consents.ts'

const signal = AbortSignal.timeout(60_000)
const signatures = createSignatureVerifier({ namespace: 'ratchet-consent', folder: '/nonexistent', environment: {} })

function judged(id: string, baseline: string, verdict: Verdict = 'accepted'): readonly NewEvent[] {
  const proposal: Proposal = { id, proposer: 'human', parent: baseline, edits: [], operator: 'commit', rationale: 'r' }
  return [
    { kind: 'proposal-made', body: { run: null, step: 0, proposal, commit: `c-${id}`, tree: `t-${id}`, baseline, editsDigest: id } },
    { kind: 'decision-made', body: { run: null, proposal: id, purpose: 'single', trial: 1, alpha: 0.05, decision: { verdict, reasons: [], metrics: {} } } },
  ]
}

function answer(proposal: string, baseline: string, said: ConsentAnswer): NewEvent {
  const statement = { proposal, baseline, commit: `c-${proposal}`, tree: `t-${proposal}`, evidence: 'e', constitution: null, answer: said, reason: 'r', givenAt: '1970-01-01T00:00:00.000Z', expiresAt: null }
  return { kind: 'consent-given', body: { ...statement, by: { kind: 'unverified', name: 'jane' }, digest: statementDigest(statement) } satisfies Consent }
}

const applied = (more: object = {}): NewEvent => ({ kind: 'application-intended', body: { application: 'a', proposal: 'p1', ref: 'refs/heads/main', expected: 'tip', commit: 'new', judged: 'p2', tree: 't-p2', ...more } })

async function verified(...events: readonly NewEvent[]): Promise<ConsentVerification> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append(events)
  return await verifyConsents({ index: journal, signatures, configOf: async () => ({}) }, signal)
}

describe('an application that rests on the verdict of a merged change', () => {
  const before = judged('p1', 'base')

  it('holds where that was accepted on the tip of the branch, and nobody had said no to it by then', async () => {
    expect(await verified(...before, ...judged('p2', 'tip'), applied())).toEqual({ ok: true, consented: 0 })
    expect(await verified(...before, ...judged('p2', 'tip'), answer('p2', 'tip', 'rejected'), answer('p2', 'tip', 'approved'), applied())).toMatchObject({ ok: true })
    expect(await verified(...before, ...judged('p2', 'tip'), applied(), answer('p2', 'tip', 'rejected'))).toMatchObject({ ok: true })
    // As older journals hold it.
    expect(await verified(...before, applied({ judged: undefined, tree: undefined }))).toMatchObject({ ok: true })
  })

  it.each([
    ['somebody had said no to', [...judged('p2', 'tip'), answer('p2', 'tip', 'rejected'), applied()], 'rejected by jane'],
    ['needed an approval', [...judged('p2', 'tip', 'approval-required'), applied()], 'not accepted'],
    ['nobody has judged', [applied()], 'not accepted'],
    ['was accepted only afterwards', [...judged('p2', 'tip', 'rejected'), applied(), ...judged('p2', 'tip').slice(1)], 'not accepted'],
    ['was judged on another commit', [...judged('p2', 'older'), applied()], 'another commit'],
    ['has another tree', [...judged('p2', 'tip'), applied({ tree: 'other' })], 'another change'],
  ])('does not where it is one that %s', async (_, events, detail) => {
    expect(await verified(...before, ...events)).toMatchObject({ ok: false, problem: 'consent', detail: expect.stringContaining(detail) as string })
  })
})
