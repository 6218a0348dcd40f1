import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import type { NewEvent } from './event.ts'
import { genesis, linkEvent, type StoredEvent } from './hash-chain.ts'
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
