import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { privateKey } from '../testing/signed-journal.ts'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { endorseKey, keyText, LogKeys } from './log-keys.ts'
import { emptyRoot } from './merkle-hash.ts'

const origin = 'ratchet/0123456789abcdef'
const [one, two, three] = [privateKey(), privateKey(), privateKey()] as const
const verifier = (key: typeof one) => ({ name: origin, key: createPublicKey(key) })

function rotated(): LogKeys {
  const keys = new LogKeys(origin)
  expect(keys.add({ key: keyText(origin, one), endorsement: null }, 2)).toBeNull()
  expect(keys.add({ key: keyText(origin, two), endorsement: endorseKey(keyText(origin, two), { name: origin, key: one }) }, 10)).toBeNull()
  return keys
}

describe('the keys of a log', () => {
  it('sign from their own event on, and no longer than until the next one', () => {
    const keys = rotated()
    expect([1, 2, 9, 10, 99].map((size) => keys.at(size)?.text ?? null)).toEqual([null, keyText(origin, one), keyText(origin, one), keyText(origin, two), keyText(origin, two)])
  })

  it('are trusted by who trusts one before them, as far as each vouched for the next', () => {
    const keys = rotated()
    expect([one, two, three].map((key) => keys.descendsFrom(verifier(key)))).toEqual([true, true, false])
    // For what was signed before it, the new key says nothing.
    expect([one, two].map((key) => keys.descendsFrom(verifier(key), 9))).toEqual([true, false])
    expect(keys.add({ key: keyText(origin, three), endorsement: null }, 20)).toBeNull()
    expect([one, two, three].map((key) => keys.descendsFrom(verifier(key)))).toEqual([false, false, true])
  })

  it.each([
    ['by a stranger', () => endorseKey(keyText(origin, three), { name: origin, key: three })],
    ['by a key that has retired', () => endorseKey(keyText(origin, three), { name: origin, key: one })],
    ['for another key', () => endorseKey(keyText(origin, one), { name: origin, key: two })],
    ['by nothing that is a note', () => 'trust me'],
    ['by a checkpoint', () => signCheckpoint({ origin, size: 1, root: emptyRoot }, [{ name: origin, key: two }])],
  ])('are refused where they are endorsed %s', (_, endorsement) => {
    expect(rotated().add({ key: keyText(origin, three), endorsement: endorsement() }, 20)).toMatch(/endorsement/)
  })

  it('are refused where they name another log, or nothing', () => {
    for (const key of [keyText('ratchet/ffffffffffffffff', one), 'key', '']) expect(new LogKeys(origin).add({ key, endorsement: null }, 2)).toMatch(/none of this log/)
    expect(new LogKeys(origin).add({ key: keyText(origin, one), endorsement: endorseKey(keyText(origin, one), { name: origin, key: two }) }, 2)).toMatch(/nobody introduced/)
  })

  it('are refused a second time, also where somebody vouches for them', () => {
    for (const [key, endorsement] of [[one, null], [one, two], [two, null], [two, two]] as const) {
      const text = keyText(origin, key)
      expect(rotated().add({ key: text, endorsement: endorsement === null ? null : endorseKey(text, { name: origin, key: endorsement }) }, 20)).toMatch(/before/)
    }
  })

  it.each([{}, { key: keyText(origin, three) }, { key: keyText(origin, three), endorsement: 5 }, { key: keyText(origin, three), endorsement: {} }, { key: null, endorsement: null }, { key: [keyText(origin, three)], endorsement: null }])('are refused where the event is malformed: %j', (body) => {
    expect(rotated().add(body as never, 20)).toMatch(/malformed/)
    expect(new LogKeys(origin).add(body as never, 2)).toMatch(/malformed/)
  })

  it('are told apart where nobody vouched', () => {
    const keys = rotated()
    expect(keys.unendorsed).toBeNull()
    keys.add({ key: keyText(origin, three), endorsement: null }, 20)
    expect(keys.unendorsed?.sequence).toBe(20)
  })

  it('never sign an endorsement that reads as a checkpoint', () => {
    expect(openCheckpoint(endorseKey(keyText(origin, two), { name: origin, key: one }), [verifier(one)])).toEqual({ ok: false, problem: 'malformed' })
  })
})
