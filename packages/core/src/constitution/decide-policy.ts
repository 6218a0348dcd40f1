import type { AppliedRule, Author, ScreenedPolicy } from '../screening/screening-policy.ts'
import type { ConsentLevel } from '../screening/screening.ts'
import { consentLevelOf, withEvidence, type Risk } from './assess-risk.ts'
import { compileRule, type CompiledRule } from './compile-constitution.ts'
import type { Constitution, PolicyRule, RuleEffect } from './constitution.ts'
import type { EvidenceFacts, LineFacts, PolicyFacts, StaticFacts } from './policy-facts.ts'
import { missingPrerequisites } from './prerequisites.ts'
import type { JudgedRule } from './rule-judge.ts'

export interface PolicyReason {
  readonly rule: string
  readonly message: string
}

/** Deny beats ask beats allow; what no rule allows is asked about. */
export interface PolicyDecision {
  readonly decision: RuleEffect
  readonly reasons: readonly PolicyReason[]
  readonly consentLevel: ConsentLevel
  readonly risk: number
}

/** The rules that the second half needs, as data: with the facts, all that it takes to decide again. */
export interface PolicyBasis {
  readonly constitution: string
  readonly rules: readonly PolicyRule[]
  readonly riskLevels: readonly [number, number, number]
  readonly askFromLevel: ConsentLevel
  /** Those who edited a change may be the only ones to approve it; absent: they may not. */
  readonly coAuthorsMayApprove?: true
  /** Answers to rules with `judge`. One that is missing is asked of a person. */
  readonly judged?: readonly JudgedRule[]
}

/** First half: rules on what is known before anything runs. Pure. */
export function screenPolicy(constitution: Pick<Constitution, 'digest'>, compiled: readonly CompiledRule[], { facts, lines, risk, others = [] }: { readonly facts: StaticFacts; readonly lines: LineFacts; readonly risk: Risk; readonly others?: Author['others'] }): ScreenedPolicy {
  const applied = compiled.flatMap((one): readonly AppliedRule[] => {
    if (one.phase !== 'static') return []
    const { applies, failed } = answerForAll(one, { facts, lines, evidence: null }, others)
    return applies ? [{ rule: one.rule.id, ...(failed === null ? {} : { failed }) }] : []
  })
  return { constitution: constitution.digest, facts, risk, applied, ...(others.length === 0 ? {} : { others }) }
}

/** A change that several have made: what stops one of them stops it, and it is free where all of them are. */
export function answerForAll({ rule, expression, answer }: Pick<CompiledRule, 'rule' | 'expression' | 'answer'>, facts: PolicyFacts, others: Author['others'] = []): ReturnType<CompiledRule['answer']> {
  if (expression?.readsAuthor !== true) return answer(facts)
  const answers = [facts, ...others.map(({ proposer, operator }) => ({ ...facts, facts: { ...facts.facts, proposer, operator } }))].map((each) => answer(each))
  const applying = answers.filter(({ applies }) => applies)
  if (rule.effect === 'allow' ? applying.length < answers.length : applying.length === 0) return { applies: false, failed: null }
  return applying.find(({ failed }) => failed !== null) ?? { applies: true, failed: null }
}

export function policyBasis({ digest, riskLevels, askFromLevel, coAuthorsMayApprove, rules }: Constitution): PolicyBasis {
  return { constitution: digest, rules: rules.map((rule) => (rule.effect === 'allow' ? rule : { ...rule, statement: rule.statement.slice(0, 200) })), riskLevels, askFromLevel, ...(coAuthorsMayApprove ? { coAuthorsMayApprove } : {}) }
}

