import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answersProblem } from './answer-again.ts'
import { staticRisk } from './assess-risk.ts'
import { compileRules } from './compile-constitution.ts'
import type { Constitution } from './constitution.ts'
import { concludePolicy, decidePolicy, policyBasis, screenPolicy, type PolicyDecision } from './decide-policy.ts'
import { parseConstitution } from './parse-constitution.ts'
import { noEvidence, noFacts, type EvidenceFacts, type StaticFacts } from './policy-facts.ts'

const text = `version: 1
immutable_constraints:
  - { id: modes-stay, statement: Files keep the mode they have., when: 'files.exists(f, f.mode == "100755")' }
  - { id: judges-stay, statement: Judges are changed by people., enforce: [protected-path] }
supervised_operations:
  - { id: new-names, statement: People read new names of globals., when: 'symbols.exists(s, s == "global")', consent_level: 3 }
  - { id: doubtful-gains, statement: People look at doubtful gains., enforce: [implausible-gain] }
  - { id: slight-gains, statement: People look at slight gains., when: 'effect.proven && effect.low < 1.05', consent_level: 1 }
autonomous_operations:
  - { id: small, statement: Small changes in scope go on., when: 'files.all(f, f.editable) && linesAdded < 10', requires: [tests-pass, benchmark-gain, changed-lines-covered] }
`
const constitution = parseConstitution(Buffer.from(text), { path: 'constitution.yaml', knownChecks: null })

const good: EvidenceFacts = {
  verdict: 'accepted', reasons: ['proven-gain'], tests: { ran: true, passed: 9, failed: 0, missing: 0, sealed: true }, lint: { ran: false, before: 0, after: 0, worse: 0 }, coverage: { known: true, mutants: 4, noticed: 4, complete: true },
  oracle: { ran: true, cases: 500, mismatches: 0 }, effect: { proven: true, low: 1.2, estimate: 1.3, high: 1.5 },
}

function decided(changes: Partial<StaticFacts> = {}, evidence: EvidenceFacts = good, of: Constitution = constitution): PolicyDecision {
  const facts: StaticFacts = { ...noFacts, documented: true, linesAdded: 3, ...changes }
  const risk = staticRisk(facts, 0)
  return decidePolicy(of, compileRules(of, null).compiled, { facts: { ...facts, risk: risk.total }, lines: { added: [], removed: [] }, evidence, risk })
}

const executable: StaticFacts['files'] = [{ path: 'src/a', status: 'modified', mode: '100755', oldMode: '100644', language: 'other', editable: true, protected: false, added: 1, removed: 0 }]

describe('a decision by the constitution', () => {
  it('allows what an autonomous operation covers and facts show', () => {
    expect(decided()).toEqual({ decision: 'allow', reasons: [{ rule: 'small', message: 'Small changes in scope go on.' }], consentLevel: 0, risk: 0 })
  })

  it('asks about everything that no rule allows', () => {
    expect(decided({ linesAdded: 10 })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'default' }], consentLevel: 1 })
  })

  it.each([
    ['tests that fail', { tests: { ...good.tests, failed: 1 } }, 'every test of the baseline passes'],
    ['no tests', { tests: noEvidence.tests }, 'every test of the baseline passes'],
    ['a gain that is only claimed', { effect: noEvidence.effect, reasons: [] }, 'an objective became better'],
    ['lines that nobody watches', { coverage: noEvidence.coverage }, 'notice when the changed lines are broken'],
  ])('asks where a prerequisite is not shown: %s', (_, changes, words) => {
    expect(decided({}, { ...good, ...changes })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'small', message: expect.stringContaining(words) }] })
  })

  it('lets deny beat ask, and ask beat allow', () => {
    expect(decided({ files: executable, symbols: ['global'] })).toMatchObject({ decision: 'deny', consentLevel: 3, reasons: [{ rule: 'modes-stay' }] })
    expect(decided({ symbols: ['global'] })).toMatchObject({ decision: 'ask', consentLevel: 3, reasons: [{ rule: 'new-names' }] })
    expect(decided({ checks: ['protected-path'] })).toMatchObject({ decision: 'deny', reasons: [{ rule: 'judges-stay' }] })
  })

  it('asks by rules on evidence', () => {
    expect(decided({}, { ...good, effect: { ...good.effect, low: 1.01 } })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'slight-gains' }] })
    expect(decided({}, { ...good, reasons: ['proven-gain', 'implausible-gain'] })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'doubtful-gains' }], consentLevel: 2 })
  })

  it('fails closed: no answer denies for an immutable rule, asks for the others', () => {
    expect(decided({ cut: ['files'] })).toMatchObject({ decision: 'deny', reasons: [{ rule: 'modes-stay', message: expect.stringContaining('taken to apply') }] })
    expect(decided({ cut: ['symbols'] })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'new-names' }] })
  })

  it('asks about an allowed change of too high a risk', () => {
    expect(decided({ commands: ['make'] })).toMatchObject({ decision: 'ask', reasons: [{ rule: 'escalation_policy' }], consentLevel: 2 })
  })

  it('never gets milder by one more rule that stops, or by one that allows less', () => {
    const order = { allow: 0, ask: 1, deny: 2 }
    const extra = fc.constantFrom('linesAdded > 2', 'linesAdded > 200', 'paths.size() == 0', 'effect.low > 1.1', 'paths[3] == "x"')
    fc.assert(fc.property(extra, fc.constantFrom<'deny' | 'ask'>('deny', 'ask'), fc.nat(20), (when, effect, linesAdded) => {
      const stricter: Constitution = { ...constitution, rules: [...constitution.rules, { id: 'extra', effect, statement: 'One more rule.', enforce: [], when, requires: [], consentLevel: 1 }] }
      expect(order[decided({ linesAdded }, good, stricter).decision]).toBeGreaterThanOrEqual(order[decided({ linesAdded }).decision])
    }))
  })
})

