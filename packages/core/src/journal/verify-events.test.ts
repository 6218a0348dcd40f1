import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import type { NewEvent } from './event.ts'
import { genesis, hashEvent, linkEvent, type StoredEvent } from './hash-chain.ts'
import { verifyEvents } from './verify-events.ts'

const event = fc.record({ run: fc.string(), reason: fc.constantFrom('budget', 'time'), winner: fc.option(fc.string()) }).map((body): NewEvent => ({ kind: 'run-finished', body: body as never }))

function chain(events: readonly NewEvent[]): StoredEvent[] {
  let head = genesis
  return events.map((value, index) => {
    const linked = linkEvent(head, value, `2026-01-01T00:00:00.${String(index % 1000).padStart(3, '0')}Z`)
    head = linked
    return linked
  })
}

const rows = fc.array(event, { minLength: 3, maxLength: 25 }).map(chain)

describe('verifyEvents', () => {
  it('finds nothing wrong with a chain that was only appended to', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (stored) => {
        expect(await verifyEvents(stored)).toEqual({ ok: true, events: stored.length, head: expect.objectContaining({ hash: stored.at(-1)?.hash }) })
      }),
    )
    expect(await verifyEvents([])).toEqual({ ok: true, events: 0, head: genesis })
  })

  it('finds any changed field, at its place', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.constantFrom('at', 'kind', 'body', 'hash', 'previous' as const), async (stored, raw, field) => {
        const index = raw % stored.length
        const forged = stored.with(index, { ...(stored[index] as StoredEvent), [field]: `${(stored[index] as StoredEvent)[field as 'at']} ` })
        expect(await verifyEvents(forged)).toMatchObject({ ok: false, brokenAt: index + 1 })
      }),
    )
  })

  it('finds a change whose hash was made to fit, at the next link', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (stored, raw) => {
        const index = raw % (stored.length - 1)
        const before = index === 0 ? genesis : (stored[index - 1] as StoredEvent)
        const forged = stored.with(index, linkEvent(before, { kind: 'run-finished', body: { run: 'forged', reason: 'once', winner: 'forged' } }, 'never'))
        expect(await verifyEvents(forged)).toMatchObject({ ok: false, brokenAt: index + 2, problem: 'link' })
      }),
    )
  })

  it('finds a dropped, a repeated and a swapped event', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (stored, raw) => {
        const index = raw % (stored.length - 1)
        expect(await verifyEvents(stored.toSpliced(index, 1))).toMatchObject({ ok: false, brokenAt: index + 1, problem: 'gap' })
        expect(await verifyEvents(stored.toSpliced(index, 0, stored[index] as StoredEvent))).toMatchObject({ ok: false, problem: 'order' })
        const swapped = stored.with(index, stored[index + 1] as StoredEvent).with(index + 1, stored[index] as StoredEvent)
        expect(await verifyEvents(swapped)).toMatchObject({ ok: false })
      }),
    )
  })
})

