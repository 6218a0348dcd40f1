import { describe, expect, it } from 'vitest'
import type { Decision, ReasonCode } from '../decision/decision.ts'
import type { PolicyRule } from '../constitution/constitution.ts'
import { noFacts } from '../constitution/policy-facts.ts'
import type { EventBodies, JournalEvent, NewEvent, Purpose } from '../journal/event.ts'
import type { ProposerName } from '../proposal/proposal.ts'
import { decisionMade, decisionOf, proposalMade, runStarted } from '../testing/sample-events.ts'
import { decisionRevision } from './judge-change.ts'
import { LineageCheck } from './verify-lineage.ts'

const asking: PolicyRule = { id: 'agents', statement: 'People read what agents write.', effect: 'ask', when: 'proposer == "agent"', enforce: [], requires: [], consentLevel: 2 }
const [agent, genetic] = [{ proposer: 'agent', operator: 'hoist' }, { proposer: 'genetic', operator: 'hoist' }] as const

interface Step {
  readonly id: string
  readonly by: ProposerName
  readonly from?: { readonly step: number; readonly parent?: string; readonly mate?: string }
  readonly cutFrom?: string | null
  readonly others?: readonly { readonly proposer: string; readonly operator: string }[]
  readonly screenedAs?: ProposerName
}

function screened({ id, by, from = { step: 1 }, cutFrom, others, screenedAs = by }: Step): readonly NewEvent[] {
  const made = proposalMade('r', id, from) as Extract<NewEvent, { readonly kind: 'proposal-made' }>
  const policy = { constitution: 'c', facts: { ...noFacts, proposer: screenedAs, operator: 'hoist' }, risk: { total: 0, parts: [] }, applied: [], ...(others === undefined ? {} : { others }) }
  return [
    { ...made, body: { ...made.body, ...(cutFrom === undefined || cutFrom === null ? {} : { cutFrom }), proposal: { ...made.body.proposal, proposer: by } } },
    { kind: 'proposal-screened', body: { run: 'r', proposal: id, screening: { decision: 'allow', risk: 0, consentLevel: 0, findings: [], policy } } },
  ]
}

function confirmed(id: string, rules: readonly PolicyRule[] = [asking]): NewEvent {
  const made = decisionMade('r', id, decisionOf('accepted', null), { purpose: 'confirm' }) as Extract<NewEvent, { readonly kind: 'decision-made' }>
  const basis = { revision: decisionRevision, rules: {}, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: false }, policy: { constitution: 'c', rules, riskLevels: [1, 2, 3], askFromLevel: 3 } } as const
  return { ...made, body: { ...made.body, basis } }
}

const first = [...screened({ id: 'one', by: 'agent' }), decisionMade('r', 'one', decisionOf('accepted', null))]
const second = [...screened({ id: 'two', by: 'genetic', from: { step: 2, parent: 'commit-one' }, others: [agent] }), decisionMade('r', 'two', decisionOf('accepted', null))]

/** The first thing that is wrong. */
function problem(events: readonly NewEvent[], started: Partial<EventBodies['run-started']> = { tellsAuthors: true }): string | null {
  const check = new LineageCheck()
  for (const [index, event] of [runStarted('r', started), ...events].entries()) {
    const wrong = check.add({ ...event, sequence: index + 1, at: '2026-01-01T00:00:00.000Z', previous: '', hash: '' } as unknown as JournalEvent)
    if (wrong !== null) return wrong
  }
  return null
}