describe('reading a constitution', () => {
  it.each([
    ['an unknown section', 'version: 1\nimutable_constraints: []\n', /imutable_constraints/],
    ['a rule that does both', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here.", enforce: [x], when: "true" }\n', /exactly one/],
    ['a rule that does nothing', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here." }\n', /exactly one/],
    ['a check that nobody has heard of', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here.", enforce: [protected-pth] }\n', /no check called protected-pth/],
    ['two rules of one id', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here.", enforce: [protected-path] }\n  - { id: a, statement: "Something else holds.", enforce: [protected-path] }\n', /same id/],
    ['an autonomous rule that requires nothing', 'version: 1\nautonomous_operations:\n  - { id: a, statement: "Everything is allowed here.", when: "true", requires: [] }\n', /require at least one/],
    ['a duplicate key', 'version: 1\nversion: 1\n', /unique|Map keys/],
    ['no YAML', '{{', /cannot be used/],
    ['another version', 'version: 2\n', /version/],
    ['an expression that does not compile', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here.", when: "pathz.size() > 0" }\n', /Unknown variable: pathz/],
    ['an example of the wrong kind', 'version: 1\nimmutable_constraints:\n  - { id: a, statement: "Something holds here.", when: "true", examples: [{ ask: {} }] }\n', /ask/],
    ['many aliases', `version: 1\na: &a [x]\n${Array.from({ length: 80 }, (_, index) => `b${index}: *a`).join('\n')}\n`, /alias|cannot be used/],
  ])('refuses %s', (_, source, message) => {
    expect(() => parseConstitution(Buffer.from(source), { path: 'constitution.yaml', knownChecks: new Set(['protected-path']) })).toThrow(message)
  })

  it('refuses bytes that are no text', () => {
    expect(() => parseConstitution(new Uint8Array([0x76, 0xff]), { path: 'c', knownChecks: null })).toThrow(/no UTF-8/)
  })
})

describe('a change that several have made', () => {
  const source = `version: 1
immutable_constraints: [{ id: no-replays, statement: Replays change nothing., when: 'proposer == "replay"' }]
supervised_operations: [{ id: agents, statement: People read what agents write., when: 'proposer == "agent"' }]
autonomous_operations: [{ id: rewrites, statement: Rewrites are free., when: 'proposer == "genetic" && effect.proven', requires: [benchmark-gain] }]
`
  const authored = parseConstitution(Buffer.from(source), { path: 'constitution.yaml', knownChecks: null })
  const facts: StaticFacts = { ...noFacts, documented: true, proposer: 'genetic', operator: 'last' }
  const screened = (...others: readonly string[]) => screenPolicy(authored, compileRules(authored, null).compiled, { facts, lines: { added: [], removed: [] }, risk: staticRisk(facts, 0), others: others.map((proposer) => ({ proposer, operator: 'first' })) })

  it.each([
    [[], 'allow'],
    [['genetic'], 'allow'],
    [['genetic', 'agent'], 'ask'],
    // Nothing is said of models, and so nothing that one made is free.
    [['llm'], 'ask'],
    [['agent', 'replay'], 'deny'],
  ] as const)('is decided about by the strictest of what holds for each of them: %j', (others, decision) => {
    expect(concludePolicy(policyBasis(authored), screened(...others), good).decision).toBe(decision)
  })

  it('is not answered again where somebody took out who the others were', () => {
    const asked = screened('agent')
    const problem = (policy: typeof asked): string | null => answersProblem(policyBasis(authored), { decision: 'require-approval', risk: 0, consentLevel: 1, findings: [], policy })
    expect(problem(asked)).toBeNull()
    const { others: _, ...alone } = asked
    expect(problem(alone)).toContain('another answer to the rule agents')
  })
})
