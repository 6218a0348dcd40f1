import type { KeyObject } from 'node:crypto'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { envelopeDigest, sealEnvelope } from '../attestation/dsse-envelope.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { NewEvent } from '../journal/event.ts'
import { accepted, applied, AttestedJournal, MemoryRing, objectName } from '../testing/attested-journal.ts'
import { continued, MemoryTiles, privateKey, rowsAfter } from '../testing/signed-journal.ts'
import { runStarted } from '../testing/sample-events.ts'
import { logOrigin } from '../transparency-log/log-origin.ts'
import { decodeVerifier } from '../transparency-log/signed-note.ts'
import type { StoredEvent } from '../journal/hash-chain.ts'
import { verifyJournal, type JournalVerification } from './verify-journal.ts'

async function journal(ring = new MemoryRing(), first = 'r1'): Promise<AttestedJournal> {
  const one = new AttestedJournal(ring)
  await one.append([runStarted(first)], accepted('p1'), accepted('p2'), applied('p1'))
  await one.close()
  return one
}

async function rowsOf({ journal: events }: AttestedJournal): Promise<readonly StoredEvent[]> {
  const rows: StoredEvent[] = []
  for await (const row of events.stored()) rows.push(row)
  return rows
}

const parsed = (text: string): { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] } => JSON.parse(text) as ReturnType<typeof parsed>
const statementOf = (text: string): Record<string, unknown> => JSON.parse(Buffer.from(parsed(text).payload, 'base64').toString()) as Record<string, unknown>
const wrong = (detail: RegExp, problem = 'attestation') => ({ ok: false, problem, detail: expect.stringMatching(detail) as string })

let one: AttestedJournal
let [verdict, second, application] = ['', '', '']
let origin = ''
let key: KeyObject
beforeAll(async () => {
  one = await journal()
  const of = (about: string, kind: string): string => [...one.files.files.values()].find((text) => JSON.stringify(statementOf(text)).includes(`"id":"${about}"`) && String(statementOf(text)['predicateType']).includes(kind)) ?? ''
  ;[verdict, second, application] = [of('p1', 'verdict'), of('p2', 'verdict'), of('p1', 'application')]
  origin = logOrigin((await rowsOf(one))[0] as StoredEvent)
  key = one.ring.keys[0] as KeyObject
})

const seal = (statement: unknown, by: KeyObject = key, name = origin): string => sealEnvelope(Buffer.from(canonicalJson(statement)), { name, key: by })

/** Every value of a document that is none of its own parts, by its path. */
function* leaves(value: unknown, path: readonly string[] = []): Iterable<readonly string[]> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) yield path
  else for (const [name, member] of Object.entries(value)) yield* leaves(member, [...path, name])
}

function changed(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by
  if (Array.isArray(value)) return value.map((item: unknown, at) => (String(at) === name ? changed(item, rest, by) : item))
  return { ...(value as object), [name]: changed((value as Record<string, unknown>)[name], rest, by) }
}

