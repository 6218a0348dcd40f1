import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FindingWeight, WeighedFinding } from './screening.ts'
import { weighFindings } from './weigh-findings.ts'

const finding = (rule: string, weight: FindingWeight, risk: number): WeighedFinding => ({ rule, file: 'a.js', line: 1, message: 'm', weight, risk, consentLevel: weight === 'note' ? 0 : 2 })

describe('weighing findings', () => {
  it('allows a change with nothing but notes, and lists them', () => {
    expect(weighFindings([finding('a', 'note', 0.1), finding('b', 'note', 0.2)])).toMatchObject({ decision: 'allow', consentLevel: 0, risk: expect.closeTo(0.28, 10), findings: [{ rule: 'a', weight: 'note' }, { rule: 'b', weight: 'note' }] })
  })

  it('takes the worst weight', () => {
    expect(weighFindings([finding('a', 'note', 0.1), finding('b', 'require-approval', 0.5)]).decision).toBe('require-approval')
    expect(weighFindings([finding('a', 'deny', 0.1), finding('b', 'require-approval', 0.5)]).decision).toBe('deny')
    expect(weighFindings([])).toEqual({ decision: 'allow', risk: 0, consentLevel: 0, findings: [] })
  })

  it('counts a rule once, however often it is broken', () => {
    expect(weighFindings([finding('a', 'note', 0.1), finding('a', 'note', 0.3), finding('a', 'note', 0.2)]).risk).toBe(0.3)
  })

  it('keeps room for each rule: none is pushed out of the list by another one', () => {
    const many = Array.from({ length: 5_000 }, () => finding('edit-outside-scope', 'require-approval', 0.4))
    const { findings } = weighFindings([...many, finding('protected-path', 'require-approval', 0.7)])
    expect(findings.map(({ rule }) => rule)).toContain('protected-path')
    expect(findings.length).toBeLessThan(100)
  })

  it('never falls in risk or decision by one more finding', () => {
    const weights = fc.constantFrom<FindingWeight>('note', 'require-approval', 'deny')
    const one = fc.record({ rule: fc.constantFrom('a', 'b', 'c', 'd'), weight: weights, risk: fc.double({ min: 0, max: 1, noNaN: true }) }).map(({ rule, weight, risk }) => finding(rule, weight, risk))
    const order = { allow: 0, 'require-approval': 1, deny: 2 }
    fc.assert(fc.property(fc.array(one), one, (some, more) => {
      const [before, after] = [weighFindings(some), weighFindings([...some, more])]
      expect(after.risk).toBeGreaterThanOrEqual(before.risk - 1e-12)
      expect(after.risk).toBeLessThanOrEqual(1)
      expect(order[after.decision]).toBeGreaterThanOrEqual(order[before.decision])
    }))
  })
})
