import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { specSchema, type Generator } from '../spec.ts'
import { tags, type TaggedJson } from '../tagged.ts'
import { generateCases } from '../values.ts'
import { conformArguments, conforms } from './conforms.ts'

const generators: readonly Generator[] = [
  { kind: 'integer', min: -5, max: 5 },
  { kind: 'number' },
  { kind: 'string', alphabet: 'unicode', pieces: ['ab'], samples: ['a=1; b=2'] },
  { kind: 'string', alphabet: 'xy', maxLength: 6 },
  { kind: 'array', items: { kind: 'number' } },
  { kind: 'object', properties: { id: { kind: 'integer' }, name: { kind: 'string' } }, optional: ['name'] },
  { kind: 'record', keys: { kind: 'string' }, values: { kind: 'any' } },
  { kind: 'map', keys: { kind: 'string' }, values: { kind: 'integer' } },
  { kind: 'oneOf', options: [{ kind: 'boolean' }, { kind: 'undefined' }] },
  { kind: 'any' },
]
const parameters = fc.array(fc.constantFrom(...generators), { minLength: 1, maxLength: 3 })
const specOf = (list: readonly Generator[]): ReturnType<typeof specSchema.parse> =>
  specSchema.parse({ version: 1, language: 'javascript', module: 'a.js', function: 'f', cases: 80, parameters: list.map((generator, index) => ({ name: `p${index}`, generator })) })

describe('the class of a case', () => {
  it('is invalid only where an argument lies outside of its type', () => {
    fc.assert(
      fc.property(parameters, fc.nat(), (list, seed) => {
        const spec = specOf(list)
        for (const { class: name, args } of generateCases(spec, seed)) if (name === 'invalid') expect(conformArguments(args, spec)).toBe(false)
      }),
      { numRuns: 25, seed: 3 },
    )
  })

  it('is valid only where all arguments lie inside', () => {
    fc.assert(
      fc.property(parameters, fc.nat(), (list, seed) => {
        const spec = specOf(list)
        for (const { class: name, args } of generateCases(spec, seed)) if (name === 'valid' || name === 'large') expect([args, conformArguments(args, spec)]).toEqual([args, true])
      }),
      { numRuns: 25, seed: 4 },
    )
  })

  it.each<[TaggedJson, Generator]>([
    [tags.nan, { kind: 'number' }],
    [tags.negativeZero, { kind: 'integer' }],
    ['', { kind: 'string' }],
    [[], { kind: 'array', items: { kind: 'string' } }],
    [[0.5], { kind: 'array', items: { kind: 'number' } }],
    [{ $: 'object', proto: null, v: [['id', 1]] }, generators[5] as Generator],
  ])('is a legal edge: %j', (value, generator) => {
    expect(conforms(value, generator)).toBe(true)
  })

  it.each<[TaggedJson, Generator]>([
    [tags.nan, { kind: 'integer' }],
    [6, generators[0] as Generator],
    [tags.undefined, { kind: 'string' }],
    [[1, tags.hole], { kind: 'array', items: { kind: 'number' } }],
    [{ $: 'trap', v: 'length' }, { kind: 'any' }],
    [{ $: 'fn', v: { kind: 'first' } }, { kind: 'any' }],
  ])('is wrong: %j', (value, generator) => {
    expect(conforms(value, generator)).toBe(false)
  })
})
