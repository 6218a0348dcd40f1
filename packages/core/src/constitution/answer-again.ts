import type { Screening } from '../screening/screening.ts'
import { compileRule } from './compile-constitution.ts'
import { rulePrefix } from './rule-prefix.ts'
import { answerForAll, type PolicyBasis } from './decide-policy.ts'

/**
 * Whether the recorded facts give the answers that screening recorded: null where they do, else what does not fit. Rules on lines, which no journal holds, are taken as they were answered.
 */
export function answersProblem({ rules, constitution }: PolicyBasis, { policy, findings }: Screening): string | null {
  if (policy === undefined || policy.constitution !== constitution) return null
  const { facts, applied, others } = policy
  const checks = new Set(findings.map(({ rule }) => rule).filter((rule) => !rule.startsWith(rulePrefix)))
  if (checks.size !== facts.checks.length || facts.checks.some((check) => !checks.has(check))) return 'the checks that its rules were asked about are not those that found something'
  for (const rule of rules) {
    const compiled = compileRule(rule)
    if ('message' in compiled || compiled.phase !== 'static' || compiled.expression?.readsLines === true) continue
    const { applies } = answerForAll(compiled, { facts, lines: { added: [], removed: [] }, evidence: null }, others)
    if (applies !== applied.some((one) => one.rule === rule.id)) return `its facts give another answer to the rule ${rule.id} than was recorded`
  }
  return null
}
