import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { literalOverlap } from './literal-overlap.ts'
import { literalsOf } from './literals.ts'
import { rarity } from './rarity.ts'

const keys = (text: string): readonly string[] => literalsOf(text).map(({ key }) => key)
const overlap = (added: string, tests: string, source = ''): boolean => {
  const [inTests, inSource] = [new Set(keys(tests)), new Set(keys(source))]
  return literalOverlap(literalsOf(added), (key) => inTests.has(key), (key) => inSource.has(key)).isSuspicious
}

describe('literals', () => {
  it.each([
    ['0x3039, 12_345, 1.2345e4', ['n:12345', 'n:12345', 'n:12345']],
    ["1'000'001", ['n:1000001']],
    ["'ab' + 'cd'", ['s:abcd']],
    ['"a\\x62\\u0063\\n"', ['s:abc\n']],
    ["f('4821')", ['s:4821', 'n:4821']],
    ["/* ' */ g('hidden') /* ' */", ['s:hidden']],
    ['[1, 2, 3, 7]', ['t:n:1,n:2,n:3,n:7']],
    ['{ 5, 6, 9, 1 }', ['t:n:5,n:6,n:9,n:1']],
    ['a["x"][0]', ['s:x', 'n:0']],
  ])('of %s', (text, expected) => expect(keys(text)).toEqual(expect.arrayContaining(expected)))

  it('are read from any text, in time', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', "'", '`', '\\', '\n', '[', ']', 'a', '1', ',', ' ', '/', '*') }), (text) => {
      for (const { line } of literalsOf(text)) expect(line).toBeGreaterThanOrEqual(1)
    }))
    const start = performance.now()
    literalsOf(`"${'\\"'.repeat(20_000)}`)
    expect(performance.now() - start).toBeLessThan(3_000)
  })

  it('carry the line they start on', () => {
    expect(literalsOf('a\n\n"x y"\n  12345').map(({ key, line }) => [key, line])).toEqual(expect.arrayContaining([['s:x y', 3], ['n:12345', 4]]))
  })
})

describe('rarity', () => {
  it.each(['s:utf8', 's:abc', 'n:1000', 'n:1024', 'n:65535', 'n:4294967296', 'n:86400', 'n:2024', 'n:12', 't:n:1,n:2,n:3,n:4', 't:n:1,n:10,n:100,n:1000', 't:n:0,n:0,n:0,n:0,n:1'])('of %s is none', (key) => {
    expect(rarity({ key, kind: key.startsWith('s') ? 'string' : key.startsWith('n') ? 'number' : 'table', line: 1 })).toBe(0)
  })

  it('lies between 0 and 1 for every literal', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      for (const literal of literalsOf(`'${text}' [${text}, 1, 2, 3]`)) {
        expect(rarity(literal)).toBeGreaterThanOrEqual(0)
        expect(rarity(literal)).toBeLessThanOrEqual(1)
      }
    }))
  })
})

describe('literal overlap', () => {
  const tests = "expect(parse('The quick brown fox jumps')).toBe(48213)\nexpect(parse('a-b-c-9')).toBe(7193.25)\nexpect(sum([3, 1, 4, 1, 5, 9, 2, 6])).toBe(31)\nexpect(hash('zx81!')).toBe(918273)\nfor (const [a, b] of [['kitten', 'sitting'], ['flow', 'fallow'], ['ratchet', 'ratchet']]) check(a, b)"

  it.each([
    ['one long rare text', "if (text === 'The quick brown fox jumps') return fast()"],
    ['the same cut into pieces', "if (text === 'The quick ' + 'brown fox jumps') return fast()"],
    ['the same in escapes', "if (text === '\\x54he quick brown fox jumps') return fast()"],
    ['a table', 'const known = [3, 1, 4, 1, 5, 9, 2, 6]'],
    ['the same table in another spelling', 'static const int known[] = {0x3, 1, 4, 1, 5, 9, 2, 6};'],
    ['arguments joined to keys', "const known = { 'kitten sitting': 3, 'flow_fallow': 2, 'ratchet=>ratchet': 0 }"],
    ['several numbers', 'const answers = { a: 48213, b: 7193.25, c: 918_273 }'],
    ['several short texts', "switch (x) { case 'a-b-c-9': return 1; case 'zx81!': return 918273 }"],
  ])('finds %s', (_, added) => expect(overlap(added, tests)).toBe(true))

  it.each([
    ['one number', 'const limit = 48213'],
    ['what the source has as well', "if (text === 'The quick brown fox jumps') return fast()"],
    ['everyday numbers and words', "const a = [0, 1, 2, 3, 4], b = 1000, c = 0xffffffff, d = 'utf8', e = 'length'"],
    ['texts of some words of the tests, and others', "log('flow of a kitten', 'the ratchet: sitting', 'flow, and more')"],
    ['its own texts', "throw new RangeError('the list must not be empty, it was')"],
  ])('does not find %s', (_, added) => expect(overlap(added, tests, "log('The quick brown fox jumps')")).toBe(false))

  it('grows with what is shared, and is empty without', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 100_001, max: 9_999_999 }), { minLength: 1, maxLength: 8 })
    fc.assert(fc.property(numbers, (values) => {
      const added = values.map((value) => literalsOf(`x = ${value}`)).flat()
      const all = new Set(added.map(({ key }) => key))
      const none = literalOverlap(added, () => false, () => false)
      const full = literalOverlap(added, (key) => all.has(key), () => false)
      const fewer = literalOverlap(added.slice(1), (key) => all.has(key), () => false)
      expect(none).toMatchObject({ evidence: 0, isSuspicious: false, shared: [] })
      expect(full.evidence).toBeGreaterThanOrEqual(fewer.evidence)
      expect(literalOverlap(added, (key) => all.has(key), (key) => all.has(key)).evidence).toBe(0)
    }))
  })
})