/** Second half: with what was measured. Pure, total, and the same whenever it is computed again from the journal. */
export function concludePolicy(basis: PolicyBasis, screened: ScreenedPolicy, evidence: EvidenceFacts): PolicyDecision {
  const risk = withEvidence(screened.risk, evidence).total
  const level = consentLevelOf(risk, basis.riskLevels)
  const ask = (reasons: readonly PolicyReason[], consentLevel: ConsentLevel): PolicyDecision => ({ decision: 'ask', reasons, consentLevel, risk })
  if (screened.constitution !== basis.constitution) return ask([{ rule: 'constitution', message: 'the change was screened by another constitution' }], 3)
  const facts: PolicyFacts = { facts: screened.facts, lines: { added: [], removed: [] }, evidence }
  const answers = basis.rules.map((rule) => ({ rule, effect: rule.effect, ...(rule.judge === undefined ? answerOf(rule, screened, facts) : judgedAnswer(rule, basis.judged ?? [])) }))
  const applying = (effect: RuleEffect): typeof answers => answers.filter((answer) => answer.effect === effect && answer.applies)
  const denied = applying('deny')
  if (denied.length > 0) return { decision: 'deny', reasons: denied.map(reasonOf), consentLevel: 3, risk }
  const asked = applying('ask')
  if (asked.length > 0) return ask(asked.map(reasonOf), Math.max(level, ...asked.map(({ rule }) => rule.consentLevel)) as ConsentLevel)
  const allowed = applying('allow').map(({ rule }) => ({ rule, missing: missingPrerequisites(rule.requires, screened.facts, evidence) }))
  const free = allowed.find(({ missing }) => missing.length === 0)
  if (free === undefined) {
    const [near] = allowed
    const message = near === undefined ? 'no autonomous operation covers this change' : `${near.rule.statement} It is not shown that ${near.missing.join(', and that ')}`
    return ask([{ rule: near?.rule.id ?? 'default', message }], Math.max(level, 1) as ConsentLevel)
  }
  if (level >= basis.askFromLevel) return ask([{ rule: 'escalation_policy', message: `its risk of ${risk.toFixed(2)} reaches consent level ${level}` }], level)
  return { decision: 'allow', reasons: [{ rule: free.rule.id, message: free.rule.statement }], consentLevel: level, risk }
}

/** Yes is what the rule says; no is nothing; and without an answer a person is asked, whatever the rule would do. */
function judgedAnswer({ id, effect }: PolicyRule, judged: readonly JudgedRule[]): { readonly applies: boolean; readonly failed: string | null; readonly effect: RuleEffect } {
  const said = judged.filter(({ rule }) => rule === id)
  // Said twice, or to a rule that would allow, it was not written by us.
  const answer = said.length === 1 && effect !== 'allow' ? said[0]?.answer : undefined
  switch (answer) {
    case 'yes':
      return { applies: true, failed: null, effect }
    case 'no':
      return { applies: false, failed: null, effect }
    default:
      return { applies: true, failed: `no model gave an answer: ${said[0]?.failed ?? 'none was asked'}`, effect: 'ask' }
  }
}

function answerOf(rule: PolicyRule, screened: ScreenedPolicy, facts: PolicyFacts): { readonly applies: boolean; readonly failed: string | null } {
  const known = screened.applied.find((applied) => applied.rule === rule.id)
  if (known !== undefined) return { applies: true, failed: known.failed ?? null }
  const compiled = compileRule(rule)
  // A rule that does not compile never came from a constitution that was loaded: it stops what it can.
  if ('message' in compiled) return { applies: rule.effect !== 'allow', failed: compiled.message }
  return compiled.phase === 'static' ? { applies: false, failed: null } : answerForAll(compiled, facts, screened.others)
}

function reasonOf({ rule, failed }: { readonly rule: PolicyRule; readonly failed: string | null }): PolicyReason {
  return { rule: rule.id, message: failed === null ? rule.statement : `${rule.statement} (${rule.judge === undefined ? 'taken to apply: ' : ''}${failed})` }
}

/** Both halves at once: what a constitution says about a change of which everything is known. */
export function decidePolicy(constitution: Constitution, compiled: readonly CompiledRule[], { facts, lines, evidence, risk }: { readonly facts: StaticFacts; readonly lines: LineFacts; readonly evidence: EvidenceFacts; readonly risk: Risk }): PolicyDecision {
  return concludePolicy(policyBasis(constitution), screenPolicy(constitution, compiled, { facts, lines, risk }), evidence)
}
