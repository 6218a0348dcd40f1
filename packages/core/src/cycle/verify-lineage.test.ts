import { describe, expect, it } from 'vitest'
import type { PolicyRule } from '../constitution/constitution.ts'
import { noFacts } from '../constitution/policy-facts.ts'
import type { EventBodies, JournalEvent, NewEvent } from '../journal/event.ts'
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
