import { dependencyRules } from '../screening/dependencies/dependency-findings.ts'
import { hackingRules } from '../screening/objective-hacking/objective-hacking.ts'
import type { Constitution, PolicyRule } from './constitution.ts'
import type { PolicyFacts } from './policy-facts.ts'
import { idleGlob } from './idle-globs.ts'
import { compileExpression, type RuleExpression, type RulePhase } from './rule-expression.ts'

/** Checks that are known only once a change was measured: codes of a decision's reasons. */
export const evidenceChecks: ReadonlySet<string> = new Set([
  'weak-evidence', 'invalid-input-differs', 'implausible-gain', 'reported-figure', 'counts-only', 'resource-cost', 'proven-gain', 'repaired', 'repair-partial', 'repair-unverified',
])

/** Screening's own checks on paths, text and data; the rules on code come on top (see `ContentRules`). */
export const screeningChecks: ReadonlySet<string> = new Set([
  'unsafe-path', 'constitution-path', 'protected-path', 'edit-outside-scope', 'deleted-file', 'patch-too-large', 'test-data-in-source', 'addresses-reviewer', 'reordering-characters',
  'invisible-characters', 'look-alike-letters', 'very-long-line', 'encoded-data', 'adds-secret', 'looks-like-secret', 'destroys-data', 'weakens-protection', 'runs-text', 'word-in-pieces', 'hidden-spelling', 'hidden-encoding', 'hidden-line-end',
  'hidden-from-coverage', 'presents-as-generated', 'checks-switched-off', 'checks-switched-off-here', 'check-switched-off', 'unreadable-content', ...dependencyRules, ...hackingRules,
])

/** Whether a rule applies; where it cannot be said, it applies if it stops something, and does not if it would allow. */
export interface RuleAnswer {
  readonly applies: boolean
  /** Why there is no real answer. */
  readonly failed: string | null
}

export interface CompiledRule {
  readonly rule: PolicyRule
  /** `judged`: by a model, once everything else is known. */
  readonly phase: RulePhase | 'judged'
  readonly expression: RuleExpression | null
  answer(facts: PolicyFacts): RuleAnswer
}

export interface RuleProblem {
  readonly rule: string
  readonly message: string
}

export function compileRule(rule: PolicyRule): CompiledRule | RuleProblem {
  // Its answer is recorded, not computed: see `concludePolicy`.
  if (rule.judge !== undefined) return { rule, phase: 'judged', expression: null, answer: () => ({ applies: false, failed: null }) }
  if (rule.when === null) {
    const isEvidence = rule.enforce.some((check) => evidenceChecks.has(check))
    const answer = ({ facts, evidence }: PolicyFacts): RuleAnswer => ({ applies: rule.enforce.some((check) => facts.checks.includes(check) || evidence?.reasons.includes(check) === true), failed: null })
    return { rule, phase: isEvidence ? 'evidence' : 'static', expression: null, answer }
  }
  const expression = compileExpression(rule.when, rule.effect)
  if ('problem' in expression) return { rule: rule.id, message: expression.problem }
  const answer = (facts: PolicyFacts): RuleAnswer => {
    const value = expression.evaluate(facts)
    return typeof value === 'boolean' ? { applies: value, failed: null } : { applies: rule.effect !== 'allow', failed: value.failed }
  }
  return { rule, phase: expression.phase, expression, answer }
}

/** All rules, or everything that is wrong with them. A check that nobody has heard of could never fire: a problem as well. */
export function compileRules({ rules }: Pick<Constitution, 'rules'>, knownChecks: ReadonlySet<string> | null): { readonly compiled: readonly CompiledRule[]; readonly problems: readonly RuleProblem[] } {
  const results = rules.map(compileRule)
  const unknown = knownChecks === null ? [] : rules.flatMap(({ id, enforce }) => enforce.filter((check) => !knownChecks.has(check)).map((check) => ({ rule: id, message: `there is no check called ${check}` })))
  const compiled = results.filter((result) => 'answer' in result)
  const idle = compiled.flatMap(({ rule, expression }): readonly RuleProblem[] => {
    const message = expression === null ? null : idleGlob(expression.ast)
    return message === null ? [] : [{ rule: rule.id, message }]
  })
  return { compiled, problems: [...results.filter((result): result is RuleProblem => 'message' in result), ...idle, ...unknown] }
}
