import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consentLevelOf, staticRisk, withEvidence } from './assess-risk.ts'
import { noEvidence, noFacts, type EvidenceFacts, type FileFact, type StaticFacts } from './policy-facts.ts'

const file = fc.record({ editable: fc.boolean(), protected: fc.boolean() }).map((flags): FileFact => ({ path: 'a', status: 'modified', mode: '100644', oldMode: '100644', language: 'other', added: 1, removed: 1, ...flags }))
const someFacts = fc.record({
  linesAdded: fc.nat(5_000), linesRemoved: fc.nat(5_000), files: fc.array(file, { maxLength: 30 }), documented: fc.boolean(),
  dependencies: fc.array(fc.constant({ manifest: 'package.json', name: 'x', change: 'added' as const }), { maxLength: 9 }), commands: fc.array(fc.constant('make'), { maxLength: 4 }),
}).map((changes): StaticFacts => ({ ...noFacts, ...changes }))
const codes = ['weak-evidence', 'implausible-gain', 'reported-figure', 'proven-gain', 'counts-only'] as const
const someEvidence = fc.record({ reasons: fc.subarray([...codes]), complete: fc.boolean(), sealed: fc.boolean() }).map(({ reasons, complete, sealed }): EvidenceFacts => ({ ...noEvidence, reasons, coverage: { ...noEvidence.coverage, complete }, tests: { ...noEvidence.tests, sealed } }))
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('risk', () => {
  it('lies between 0 and 1, and is never lower than one of its parts', () => {
    fc.assert(fc.property(someFacts, share, someEvidence, (facts, findings, evidence) => {
      const { total, parts } = withEvidence(staticRisk(facts, findings), evidence)
      expect(total).toBeGreaterThanOrEqual(Math.max(0, ...parts.map(({ risk }) => risk)))
      expect(total).toBeLessThanOrEqual(1)
    }))
  })

  it('never falls by a larger change, more files, dependencies, commands or findings', () => {
    fc.assert(fc.property(someFacts, someFacts, share, share, (facts, more, findings, further) => {
      const grown: StaticFacts = {
        ...facts, linesAdded: facts.linesAdded + more.linesAdded, linesRemoved: facts.linesRemoved + more.linesRemoved, files: [...facts.files, ...more.files],
        dependencies: [...facts.dependencies, ...more.dependencies], commands: [...facts.commands, ...more.commands], documented: facts.documented && more.documented,
      }
      expect(staticRisk(grown, Math.max(findings, further)).total).toBeGreaterThanOrEqual(staticRisk(facts, findings).total - 1e-12)
    }))
  })

  it('is raised by weak evidence, and lowered by none', () => {
    fc.assert(fc.property(someFacts, share, someEvidence, fc.constantFrom(...codes), (facts, findings, evidence, code) => {
      const before = staticRisk(facts, findings)
      const with1 = withEvidence(before, evidence)
      expect(with1.total).toBeGreaterThanOrEqual(before.total - 1e-12)
      expect(withEvidence(before, { ...evidence, reasons: [...new Set([...evidence.reasons, code])] }).total).toBeGreaterThanOrEqual(with1.total - 1e-12)
    }))
    const good: EvidenceFacts = { ...noEvidence, coverage: { known: true, mutants: 4, noticed: 4, complete: true }, tests: { ...noEvidence.tests, sealed: true } }
    expect(withEvidence(staticRisk(noFacts, 0), { ...good, reasons: ['weak-evidence'] }).total).toBeGreaterThan(withEvidence(staticRisk(noFacts, 0), good).total)
  })

  it('shows a small change in scope as harmless, and names what makes another one not', () => {
    const small: StaticFacts = { ...noFacts, linesAdded: 4, linesRemoved: 2, documented: true, files: [{ path: 'src/a.js', status: 'modified', mode: '100644', oldMode: '100644', language: 'javascript', editable: true, protected: false, added: 4, removed: 2 }] }
    expect(staticRisk(small, 0)).toEqual({ total: 0, parts: [] })
    expect(staticRisk({ ...small, dependencies: [{ manifest: 'package.json', name: 'x', change: 'added' }] }, 0.2).parts.map(({ part }) => part)).toEqual(['dependencies', 'findings'])
  })

  it('maps to consent levels that never fall as it grows', () => {
    expect([0, 0.19, 0.2, 0.4, 0.69, 0.7, 1].map((risk) => consentLevelOf(risk, [0.2, 0.4, 0.7]))).toEqual([0, 0, 1, 2, 2, 3, 3])
    fc.assert(fc.property(share, share, (a, b) => {
      expect(consentLevelOf(Math.max(a, b), [0.2, 0.4, 0.7])).toBeGreaterThanOrEqual(consentLevelOf(Math.min(a, b), [0.2, 0.4, 0.7]))
    }))
  })
})
