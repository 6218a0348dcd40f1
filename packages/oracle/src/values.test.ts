import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { specSchema, type Generator, type SpecInput } from './spec.ts'
import { caseClasses } from './tagged.ts'
import { generateCases } from './values.ts'

const every: readonly Generator[] = [
  { kind: 'integer', min: 1, max: 5 },
  { kind: 'number' },
  { kind: 'bigint' },
  { kind: 'string', pieces: ['ab'], samples: ['1.2.3'] },
  { kind: 'string', alphabet: 'xy' },
  { kind: 'boolean' },
  { kind: 'null' },
  { kind: 'undefined' },
  { kind: 'constant', value: { a: [1] } },
  { kind: 'array', items: { kind: 'array', items: { kind: 'integer' } } },
  { kind: 'tuple', items: [{ kind: 'integer' }, { kind: 'string' }] },
  { kind: 'object', properties: { id: { kind: 'integer' }, $: { kind: 'string' } }, optional: ['id'] },
  { kind: 'record', keys: { kind: 'string' }, values: { kind: 'integer' } },
  { kind: 'map', keys: { kind: 'integer' }, values: { kind: 'any' } },
  { kind: 'set', items: { kind: 'string' } },
  { kind: 'bytes', type: 'Float32Array' },
  { kind: 'date' },
  { kind: 'regexp' },
  { kind: 'function', arity: 2, returns: { kind: 'integer' } },
  { kind: 'any' },
]
const generators = fc.constantFrom(...every)

const spec = (parameters: readonly Generator[], more: Partial<SpecInput> = {}): ReturnType<typeof specSchema.parse> =>
  specSchema.parse({ version: 1, language: 'javascript', module: 'a.js', function: 'f', cases: 60, parameters: parameters.map((generator, index) => ({ name: `p${index}`, generator })), ...more })

describe('generateCases', () => {
  it('makes the same cases for the same seed, and others for another one', () => {
    fc.assert(
      fc.property(fc.array(generators, { minLength: 1, maxLength: 3 }), fc.nat(), (parameters, seed) => {
        const one = JSON.stringify(generateCases(spec(parameters), seed))
        expect(JSON.stringify(generateCases(spec(parameters), seed))).toBe(one)
        expect(JSON.stringify(generateCases(spec(parameters), seed + 1))).not.toBe(one)
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  it('makes as many as are wanted, each with a name of its own, all of them JSON', () => {
    fc.assert(
      fc.property(fc.array(generators, { maxLength: 3 }), fc.nat(), (parameters, seed) => {
        const cases = generateCases(spec(parameters), seed)
        expect(cases).toHaveLength(60)
        expect(new Set(cases.map(({ id }) => id)).size).toBe(60)
        expect(JSON.parse(JSON.stringify(cases))).toEqual(cases)
      }),
      { numRuns: 40, seed: 2 },
    )
  })

  it('keeps valid values inside their bounds', () => {
    const cases = generateCases(spec([{ kind: 'integer', min: 3, max: 9 }, { kind: 'string', alphabet: 'xy', maxLength: 5 }], { invalid: false }), 3, { classes: ['valid', 'boundary'] })
    for (const { args } of cases) {
      expect(args[0]).toBeGreaterThanOrEqual(3)
      expect(args[0]).toBeLessThanOrEqual(9)
      expect(args[1]).toMatch(/^[xy]{0,5}$/)
    }
  })

  it('has every class, large inputs of the wanted sizes among them', () => {
    const cases = generateCases(spec([{ kind: 'array', items: { kind: 'integer' } }], { cases: 500, examples: [[[1, 2]]] }), 4)
    expect(new Set(cases.map((one) => one.class))).toEqual(new Set(caseClasses))
    const lengths = cases.filter((one) => one.class === 'large').map(({ args }) => (args[0] as readonly unknown[]).length)
    expect(Math.max(...lengths)).toBeGreaterThanOrEqual(1000)
  })

  it('leaves wrong values out where they are switched off', () => {
    expect(generateCases(spec([{ kind: 'integer' }], { invalid: false }), 5).filter((one) => one.class === 'invalid')).toEqual([])
  })

  it('grows one parameter, good and spoiled, beyond the wanted number', () => {
    const cases = generateCases(spec([{ kind: 'string' }], { complexity: { parameter: 'p0', sizes: [10, 5000], repeats: 100 } }), 6).slice(60)
    expect(cases.filter(({ args }) => typeof args[0] === 'string' && args[0].length >= 5000).map((one) => one.class)).toEqual(['large', 'boundary'])
    expect(cases.some(({ times }) => times === 100)).toBe(true)
  })
})
