import { describe, expect, it } from 'vitest'
import { createSignatureVerifier } from '../adapters/signatures/signature-verifier.ts'
import { statementDigest } from '../consent/consent-statement.ts'
import type { Consent, ConsentAnswer } from '../consent/consent.ts'
import { attemptAlpha } from '../decision/alpha-spending.ts'
import type { Verdict } from '../decision/decision.ts'
import type { DecisionBasis, EventBodies, NewEvent, Purpose } from '../journal/event.ts'
import type { Proposal } from '../proposal/proposal.ts'
import { configSchema } from '../target/config.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionRevision } from './judge-change.ts'
import { metricRules } from './metric-rules.ts'
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

const judging = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'sh t.sh' }], metrics: { time: { run: 'sh b.sh', measure: 'cpu-time' } } })

/** A verdict as it is recorded today, on `base`, and how somebody may have forged it. */
function ruled(purpose: Purpose, change: Partial<EventBodies['decision-made']> = {}, rules: (alpha: number) => DecisionBasis['rules'] = (alpha) => metricRules(judging, alpha, 'patient')): readonly NewEvent[] {
  const [made, decided] = judged('p1', 'base') as [NewEvent, Extract<NewEvent, { readonly kind: 'decision-made' }>]
  const alpha = change.alpha ?? attemptAlpha(0.01, 1)
  return [made, { ...decided, body: { ...decided.body, purpose, alpha, basis: { revision: decisionRevision, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: false }, rules: rules(alpha) }, ...change } }]
}

async function verified(...events: readonly NewEvent[]): Promise<ConsentVerification> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append(events)
  return await verifyConsents({ index: journal, signatures, configOf: async () => ({}), judgingOf: async () => judging }, signal)
}

describe('an application', () => {
  const plain = applied({ expected: 'base', judged: undefined, tree: undefined })
  const wrong = (detail: string) => ({ ok: false, problem: 'consent', detail: expect.stringContaining(detail) as string })

  it('rests on a verdict that no selection has touched, at the level and by the rules of its baseline', async () => {
    expect(await verified(...ruled('single'), plain)).toMatchObject({ ok: true })
    expect(await verified(...ruled('single', { trial: 2, alpha: attemptAlpha(0.01, 2) }), plain)).toMatchObject({ ok: true })
    expect(await verified(...ruled('confirm', { alpha: 0.002, spending: { tests: 1, offers: 0, rate: 0.01 } }), plain)).toMatchObject({ ok: true })
  })

  it.each([
    ['a search that was never confirmed', ruled('search', { alpha: 0.05 }), 'nothing has confirmed'],
    ['a search that says it spent, where its baseline asks for a confirmation', ruled('search', { alpha: 0.005, spending: { tests: 0, offers: 0, rate: 0.01 } }), 'asks for a confirmation'],
    ['a comparison of two versions', ruled('minimise', { alpha: 0.01 }), 'two versions'],
    ['a level of its own making', ruled('single', { alpha: 0.5 }), 'where its baseline allows'],
    ['the level of a first trial in the second', ruled('single', { trial: 2 }), 'where its baseline allows'],
    ['a budget of its own making', ruled('confirm', { alpha: 0.009, spending: { tests: 5, offers: 0, rate: 1 } }), 'where its baseline allows'],
    ['looser rules', ruled('single', {}, (alpha) => ({ time: { ...metricRules(judging, alpha, 'patient')['time'], minimumEffect: 0 } as DecisionBasis['rules'][string] })), 'other rules'],
    ['fewer rules', ruled('single', {}, (alpha) => ({ other: metricRules(judging, alpha, 'patient')['time'] as DecisionBasis['rules'][string] })), 'other rules'],
  ])('does not rest on %s', async (_, events, detail) => {
    expect(await verified(...events, plain)).toMatchObject(wrong(detail))
  })

  it('goes where it was judged, or rests on a verdict on where it went', async () => {
    for (const judgedAs of [undefined, 'p1']) expect(await verified(...ruled('single'), applied({ judged: judgedAs, tree: undefined }))).toMatchObject(wrong('applied to tip, and judged on base'))
    expect(await verified(...ruled('single'), ...judged('p2', 'tip'), applied({ judged: undefined, tree: undefined }))).toMatchObject({ ok: true })
    expect(await verified(...ruled('single'), ...judged('p2', 'tip', 'rejected'), applied({ judged: undefined, tree: undefined }))).toMatchObject(wrong('applied to tip'))
  })
})

describe('an application on an approval that ends', () => {
  /** Judged at 0, approved at 1 until 10, something else at `meanwhile`, applied at 5 by its own clock; in seconds. */
  async function appliedAfter(meanwhile: number): Promise<ConsentVerification> {
    const at = { seconds: 0 }
    const journal = createMemoryJournal({ clock: () => new Date(at.seconds * 1000) })
    const [, decided] = await journal.append(judged('p1', 'base', 'approval-required'))
    const statement = { proposal: 'p1', baseline: 'base', commit: 'c-p1', tree: 't-p1', evidence: decided?.hash ?? '', constitution: null, answer: 'approved' as const, reason: 'r', givenAt: new Date(1000).toISOString(), expiresAt: new Date(10_000).toISOString() }
    const consent: Consent = { ...statement, by: { kind: 'unverified', name: 'jane' }, digest: statementDigest(statement) }
    for (const [seconds, event] of [[1, { kind: 'consent-given', body: consent }], [meanwhile, judged('p3', 'base')[0]], [5, applied({ expected: 'base', judged: undefined, tree: undefined, consents: [consent.digest] })]] as readonly (readonly [number, NewEvent])[]) {
      at.seconds = seconds
      await journal.append([event])
    }
    return await verifyConsents({ index: journal, signatures, configOf: async () => ({}) }, signal)
  }

  it('counts until then, and not any more once a later time was recorded, whatever the clock says afterwards', async () => {
    expect(await appliedAfter(4)).toEqual({ ok: true, consented: 1 })
    expect(await appliedAfter(9)).toEqual({ ok: true, consented: 1 })
    expect(await appliedAfter(11)).toMatchObject({ ok: false, problem: 'consent', brokenAt: 5, detail: expect.stringContaining('0 of 1 count (not those of jane') as string })
  })
})

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