describe('what a run offers', () => {
  const policy = { decision: 'ask', constitution: 'c', before: 'accepted', consentLevel: 1, risk: 0, rules: ['r'] } as const
  const because = (...codes: readonly ReasonCode[]): Decision => ({ verdict: 'approval-required', reasons: codes.map((code) => ({ code, message: code })), metrics: {} })
  const free = decisionOf('accepted', null)
  const content = because('suspicious-content', 'proven-gain')
  const measured = { ...because('constitution', 'proven-gain'), policy }
  const offering = (winner: Decision, beside?: Decision, started: Partial<EventBodies['run-started']> = {}, purpose: Purpose = 'confirm'): string | null => {
    const of = (id: string, decision: Decision): readonly NewEvent[] => [proposalMade('r', id, { step: 0 }), { kind: 'decision-made', body: { run: 'r', proposal: id, purpose, trial: 1, alpha: 0.01, decision, spending: { tests: 0, offers: 0, rate: 0.01 } } }]
    const end: NewEvent = { kind: 'run-finished', body: { run: 'r', winner: 'win', ...(beside === undefined ? {} : { beside: 'other' }), reason: 'budget' } }
    return problem([...of('win', winner), ...(beside === undefined ? [] : of('other', beside)), end], { followsAsked: true, ...started })
  }

  it('was proven, whoever is asked about it', () => {
    expect([free, content, measured].map((decision) => offering(decision))).toEqual([null, null, null])
    expect(offering(because('weak-evidence', 'proven-gain'))).toContain('win, which was not proven in it')
    expect(offering(because('suspicious-content', 'weak-evidence', 'proven-gain'))).toContain('was not proven in it')
    expect(offering(because('repaired', 'repair-unverified'), undefined, { goal: 'repair' })).toBeNull()
  })

  it('has something beside it only where nobody is asked about what the winner holds, and somebody about that', () => {
    expect([offering(free, content), offering(measured, content), offering(free, measured, {}, 'search')]).toEqual([null, null, null])
    expect(offering(content, content)).toContain('offers other beside win, which a person is asked about as well')
    expect(offering(free, free)).toContain('nobody is asked about what it holds')
    expect(offering(free, measured)).toContain('nobody is asked about what it holds')
    expect(offering(measured, content, {}, 'search')).toContain('which a person is asked about as well')
  })
})

describe('whose steps a change consists of', () => {
  const cut = (step: Partial<Step> = {}): readonly NewEvent[] => screened({ id: 'cut', by: 'genetic', from: { step: 0 }, cutFrom: 'commit-two', others: [agent], ...step })

  it('was told to screening, through every step and what is cut in the end', () => {
    expect(problem([...first, ...second, ...cut(), confirmed('cut')])).toBeNull()
    expect(problem([...first, ...second, confirmed('two')])).toBeNull()
    expect(problem([...first, ...screened({ id: 'two', by: 'genetic', from: { step: 2 } }), confirmed('two')])).toBeNull()
  })

  it.each([
    ['of the one before', [...first, ...screened({ id: 'two', by: 'genetic', from: { step: 2, parent: 'commit-one' } }), confirmed('two')], 'two: screening was not told that something of it was made by ["agent","hoist"]'],
    ['of what was merged into it', [...first, ...screened({ id: 'two', by: 'genetic', from: { step: 2, mate: 'commit-one' }, others: [genetic] }), confirmed('two')], 'two: screening was not told'],
    ['of what it was cut from', [...first, ...second, ...cut({ others: [genetic] }), confirmed('cut')], 'cut: screening was not told'],
    ['and what it was cut from is not said', [...first, ...second, ...cut({ cutFrom: null }), confirmed('cut')], 'cut: nobody can say'],
    ['and what it was cut from never was', [...first, ...second, ...cut({ cutFrom: 'commit-none' }), confirmed('cut')], 'cut: nobody can say'],
    ['and it was screened as another\'s', [...screened({ id: 'one', by: 'agent', screenedAs: 'genetic' }), confirmed('one')], 'one: it was screened as made by ["genetic","hoist"]'],
  ])('was not told: %s', (_, events, detail) => {
    expect(problem(events)).toContain(detail)
    // Nobody has looked for it where no rule asks, and older runs did not.
    expect(problem(events.map((event) => (event.kind === 'decision-made' && event.body.purpose === 'confirm' ? confirmed(event.body.proposal, [{ ...asking, when: 'risk > 0.5' }]) : event)))).toBeNull()
    expect(problem(events, {})).toBeNull()
  })
})