describe('an attestation that was kept', () => {
  it('is what the record makes of it, for its own commit', async () => {
    for (const [text, commit] of [[verdict, objectName('commit p1')], [second, objectName('commit p2')], [application, objectName('applied p1')]] as const) {
      const result = await one.verifyGiven(text, commit)
      expect(result).toMatchObject({ ok: true, attestations: { held: expect.arrayContaining([expect.objectContaining({ attestation: envelopeDigest(text), commit, places: ['given', 'file', 'note'] })]) as unknown } })
      expect(await one.verifyGiven(text, objectName('commit p3'))).toMatchObject(wrong(/not of [0-9a-f]{40}/))
    }
  })

  it('is read when its turn comes, and not before', async () => {
    const read: string[] = []
    const late = (wrongly: string) => one.kept().map((kept) => ({ ...kept, text: () => (read.push(kept.source), kept.place === 'file' && kept.digest === envelopeDigest(verdict) ? wrongly : (kept.text as string)) }))
    expect(await one.verify({ attestations: late(verdict) })).toMatchObject({ ok: true, attestations: { held: { length: 3 } } })
    expect(read).toHaveLength(6)
    expect(await one.verify({ attestations: late('') })).toMatchObject(wrong(/is no attestation/))
  })

  it('of which any byte is another one is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('verdict', 'application'), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, place, change) => {
        const bytes = Buffer.from(which === 'verdict' ? verdict : application)
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change
        expect((await one.verifyGiven(bytes.toString('utf8'))).ok).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('that says something else is refused although the right key has signed it, and the place is named', async () => {
    const places = [verdict, application].flatMap((text) => [...leaves(statementOf(text))].map((path) => ({ text, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom('x', 1, null, true, [], {}), async ({ text, path }, by) => {
        const statement = changed(statementOf(text), path, by)
        fc.pre(canonicalJson(statement) !== canonicalJson(statementOf(text)))
        const result = await one.verifyGiven(seal(statement))
        expect(result.ok).toBe(false)
        // Where to look for the event is itself a claim; without type or place it is no statement of ours.
        const isLookedUp = path.join('.').startsWith('predicate.record') || ['_type', 'predicateType'].includes(path[0] ?? '') || path[0] === 'subject'
        if (!isLookedUp) expect(result).toMatchObject({ detail: expect.stringContaining(path.join('.')) as string })
      }),
      { numRuns: 300 },
    )
  })

  it('with something more or less is refused', async () => {
    const statement = statementOf(verdict)
    const { predicate, ...less } = statement
    for (const odd of [{ ...statement, more: 1 }, less, { ...statement, predicate: { ...(predicate as object), claim: 'accepted' } }]) expect((await one.verifyGiven(seal(odd))).ok).toBe(false)
    expect(await one.verifyGiven(seal({ ...statement, predicate: { ...(predicate as object), claim: 'x' } }))).toMatchObject(wrong(/predicate\.claim is "x", and missing in the record/))
    const text = JSON.stringify(statement)
    for (const odd of [` ${text}`, JSON.stringify(statement, null, 1), text.replace('{', '{"_type":"https://in-toto.io/Statement/v1",')]) {
      expect(await one.verifyGiven(sealEnvelope(Buffer.from(odd), { name: origin, key }))).toMatchObject(wrong(/not in canonical form/))
    }
  })

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['of another key', () => seal(statementOf(verdict), privateKey()), /signed by no key that the journal names/],
    ['with a key that it was not signed by', () => `${canonicalJson({ ...parsed(verdict), signatures: [{ ...parsed(verdict).signatures[0], keyid: 'ratchet/x+00000000' }] })}\n`, /names the key ratchet\/x\+00000000/],
    ['with the signature of another one', () => `${canonicalJson({ ...parsed(verdict), signatures: parsed(second).signatures })}\n`, /signed by no key/],
    ['with the payload of another one', () => `${canonicalJson({ ...parsed(verdict), payload: parsed(second).payload })}\n`, /signed by no key/],
    ['of another statement type', () => seal({ ...statementOf(verdict), _type: 'https://in-toto.io/Statement/v0.1' }), /no statement of Ratchet/],
    ['of another predicate type', () => seal({ ...statementOf(verdict), predicateType: 'https://slsa.dev/provenance/v1' }), /no statement of Ratchet/],
    ['of a verdict as an application', () => seal({ ...statementOf(verdict), predicateType: 'urn:ratchet:application:v1' }), /predicateType is "urn:ratchet:application:v1", and "urn:ratchet:verdict:v1" in the record/],
    ['of an event that is none', () => seal(changed(statementOf(verdict), ['predicate', 'record', 'event', 'sequence'], 3)), /neither an accepted verdict nor an application/],
    ['of another journal', async () => [...(await journal(new MemoryRing(), 'other')).files.files.values()][0] ?? '', /of another journal/],
  ])('%s is refused', async (_what, make, why) => {
    expect(await one.verifyGiven(await make())).toMatchObject(wrong(why))
    expect((await one.verifyGiven(verdict)).ok).toBe(true)
  })

  it('of events that are gone shows that the journal was rolled back', async () => {
    const rows = await rowsOf(one)
    const cut = await verifyJournal(rowsAfter(rows.slice(0, 6), 0), { store: new MemoryTiles(), kept: [], key: null, attestations: [{ source: 'f', text: application, place: 'given', commit: null }] })
    expect(cut).toMatchObject(wrong(/journal ends at event 6/))
    const copy = await journal()
    const before = await rowsOf(copy)
    await copy.append(accepted('p5'))
    await copy.close()
    const late = [...copy.files.files.values()].find((text) => JSON.stringify(statementOf(text)).includes('p5')) ?? ''
    const evidence = { store: new MemoryTiles(), kept: [], key: null, attestations: [{ source: 'f', text: late, place: 'note' as const, commit: objectName('commit p5') }] }
    expect(await verifyJournal(rowsAfter(before, 0), evidence)).toMatchObject({ ...wrong(/key of the journal has signed it, so events are gone/, 'rolled-back'), brokenAt: before.length + 1 })
    expect(await verifyJournal(rowsAfter(await rowsOf(copy), 0), evidence)).toMatchObject({ ok: true })
  })

  it('of a journal that went on in another way shows the fork', async () => {
    const ring = new MemoryRing()
    ring.create()
    const [left, right] = await Promise.all(['p1', 'p9'].map(async (proposal) => {
      const side = new AttestedJournal(ring)
      await side.append([runStarted('same')], accepted(proposal))
      await side.close()
      return side
    })) as [AttestedJournal, AttestedJournal]
    expect(await left.verifyGiven([...right.files.files.values()][0] ?? '')).toMatchObject(wrong(/p9.*and .*p1|is not what the record makes/, 'forked'))
    expect((await left.verify()).ok).toBe(true)
  })
})

describe('keys', () => {
  it('that were replaced sign nothing later, and what they signed before holds', async () => {
    const ring = new MemoryRing()
    const rotated = await journal(ring)
    const [old] = ring.keys
    await rotated.rotate()
    await rotated.append(accepted('p5'))
    await rotated.close()
    const texts = [...rotated.files.files.values()]
    const late = texts.find((text) => JSON.stringify(statementOf(text)).includes('p5')) ?? ''
    for (const text of texts) expect((await rotated.verifyGiven(text)).ok).toBe(true)
    const name = logOrigin((await rowsOf(rotated))[0] as StoredEvent)
    expect(await rotated.verifyGiven(seal(statementOf(late), old, name))).toMatchObject(wrong(/which was replaced, and the journal does not record it/))
  })

  it('that are given must vouch for the one that signed', async () => {
    const ring = new MemoryRing()
    const rotated = await journal(ring)
    const early = [...rotated.files.files.values()][0] ?? ''
    const first = decodeVerifier(JSON.parse((await rowsOf(rotated)).find(({ kind }) => kind === 'key-introduced')?.body ?? '{}').key as string)
    const { key: next } = await rotated.rotate()
    await rotated.append(accepted('p5'))
    await rotated.close()
    const late = [...rotated.files.files.values()].find((text) => JSON.stringify(statementOf(text)).includes('p5')) ?? ''
    for (const text of [early, late]) expect((await rotated.verifyGiven(text, null, { key: first })).ok).toBe(true)
    expect((await rotated.verifyGiven(late, null, { key: decodeVerifier(next) })).ok).toBe(true)
    expect(await rotated.verifyGiven(early, null, { key: decodeVerifier(next) })).toMatchObject(wrong(/for which the given key does not vouch/))
    // As stored ones they are what the record says, which the given key signed.
    expect((await rotated.verify({ key: decodeVerifier(next) })).ok).toBe(true)
  })

  it('for which nobody vouches are found before anything that they signed is believed', async () => {
    const ring = new MemoryRing()
    const lost = await journal(ring)
    ring.keys.splice(0)
    const { key: next } = await lost.rotate(true)
    await lost.append(accepted('p5'))
    await lost.close()
    expect(await lost.verify()).toMatchObject({ ok: false, problem: 'key' })
    const late = [...lost.files.files.values()].find((text) => JSON.stringify(statementOf(text)).includes('p5')) ?? ''
    expect((await lost.verifyGiven(late, null, { key: decodeVerifier(next) })).ok).toBe(true)
  })
})

describe('what lies with a target', () => {
  const scene = (): AttestedJournal => {
    const copy = new AttestedJournal(one.ring, one.journal)
    for (const [name, bytes] of one.store.files) copy.store.files.set(name, bytes)
    for (const [digest, text] of one.files.files) copy.files.files.set(digest, text)
    copy.notes.notes = one.notes.notes
    return copy
  }

  it('may be files or notes alone; what is in neither is said to be lost', async () => {
    const copy = scene()
    copy.notes.notes = []
    expect(await copy.verify()).toMatchObject({ ok: true, attestations: { held: [{ places: ['file'] }, {}, {}], lost: [] } })
    copy.files.files.delete(envelopeDigest(verdict))
    expect(await copy.verify()).toMatchObject({ ok: true, attestations: { held: [{}, {}], lost: [envelopeDigest(verdict)] } })
  })

  it('replayed on another commit, under another name, or damaged is found', async () => {
    const cases: readonly [(copy: AttestedJournal) => void, RegExp][] = [
      [(copy) => void (copy.notes.notes = [...copy.notes.notes, { commit: objectName('commit p2'), envelope: verdict }]), /verdict on [0-9a-f]{40}, not of/],
      [(copy) => void (copy.notes.notes = copy.notes.notes.map(({ envelope }) => ({ commit: objectName('base'), envelope }))), /not of/],
      [(copy) => void copy.files.files.set(envelopeDigest(second), verdict), /named by another digest/],
      [(copy) => void copy.files.files.set(envelopeDigest(second), ''), /no JSON/],
      [(copy) => void (copy.notes.notes = [{ commit: objectName('commit p1'), envelope: `${verdict.trimEnd()} \n` }]), /canonical/],
      [(copy) => void copy.files.files.set('ab'.repeat(32), seal({ ...statementOf(verdict), more: 1 })), /more is 1/],
    ]
    for (const [damage, why] of cases) {
      const copy = scene()
      damage(copy)
      expect(await copy.verify()).toMatchObject(wrong(why))
    }
    expect((await scene().verify()).ok).toBe(true)
  })

  it('of other journals is no concern of this one, and is named', async () => {
    const copy = scene()
    const other = await journal(new MemoryRing(), 'other')
    copy.notes.notes = [...copy.notes.notes, ...other.notes.notes]
    expect(await copy.verify()).toMatchObject({ ok: true, attestations: { foreign: [expect.any(String), expect.any(String), expect.any(String)] } })
  })
})

describe('records of attestations', () => {
  const about = (more: Partial<Extract<NewEvent, { readonly kind: 'attestation-intended' }>['body']>): NewEvent => ({ kind: 'attestation-intended', body: { attestation: 'x', proposal: 'p1', about: 5, commit: objectName('commit p1'), key: 'k', ...more } })

  it.each<[string, (key: string) => readonly NewEvent[], RegExp | null]>([
    ['an intent', (text) => [about({ key: text })], null],
    ['an intent about an event that is nothing to attest', (text) => [about({ key: text, about: 3 })], /neither an accepted verdict/],
    ['an intent for another commit', (text) => [about({ key: text, commit: 'c' })], /for commit c, which is for/],
    ['an intent of another key', () => [about({})], /not the key of the log/],
    ['an outcome of what was never intended', () => [{ kind: 'attestation-settled', body: { attestation: 'x', proposal: 'p1', about: 5 } }], /never intended/],
    ['an outcome about something else', (text) => [about({ key: text }), { kind: 'attestation-settled', body: { attestation: 'x', proposal: 'p1', about: 9 } }], /never intended/],
  ])('%s', async (_what, events, why) => {
    const rows = await rowsOf(one)
    const text = (JSON.parse(rows.find(({ kind }) => kind === 'key-introduced')?.body ?? '{}') as { readonly key: string }).key
    const result: JournalVerification = await verifyJournal(rowsAfter(continued(rows, events(text)), 0), { store: new MemoryTiles(), kept: [], key: null })
    expect(result).toMatchObject(why === null ? { ok: true } : wrong(why))
  })
})

describe('a record that is malformed under valid links', () => {
  it('is broken where a statement would be made of it, and no failure', async () => {
    const by = { kind: 'unverified', name: 'ada' } as const
    const approvedBy = async (approver: typeof by | null): Promise<AttestedJournal> => {
      const made = new AttestedJournal()
      const body = { proposal: 'p1', answer: 'approved', reason: 'r', givenAt: '2026-01-01T00:00:00.000Z', expiresAt: '2027-01-01T00:00:00.000Z', digest: 'd1', by: approver }
      await made.append([runStarted('r1')], accepted('p1', 'approval-required'), [{ kind: 'consent-given', body } as unknown as NewEvent], applied('p1', { consents: ['d1'] }))
      return made
    }
    const whole = await approvedBy(by)
    await whole.close()
    const text = [...whole.files.files.values()].at(-1) ?? ''
    expect(await whole.verifyGiven(text)).toMatchObject({ ok: true })
    const malformed = await approvedBy(null)
    expect(await malformed.verifyGiven(text)).toMatchObject(wrong(/malformed/))
  })
})
