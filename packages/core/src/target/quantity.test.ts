import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byteSize, duration, percentage, quantityAdvice } from './quantity.ts'

const durations = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const sizes = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

describe('duration', () => {
  test('every whole amount with a unit becomes milliseconds, with or without a space', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom('ms', 's', 'm', 'h'), fc.constantFrom('', ' ', '  '), (amount, unit, space) => {
        expect(duration.parse(`${amount}${space}${unit}`)).toBe(amount * durations[unit])
      }),
    )
  })

  test('fractions of a unit are rounded to whole milliseconds', () => {
    expect(duration.parse('1.5s')).toBe(1_500)
    expect(duration.parse(' 0.25h ')).toBe(900_000)
  })

  test.each(['', ' ', '0s', '0.0001ms', '-1s', '1', '1d', '1S', '1e3s', '1m30s', 's', '1 m s', 'Infinitys', '577h', '999999999999999h', '1_000ms', '１s'])(
    'refuses %j',
    (text) => {
      expect(duration.safeParse(text).success).toBe(false)
    },
  )

  test('never gives anything but a positive whole number that a timer can hold, whatever the text', () => {
    const nearMiss = fc.tuple(fc.double().map(String), fc.constantFrom('', 'ms', 's', 'm', 'h', 'H', ' h')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearMiss), (text) => {
        const parsed = duration.safeParse(text)
        if (!parsed.success) return
        expect(Number.isInteger(parsed.data)).toBe(true)
        expect(parsed.data).toBeGreaterThan(0)
        expect(parsed.data).toBeLessThan(2 ** 31)
      }),
    )
  })

  test.each([120, null, undefined, true, {}, []])('refuses %j, which is no text', (value) => {
    expect(duration.safeParse(value).success).toBe(false)
  })
})

describe('byteSize', () => {
  test('every whole amount with a unit becomes bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000 }), fc.constantFrom('B', 'kB', 'KB', 'MB', 'GB', 'KiB', 'MiB', 'GiB'), (amount, unit) => {
        expect(byteSize.parse(`${amount}${unit}`)).toBe(amount * sizes[unit])
      }),
    )
  })

  test.each(['2gib', '2G', '0B', '0.4B', '-1MiB', '1025TiB', '999999999999999TB', '2 GiB GiB'])('refuses %j', (text) => {
    expect(byteSize.safeParse(text).success).toBe(false)
  })
})

describe('percentage', () => {
  test('a percentage and its fraction mean the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999 }), (hundredths) => {
        expect(percentage.parse(`${hundredths / 100}%`)).toBeCloseTo(hundredths / 10_000, 12)
        expect(percentage.parse(hundredths / 10_000)).toBe(hundredths / 10_000)
      }),
    )
  })

  test.each([1, 2, -0.1, Number.NaN, Infinity, '100%', '2', '-2%', '2 percent', '', '1e1%', null, true])('refuses %j', (value) => {
    expect(percentage.safeParse(value).success).toBe(false)
  })

  test('every accepted value lies in [0, 1)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.double().map((value) => `${value}%`)), (value) => {
        const parsed = percentage.safeParse(value)
        if (parsed.success) expect(parsed.data >= 0 && parsed.data < 1).toBe(true)
      }),
    )
  })
})

describe('advice', () => {
  test.each([
    ['duration', 120, '120ms or 120s'],
    ['duration', '2M', 'did you mean 2m?'],
    ['duration', 'soon', '2m'],
    ['size', '2gib', 'did you mean 2GiB?'],
    ['size', '2G', 'GiB'],
    ['share', 2, 'did you mean 2%?'],
    ['share', '2', '2%'],
    ['share', null, '2%'],
  ] as const)('for a %s written %j names the right form', (name, input, expected) => {
    expect(quantityAdvice(name, input)).toContain(expected)
  })
})
