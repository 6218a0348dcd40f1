import { compileRule } from './compile-constitution.ts'
import type { Constitution, ExampleFacts, PolicyRule, RuleEffect, RuleExample } from './constitution.ts'
import { noEvidence, noFacts, type EvidenceFacts, type PolicyFacts } from './policy-facts.ts'
import { missingPrerequisites } from './prerequisites.ts'

export interface ExampleResult {
  readonly rule: string
  /** From 1, within its rule. */
  readonly number: number
  readonly note: string | null
  readonly expects: RuleEffect
  readonly says: RuleEffect
  /** Why the rule says so, where it could not be answered or something is not shown. */
  readonly because: string | null
}

/** Runs the examples that stand in a constitution, each on its own rule: what an example does not say is as in a change without anything remarkable. */
export function runExamples({ rules, examples }: Constitution): readonly ExampleResult[] {
  const numbers = new Map<string, number>()
  return examples.flatMap((example) => {
    const rule = rules.find(({ id }) => id === example.rule)
    if (rule === undefined) return []
    const number = (numbers.get(rule.id) ?? 0) + 1
    numbers.set(rule.id, number)
    return [{ rule: rule.id, number, note: example.note, expects: example.expects, ...saidBy(rule, example) }]
  })
}

function saidBy(rule: PolicyRule, { facts: given }: RuleExample): { readonly says: RuleEffect; readonly because: string | null } {
  const facts = factsOf(given)
  const compiled = compileRule(rule)
  if ('message' in compiled) return { says: 'deny', because: compiled.message }
  const { applies, failed } = compiled.answer(facts)
  if (rule.effect !== 'allow') return { says: applies ? rule.effect : 'allow', because: failed }
  const missing = applies ? missingPrerequisites(rule.requires, facts.facts, facts.evidence ?? noEvidence) : []
  return { says: applies && missing.length === 0 ? 'allow' : 'ask', because: failed ?? (missing.length === 0 ? null : `it is not shown that ${missing.join(', and that ')}`) }
}

/** The facts of an example on top of those of an unremarkable change: paths follow from files and the other way round. */
export function factsOf(given: ExampleFacts): PolicyFacts {
  const { added, removed, verdict, reasons, tests, coverage, lint, oracle, effect, ...rest } = given
  const files = rest.files ?? (rest.paths ?? []).map((path) => ({ path, status: 'modified' as const, mode: '100644', oldMode: '100644', language: 'other', editable: true, protected: false, added: 1, removed: 1 }))
  const evidence = Object.fromEntries(Object.entries({ verdict, reasons, tests, coverage, lint, oracle, effect }).filter(([, value]) => value !== undefined)) as Partial<EvidenceFacts>
  const stated = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    facts: { ...noFacts, linesAdded: added?.length ?? 0, linesRemoved: removed?.length ?? 0, ...stated, files, paths: rest.paths ?? files.map(({ path }) => path) },
    lines: { added: added ?? [], removed: removed ?? [] },
    evidence: { ...noEvidence, ...evidence },
  }
}
