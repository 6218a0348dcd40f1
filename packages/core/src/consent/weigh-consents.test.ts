import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newEd25519Key } from '../adapters/signatures/ed25519-signature.ts'
import { keyIdentity, type Approver, type ConsentRule } from './approvers.ts'
import type { CheckedConsent } from './check-signatures.ts'
import type { Consent, ConsentSigner, ConsentStatement, ConsentSubject } from './consent.ts'
import { isToken, statementDigest, statementText, tokenMac } from './consent-statement.ts'
import { weighConsents, type ConsentQuestion, type ConsentWeight } from './weigh-consents.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 5, 1)
const at = (hours: number): string => new Date(start + hours * hour).toISOString()

const subject: ConsentSubject = { proposal: 'p1', baseline: 'b', commit: 'c', tree: 't', evidence: 'e', constitution: 'k' }

function publicKey(): string {
  const spki = createPublicKey(createPrivateKey(newEd25519Key())).export({ type: 'spki', format: 'der' })
  return `ed25519 ${spki.toString('base64')}`
}

const [janeKey, johnKey, otherKey] = [publicKey(), publicKey(), publicKey()]
const token = `sha256:${'ab'.repeat(32)}`
const approvers: readonly Approver[] = [{ name: 'Jane', key: janeKey }, { name: 'Jane', token: `sha256:${'cd'.repeat(32)}` }, { name: 'John', key: johnKey }, { name: 'Bot', token }]
const rule: ConsentRule = { approvers, needed: 1, longest: 48 * hour, timeout: null }
const question: ConsentQuestion = { subject, decidedAt: at(0), now: new Date(at(10)) }

const byKey = (name: string, key: string): ConsentSigner => ({ kind: 'ed25519', name, key, signature: 's' })
const jane = byKey('Jane', janeKey)
const john = byKey('John', johnKey)

function given(by: ConsentSigner, changes: Partial<ConsentStatement> = {}): CheckedConsent {
  const statement: ConsentStatement = { ...subject, answer: 'approved', reason: 'read it', givenAt: at(1), expiresAt: at(40), ...changes }
  return { consent: { ...statement, by, digest: statementDigest(statement) }, isGenuine: true }
}

const why = (weight: ConsentWeight): readonly string[] => weight.discounted.map((one) => one.why)
const weigh = (consents: readonly CheckedConsent[], rules: Partial<ConsentRule> = {}, asked: Partial<ConsentQuestion> = {}): ConsentWeight => weighConsents(consents, { ...rule, ...rules }, { ...question, ...asked })

describe('an approval', () => {
  it('counts for what it was given on', () => {
    expect(weigh([given(jane)])).toMatchObject({ state: 'granted', approvals: [{ by: { name: 'Jane' } }], discounted: [] })
    expect(weigh([given({ kind: 'token', name: 'Bot', mac: '0'.repeat(64) })]).state).toBe('granted')
    expect(weigh([])).toMatchObject({ state: 'missing', needed: 1, approvals: [] })
  })

  it.each([
    ['other-proposal', { proposal: 'p2' }],
    ['other-base', { baseline: 'b2' }],
    ['other-patch', { commit: 'c2' }],
    ['other-patch', { tree: 't2' }],
    ['other-evidence', { evidence: 'e2' }],
    ['other-constitution', { constitution: 'k2' }],
    ['other-constitution', { constitution: null }],
    ['in-the-future', { givenAt: at(11) }],
    ['in-the-future', { givenAt: 'yesterday' }],
    ['expired', { expiresAt: at(10) }],
    ['expired', { expiresAt: 'never' }],
    // Longer than approvals last here, whatever it says itself.
    ['expired', { givenAt: at(-40), expiresAt: null }],
  ] as const)('does not count: %s %j', (expected, changes) => {
    expect(weigh([given(jane, changes)])).toMatchObject({ state: 'missing', approvals: [] })
    expect(why(weigh([given(jane, changes)]))).toEqual([expected])
    // Somebody else's still does.
    expect(weigh([given(jane, changes), given(john)]).state).toBe('granted')
  })

  it('does not count from somebody who is none, with somebody else\'s name, or without proof', () => {
    expect(why(weigh([given(byKey('Eve', otherKey))]))).toEqual(['not-an-approver'])
    expect(why(weigh([given(byKey('Jane', otherKey))]))).toEqual(['not-their-key'])
    expect(why(weigh([given(byKey('Jane', johnKey))]))).toEqual(['not-their-key'])
    expect(why(weigh([given({ kind: 'token', name: 'John', mac: '0'.repeat(64) })]))).toEqual(['not-their-key'])
    expect(why(weigh([given({ kind: 'unverified', name: 'Jane' })]))).toEqual(['unverified'])
    expect(why(weigh([{ ...given(jane), isGenuine: false }]))).toEqual(['not-genuine'])
  })

  it('counts from anybody only where nobody is named, and once', () => {
    const anybody = { approvers: [], needed: 1 }
    expect(weigh([given({ kind: 'unverified', name: 'me' })], anybody).state).toBe('granted')
    expect(weigh([given({ kind: 'unverified', name: 'me' }, { evidence: 'e2' })], anybody).state).toBe('missing')
  })

  it('must be given in time, and a clock that was set back does not bring it back', () => {
    const asked = { timeout: 5 * hour }
    expect(weigh([given(jane, { givenAt: at(4) })], asked).state).toBe('granted')
    expect(why(weigh([given(jane, { givenAt: at(6) })], asked))).toEqual(['too-late'])
    expect(why(weigh([given(jane)], {}, { latestKnown: () => new Date(at(41)) }))).toEqual(['expired'])
    expect(weigh([given(jane)], {}, { latestKnown: () => new Date(at(39)) }).state).toBe('granted')
  })
})

