import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryOf } from './arbitrary-of.ts'
import { stringArbitrary } from './string-arbitrary.ts'

const drawn = (generator: Parameters<typeof stringArbitrary>[0], size: number | null = null, count = 3000): readonly string[] => fc.sample(stringArbitrary(generator, size), { numRuns: count, seed: 1 })
const sampled = { kind: 'string', alphabet: 'unicode', pieces: ['name'], samples: ['name=tom; size=12'] } as const

describe('texts of the shape of a sample', () => {
  const texts = drawn(sampled)
  it.each([
    ['a name that objects inherit', /^(?:__proto__|constructor|toString|hasOwnProperty|valueOf|length)=\w+; size=\d+$/],
    ['a word of one letter', /^n=tom; size=\d+$/],
    ['a metacharacter within a word', /^na[^\w\s]me=/],
    ['a character of two units anywhere', /^name=to.{0,1}😀/],
    ['a combining mark within a word', /^\w+\u0301\w+=/],
    ['the sample itself', /^name=tom; size=12$/],
  ])('have %s', (_, pattern) => {
    expect(texts.some((text) => pattern.test(text))).toBe(true)
  })

  it('are not changed beyond the domain of a custom alphabet', () => {
    for (const text of drawn({ kind: 'string', alphabet: 'xy', maxLength: 9 })) expect(text).toMatch(/^[xy]{0,9}$/)
  })

  it('stay near to the samples where nothing else is taken', () => {
    const near = drawn({ ...sampled, near: true }).filter((text) => /^\w+=\w+; \w+=\d+$/.test(text)).length
    const far = drawn({ ...sampled, near: false }).filter((text) => /^\w+=\w+; \w+=\d+$/.test(text)).length
    expect(near).toBeGreaterThan(2300)
    expect(far).toBeLessThan(2000)
  })
})

const longest = (value: unknown): number =>
  typeof value === 'string' ? value.length : typeof value === 'object' && value !== null ? Math.max(0, ...Object.entries(value).flatMap(([key, item]) => [key.length, longest(item)])) : 0

describe('texts of one length', () => {
  it('cut a character in two at any even place', () => {
    const texts = drawn({ kind: 'string', alphabet: 'unicode' }, 1025, 40)
    expect(texts.every((text) => text.length === 1025)).toBe(true)
    expect(texts.some((text) => /[\ud800-\udbff]/.test(text[1023] ?? '') && /[\udc00-\udfff]/.test(text[1024] ?? ''))).toBe(true)
  })

  it('lie inside of objects, lists and records, too', () => {
    const text = { kind: 'string', alphabet: 'unicode' } as const
    const holds = (generator: Parameters<typeof arbitraryOf>[0]): boolean => fc.sample(arbitraryOf(generator, { size: 500, isInner: true }), { numRuns: 30, seed: 2 }).some((value) => longest(value) >= 500)
    expect(holds({ kind: 'object', properties: { a: { kind: 'integer' }, b: text } })).toBe(true)
    expect(holds({ kind: 'array', items: text })).toBe(true)
    expect(holds({ kind: 'record', keys: { kind: 'string' }, values: { kind: 'array', items: text } })).toBe(true)
    expect(holds({ kind: 'record', keys: { kind: 'string' }, values: { kind: 'any' } })).toBe(true)
  })
})
