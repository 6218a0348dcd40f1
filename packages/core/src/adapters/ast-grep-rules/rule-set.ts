import { asciiRule } from './ascii-rule.ts'
import { needsApproval, noted, type CodeRule, type Language } from './code-rule.ts'
import { cppRules } from './cpp/cpp-rules.ts'
import { javascriptRules } from './javascript/javascript-rules.ts'
import { pythonRules } from './python/python-rules.ts'
import { relaxedRule } from './relaxed-rule.ts'

/** A rule as it is looked for. */
export interface ReadyRule extends CodeRule {
  /** Finds something wherever the rule does and costs little; null where there is no such rule. */
  readonly relaxed: CodeRule['rule'] | null
}

/** The rules of a language. */
export interface RuleSet {
  readonly rules: readonly ReadyRule[]
  /** Looked for only where one of the rules may match: code that names nothing of interest may be as odd as it likes. */
  readonly unparsed: CodeRule
  /** Found where code is nested too deep for rules to be tried. */
  readonly nested: CodeRule
}

/** What the grammar could not make sense of may hide anything; counted, since such a place has no text of its own. */
const unparsed = { id: 'unparsed-code', words: [], rule: { kind: 'ERROR' }, message: 'holds code that the grammar cannot read', isNewBy: 'number' } as const

const nested = needsApproval({ id: 'nested-too-deep', words: [], rule: { kind: 'ERROR' }, message: 'nests expressions so deep that no rule can be tried on them', isNewBy: 'number' })

export function rulesByLanguage(): Readonly<Record<Language, RuleSet>> {
  const typed = { rules: javascriptRules({ isTyped: true }).map(ready), unparsed: needsApproval(unparsed), nested }
  return {
    javascript: { rules: javascriptRules({ isTyped: false }).map(ready), unparsed: needsApproval(unparsed), nested },
    typescript: typed,
    tsx: typed,
    python: { rules: pythonRules.map(ready), unparsed: needsApproval(unparsed), nested },
    // Macros are no syntax that the grammar could know.
    cpp: { rules: cppRules.map(ready), unparsed: noted(unparsed), nested },
  }
}

function ready(rule: CodeRule): ReadyRule {
  const ascii = asciiRule(rule)
  return { ...ascii, relaxed: relaxedRule(ascii.rule) }
}