describe('several people', () => {
  it('are as many as there are persons, not keys, spellings or copies', () => {
    const two = { needed: 2 }
    expect(weigh([given(jane), given(john)], two)).toMatchObject({ state: 'granted', approvals: [{}, {}] })
    expect(weigh([given(jane), given(jane)], two).state).toBe('missing')
    expect(weigh([given(jane), given({ kind: 'token', name: 'Jane', mac: '0'.repeat(64) }, { reason: 'again' })], two).state).toBe('missing')
    expect(weigh([given(jane), given(byKey(' jane ', janeKey), { reason: 'again' })], two).state).toBe('missing')
    // A configuration that was never checked: one key under two names is the first one's.
    const shared = [{ name: 'Jane', key: janeKey }, { name: 'Jill', key: janeKey }, { name: 'Jill', token }, { name: 'Joe', token }]
    expect(weigh([given(jane), given(byKey('Jill', janeKey))], { needed: 2, approvers: shared })).toMatchObject({ state: 'missing', discounted: [{ why: 'not-their-key' }] })
    expect(why(weigh([given({ kind: 'token', name: 'Joe', mac: '0'.repeat(64) })], { approvers: shared }))).toEqual(['not-their-key'])
  })

  it('can each stop it, until they say otherwise themselves', () => {
    const no = given(john, { answer: 'rejected', reason: 'too risky', expiresAt: null })
    expect(weigh([given(jane), no])).toMatchObject({ state: 'refused', answers: [{ by: { name: 'John' } }] })
    // Whatever was measured since.
    expect(weigh([given(jane), given(john, { answer: 'rejected', evidence: 'e2' })]).state).toBe('refused')
    expect(weigh([no, given(jane)]).state).toBe('refused')
    expect(weigh([no, given(john, { givenAt: at(2) })])).toMatchObject({ state: 'granted', discounted: [{ why: 'superseded' }] })
    // Nobody else's no, and no copy of an earlier yes.
    expect(weigh([given(jane), given(byKey('Eve', otherKey), { answer: 'rejected' })]).state).toBe('granted')
    expect(weigh([given(john), no, given(john)])).toMatchObject({ state: 'refused' })
    expect(why(weigh([given(john), no, given(john)]))).toContain('repeated')
  })

  it('may put it off, which withdraws their own yes and stops nobody else\'s', () => {
    const later = given(jane, { answer: 'deferred', givenAt: at(2), expiresAt: null })
    expect(weigh([given(jane), later])).toMatchObject({ state: 'deferred', approvals: [] })
    expect(weigh([given(jane), later, given(john)]).state).toBe('granted')
  })
})

describe('any answers', () => {
  const signer = fc.constantFrom<ConsentSigner>(jane, john, byKey('Eve', otherKey), byKey('Jane', johnKey), { kind: 'unverified', name: 'John' }, { kind: 'token', name: 'Bot', mac: '1'.repeat(64) })
  const changes = fc.record({
    answer: fc.constantFrom('approved', 'approved', 'rejected', 'deferred'),
    evidence: fc.constantFrom('e', 'e', 'e2'),
    commit: fc.constantFrom('c', 'c', 'c2'),
    givenAt: fc.integer({ min: -60, max: 12 }).map(at),
    expiresAt: fc.option(fc.integer({ min: -50, max: 60 }).map(at)),
  })
  const answers = fc.array(fc.tuple(signer, changes, fc.boolean()).map(([by, change, isGenuine]): CheckedConsent => ({ ...given(by, change), isGenuine })), { maxLength: 12 })

  it('grant only what enough different approvers stand by, and every answer counts or is explained', () => {
    fc.assert(fc.property(answers, fc.integer({ min: 1, max: 3 }), (consents, needed) => {
      const weight = weigh(consents, { needed })
      const names = new Set(weight.approvals.map(({ by }) => by.name))
      expect(names.size).toBe(weight.approvals.length)
      for (const { by, evidence, commit, answer } of weight.approvals) expect([['Jane', 'John', 'Bot'].includes(by.name), evidence, commit, answer]).toEqual([true, 'e', 'c', 'approved'])
      if (weight.state === 'granted') expect(names.size).toBeGreaterThanOrEqual(needed)
      const standing = weight.state === 'refused' || weight.state === 'deferred' ? weight.answers : []
      const others = consents.length - weight.approvals.length - weight.discounted.length
      expect(others).toBeGreaterThanOrEqual(standing.length === 0 ? 0 : 1)
      expect(others).toBeLessThanOrEqual(3)
    }))
  })

  it('are worth no more when what does not count is added, and no more when more are needed', () => {
    fc.assert(fc.property(answers, answers, (consents, more) => {
      const forged = more.map((one): CheckedConsent => ({ ...one, isGenuine: false }))
      expect(weigh([...forged, ...consents, ...forged]).state).toBe(weigh(consents).state)
      if (weigh(consents, { needed: 2 }).state === 'granted') expect(weigh(consents).state).toBe('granted')
    }))
  })
})

