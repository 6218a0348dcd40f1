import { describe, expect, it } from 'vitest'
import { specSchema, type Generator, type Spec, type SpecInput } from '../spec.ts'
import { withinReach } from '../values/within-reach.ts'
import { belowHuge } from './below-huge.ts'
import { positiveOnly } from './positive-only.ts'

const around = (number: Generator): readonly Generator[] => [
  number,
  { kind: 'oneOf', options: [number, { kind: 'null' }] },
  { kind: 'defaulted', of: number, value: 1 },
  { kind: 'array', items: { kind: 'set', items: { kind: 'iterator', items: number } } },
  { kind: 'tuple', items: [number, { kind: 'string' }] },
  { kind: 'object', properties: { size: number }, optional: ['size'] },
  { kind: 'record', keys: { kind: 'string' }, values: { kind: 'map', keys: number, values: number } },
  { kind: 'function', arity: 1, returns: number },
]
const holding = (number: Generator): Spec => {
  const parameters = around(number).map((generator, index) => ({ name: `p${index}`, generator }))
  const given: SpecInput = { version: 1, language: 'javascript', module: 'a.js', function: 'A.f', huge: false, parameters, rest: number, construct: parameters, follow: { methods: [''], parameters: [number] } }
  return specSchema.parse(given)
}

describe('numbers that a function can count to', () => {
  it('replace those of a spec wherever they stand', () => {
    expect(belowHuge(holding({ kind: 'number' }))).toEqual(holding({ kind: 'number', max: 1_000_000 }))
    expect(positiveOnly(holding({ kind: 'integer' }))).toEqual(holding({ kind: 'integer', min: 1 }))
    expect(withinReach(holding({ kind: 'integer', known: [7], magnitudes: true }))).toEqual(holding({ kind: 'integer', known: [7] }))
  })

  it('leave bounds that a person has set', () => {
    const bounded = holding({ kind: 'number', min: -5, max: 5 })
    expect(positiveOnly(belowHuge(bounded))).toEqual(bounded)
  })
})
