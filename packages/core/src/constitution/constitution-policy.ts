import { strictness, type Screening, type WeighedFinding } from '../screening/screening.ts'
import type { Author, ScreeningPolicy } from '../screening/screening-policy.ts'
import { consentLevelOf, staticRisk } from './assess-risk.ts'
import { collectFacts } from './collect-facts.ts'
import { compileRules } from './compile-constitution.ts'
import type { Constitution, PolicyRule } from './constitution.ts'
import { screenPolicy } from './decide-policy.ts'
import { rulePrefix } from './rule-prefix.ts'

/** A loaded constitution as screening asks it. What it allows is not said here: that needs evidence. */
export function createConstitutionPolicy(constitution: Constitution): ScreeningPolicy {
  const { compiled } = compileRules(constitution, null)
  const byId = new Map(constitution.rules.map((rule) => [rule.id, rule]))
  return {
    readsAuthors: compiled.some(({ expression }) => expression?.readsAuthor === true),
    screen: ({ changes, texts, scope, screening, author }) => {
      const { facts: found, lines } = collectFacts({ changes, texts, isEditable: (path) => scope.isEditable(path), isProtected: (path) => scope.isProtected(path), ...author })
      const risk = staticRisk(found, screening.risk)
      const facts = { ...found, checks: [...new Set(screening.findings.map(({ rule }) => rule))], risk: risk.total }
      const policy = screenPolicy(constitution, compiled, { facts, lines, risk, others: othersOf(author) })
      const findings = policy.applied.flatMap(({ rule, failed }) => findingOf(byId.get(rule), failed))
      return { ...stricter(screening, findings), risk: risk.total, consentLevel: Math.max(screening.consentLevel, consentLevelOf(risk.total, constitution.riskLevels), ...findings.map(({ consentLevel }) => consentLevel)) as Screening['consentLevel'], policy }
    },
  }
}

function othersOf({ proposer, operator, others = [] }: Author): NonNullable<Author['others']> {
  return others.filter((other) => other.proposer !== proposer || other.operator !== operator)
}

function findingOf(rule: PolicyRule | undefined, failed: string | undefined): readonly WeighedFinding[] {
  if (rule === undefined || rule.effect === 'allow') return []
  const message = failed === undefined ? rule.statement : `${rule.statement} (taken to apply: ${failed})`
  return [{ rule: `${rulePrefix}${rule.id}`, file: '', line: null, message, weight: rule.effect === 'deny' ? 'deny' : 'require-approval', risk: 0, consentLevel: rule.consentLevel }]
}

function stricter(screening: Screening, findings: readonly WeighedFinding[]): Screening {
  const decision = findings.some(({ weight }) => weight === 'deny') ? 'deny' : findings.length > 0 ? 'require-approval' : 'allow'
  const plain = findings.map(({ rule, file, line, message, weight }) => ({ rule, file, line, message, weight }))
  return { ...screening, decision: strictness[decision] > strictness[screening.decision] ? decision : screening.decision, findings: [...plain, ...screening.findings] }
}