describe('a statement', () => {
  const statement: ConsentStatement = { ...subject, answer: 'approved', reason: 'r', givenAt: at(0), expiresAt: null }

  it('changes with each of its fields, and says what it is for', () => {
    expect(statementText(statement)).toBe(`{"answer":"approved","baseline":"b","commit":"c","constitution":"k","evidence":"e","expiresAt":null,"givenAt":"${at(0)}","proposal":"p1","purpose":"ratchet-consent/v1","reason":"r","tree":"t"}`)
    fc.assert(fc.property(fc.constantFrom(...(Object.keys(statement) as (keyof ConsentStatement)[])), fc.string(), (field, text) => {
      fc.pre(statement[field] !== text)
      expect(statementDigest({ ...statement, [field]: text })).not.toBe(statementDigest(statement))
    }))
    const more: Consent = { ...statement, by: jane, digest: 'whatever' }
    expect(statementDigest(more)).toBe(statementDigest(statement))
  })

  it('is authenticated by a token only with the token', () => {
    const secret = 'a long secret of somebody'
    const configured = `sha256:${createHash('sha256').update(secret).digest('hex')}`
    expect(isToken(secret, configured)).toBe(true)
    for (const guess of ['', `${secret} `, configured, configured.slice(7)]) expect(isToken(guess, configured)).toBe(false)
    expect(isToken(secret, 'sha256:')).toBe(false)
    expect(tokenMac(secret, 'd')).not.toBe(tokenMac(`${secret} `, 'd'))
  })
})

describe('a key', () => {
  it('is the same key in either spelling, and none when it is not one', () => {
    const raw = Buffer.from(janeKey.slice('ed25519 '.length), 'base64').subarray(-32)
    const ssh = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), raw]).toString('base64')
    expect(keyIdentity(`ssh-ed25519 ${ssh} jane@example.org`)).toBe(keyIdentity(janeKey))
    for (const odd of ['', 'ssh-ed25519', `ssh-rsa ${ssh}`, `ed25519 ${ssh}`, `ssh-ed25519 ${ssh.slice(0, -8)}`, 'ssh-ed25519 AAAA', `command="x" ssh-ed25519 ${ssh}`]) expect(keyIdentity(odd)).toBeNull()
    fc.assert(fc.property(fc.string(), fc.constantFrom('ssh-ed25519', 'ed25519', 'ecdsa-sha2-nistp256'), (text, type) => {
      expect(keyIdentity(`${type} ${text}`)).toBeNull()
    }))
  })
})

describe('those who edited a change', () => {
  const bot: ConsentSigner = { kind: 'token', name: 'Bot', mac: '0'.repeat(64) }

  it('count, and are not enough by themselves, under whatever spelling', () => {
    expect(weigh([given(john)], {}, { coAuthors: ['Jane'] }).state).toBe('granted')
    expect(weigh([given(jane), given(john)], { needed: 2 }, { coAuthors: ['Jane'] }).state).toBe('granted')
    for (const name of ['Jane', ' JANE ', 'Ｊane']) expect(weigh([given(jane)], {}, { coAuthors: [name] })).toMatchObject({ state: 'missing', onlyCoAuthors: true, approvals: [{ by: { name: 'Jane' } }] })
    expect(weigh([given(jane), given(john)], { needed: 2 }, { coAuthors: ['john', 'jane'] })).toMatchObject({ state: 'missing', onlyCoAuthors: true })
    expect(weigh([given(jane), given(john), given(bot)], { needed: 2 }, { coAuthors: ['john', 'jane'] }).state).toBe('granted')
  })

  it('are not outweighed by an answer that does not count', () => {
    expect(weigh([given(jane), given(john, { evidence: 'e2' })], {}, { coAuthors: ['Jane'] }).state).toBe('missing')
    expect(weigh([given(jane), given(byKey('Stranger', otherKey))], {}, { coAuthors: ['Jane'] }).state).toBe('missing')
    expect(weigh([given(jane)], { needed: 2 }, { coAuthors: ['Jane'] }).onlyCoAuthors).toBeUndefined()
    expect(weigh([given(jane), given(john, { answer: 'deferred' })], {}, { coAuthors: ['Jane'] })).toMatchObject({ state: 'deferred', onlyCoAuthors: true })
  })
})
