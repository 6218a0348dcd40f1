import { describe, expect, it } from 'vitest'
import { statementDigest } from '../consent/consent-statement.ts'
import type { Consent, ConsentStatement } from '../consent/consent.ts'
import type { ConsentRule } from '../consent/approvers.ts'
import type { ProposalRecord } from './proposal-record.ts'
import { consentSubject, standingConsent } from './standing-consent.ts'

const signal = AbortSignal.timeout(60_000)
const token = (digits: string): string => `sha256:${digits.repeat(32)}`
const named: ConsentRule = { approvers: [{ name: 'jane', token: token('ab') }, { name: 'john', token: token('cd') }], needed: 1, longest: 86_400_000, timeout: null }
const nobody: ConsentRule = { ...named, approvers: [] }

function record({ asks, leave = false, coAuthors }: { readonly asks: boolean; readonly leave?: boolean; readonly coAuthors: readonly string[] }): ProposalRecord {
  const policy = { decision: asks ? 'ask' : 'allow', constitution: 'k', before: 'accepted', consentLevel: 2, risk: 0.5, rules: [] }
  const decision = { purpose: 'single', at: '2026-01-01T00:00:00.000Z', hash: 'e', decision: { verdict: 'approval-required', reasons: [], metrics: {}, policy }, basis: { revision: 0, rules: {}, gates: {}, policy: leave ? { coAuthorsMayApprove: true } : {} } }
  return { id: 'p', made: { baseline: 'b', commit: 'c', tree: 't' }, screening: null, decisions: [decision], consents: [], authors: [{ coAuthors }], requests: [], applications: [], attestations: [] } as never
}

async function state(rule: ConsentRule, asked: ProposalRecord, ...people: readonly string[]): Promise<string> {
  const consents = people.map((name): Consent => {
    const statement: ConsentStatement = { ...consentSubject(asked, 'k'), answer: 'approved', reason: 'r', givenAt: '2026-01-01T01:00:00.000Z', expiresAt: null }
    return { ...statement, by: rule.approvers.length === 0 ? { kind: 'unverified', name } : { kind: 'token', name, mac: '0'.repeat(64) }, digest: statementDigest(statement) }
  })
  const weight = await standingConsent({ signerOf: async () => null, isAllowed: async () => false, hasList: async () => false }, { ...asked, consents }, { rule, constitution: 'k', now: new Date('2026-01-01T02:00:00.000Z') }, signal)
  return weight.state
}

describe('whether those who edited a change may be the only ones to approve it', () => {
  it('depends on nobody where nobody edited it', async () => {
    for (const rule of [named, nobody]) for (const asks of [true, false]) expect(await state(rule, record({ asks, coAuthors: [] }), 'jane')).toBe('granted')
  })

  it('is denied where somebody is named who could, or the constitution asks for a person', async () => {
    for (const asks of [true, false]) expect(await state(named, record({ asks, coAuthors: ['jane'] }), 'jane')).toBe('missing')
    expect(await state(nobody, record({ asks: true, coAuthors: ['jane'] }), 'jane')).toBe('missing')
    for (const rule of [named, nobody]) expect(await state(rule, record({ asks: true, coAuthors: ['jane'] }), 'jane', 'john')).toBe('granted')
  })

  it('is left to whoever uses the machine where nobody can be told apart, and to the constitution', async () => {
    expect(await state(nobody, record({ asks: false, coAuthors: ['jane'] }), 'jane')).toBe('granted')
    for (const rule of [named, nobody]) expect(await state(rule, record({ asks: true, leave: true, coAuthors: ['jane'] }), 'jane')).toBe('granted')
  })
})