describe('verifyEvents on a forged body', () => {
  it.each([
    ['that names a member twice', '{"a":1,"a":2}'],
    ['with white space', '{ "a":1}'],
    ['with unsorted members', '{"b":1,"a":2}'],
    ['that is a list', '[]'],
    ['that is no JSON', '{"a":'],
    ['deeper than anything of ours', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('%s calls it malformed, even when its hash fits', async (_name, body) => {
    const [first] = chain([{ kind: 'run-finished', body: { run: 'r', reason: 'once', winner: null } }])
    const unhashed = { ...(first as StoredEvent), body }
    expect(await verifyEvents([{ ...unhashed, hash: hashEvent(unhashed) }])).toMatchObject({ ok: false, brokenAt: 1, problem: 'malformed' })
  })

  it('of a newer schema says so', async () => {
    const [first] = chain([{ kind: 'run-finished', body: { run: 'r', reason: 'once', winner: null } }])
    expect(await verifyEvents([{ ...(first as StoredEvent), schemaVersion: 99 }])).toMatchObject({ ok: false, brokenAt: 1, problem: 'version' })
  })
})

describe('verifyEvents', () => {
  it('finds one changed character anywhere in the text of an event, at its place', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.constantFrom('at', 'kind', 'body', 'hash', 'previous' as const), fc.nat(), async (stored, raw, field, where) => {
        const index = raw % stored.length
        const row = stored[index] as StoredEvent
        const at = where % row[field].length
        const flipped = `${row[field].slice(0, at)}${row[field][at] === 'x' ? 'y' : 'x'}${row[field].slice(at + 1)}`
        expect(await verifyEvents(stored.with(index, { ...row, [field]: flipped }))).toMatchObject({ ok: false, brokenAt: index + 1 })
      }),
    )
  })

  it('finds a run of events cut out of the middle or the front, at the first that is missing', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.nat(), async (stored, rawStart, rawCount) => {
        const start = rawStart % (stored.length - 1)
        const count = 1 + (rawCount % (stored.length - 1 - start))
        expect(await verifyEvents(stored.toSpliced(start, count))).toMatchObject({ ok: false, brokenAt: start + 1, problem: 'gap' })
      }),
    )
  })

  it('finds an event put in between with a fitting number, link and hash', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (stored, raw) => {
        const index = raw % (stored.length - 1)
        const inserted = linkEvent(stored[index] as StoredEvent, { kind: 'run-finished', body: { run: 'forged', reason: 'once', winner: 'forged' } }, 'now')
        expect(await verifyEvents(stored.toSpliced(index + 1, 0, inserted))).toMatchObject({ ok: false, brokenAt: index + 2, problem: 'order' })
        const renumbered = [...stored.slice(0, index + 1), inserted, ...stored.slice(index + 1).map((row) => ({ ...row, sequence: row.sequence + 1 }))]
        expect(await verifyEvents(renumbered)).toMatchObject({ ok: false, brokenAt: index + 3, problem: 'link' })
      }),
    )
  })

  it('cannot see that the end was cut off: only a head kept elsewhere shows it', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (stored, raw) => {
        const kept = await verifyEvents(stored)
        const cut = await verifyEvents(stored.slice(0, raw % stored.length))
        expect(cut.ok).toBe(true)
        expect(cut).not.toEqual(kept)
      }),
    )
  })
})

describe('canonicalJson', () => {
  it('does not depend on the order of keys, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
    expect(canonicalJson({ b: 1, a: undefined, 'ä': [null] })).toBe('{"b":1,"ä":[null]}')
  })

  it('refuses what JSON would silently change', () => {
    for (const value of [Number.NaN, Infinity, 1n, () => 0, Symbol('x'), new Uint8Array(1), new Map(), new Date(0), [undefined]]) {
      expect(() => canonicalJson({ value })).toThrow(/JSON cannot represent/)
    }
    let deep: unknown = 0
    for (let i = 0; i < 300; i++) deep = [deep]
    expect(() => canonicalJson(deep)).toThrow(/deeper/)
  })
})

describe('canonicalJson', () => {
  it('writes -0 as 0, keeps lone surrogates by escaping them, and orders keys by code units', () => {
    expect(canonicalJson({ z: -0, a: '\ud800' })).toBe('{"a":"\\ud800","z":0}')
    expect(canonicalJson({ '\u{1F600}': 1, '\ufb33': 2, 1: 3, '': 4 })).toBe('{"":4,"1":3,"\u{1F600}":1,"\ufb33":2}')
  })

  it('keeps a member named like the prototype, and refuses what has none of JSON’s shapes', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}')
    for (const value of [Object.create({ inherited: 1 }), Object.create(Object.create(null) as object), new Error('x'), new Boolean(true)]) {
      expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'journal-failed' }) as Error)
    }
  })

  it('refuses a value that contains itself', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    expect(() => canonicalJson(circle)).toThrow(/deeper/)
  })
})
