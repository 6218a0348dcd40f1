import type { SgNode } from '@ast-grep/napi'
import type { Language } from './code-rule.ts'

/** Files with fewer dots and brackets cannot nest them deep enough to matter. */
const fewSteps = 1_500
const leastBound = 2_000_000
const timesLength = 20

const kinds: Readonly<Record<Language, readonly string[]>> = {
  javascript: ['member_expression', 'call_expression', 'subscript_expression'],
  typescript: ['member_expression', 'call_expression', 'subscript_expression'],
  tsx: ['member_expression', 'call_expression', 'subscript_expression'],
  python: ['attribute', 'call', 'subscript'],
  cpp: ['field_expression', 'call_expression', 'subscript_expression', 'qualified_identifier'],
}

/**
 * Whether expressions lie in each other so deep that matching would take minutes: rules look at the text of each, which is as long as all that lies inside. Threat: a
 * chain of ten thousand dots that holds up whoever screens it. Counted, not timed, so that the answer is the same everywhere.
 */
export function isTooNested(root: SgNode, language: Language, text: string): boolean {
  if ((text.match(/[.([]/g) ?? []).length < fewSteps) return false
  const bound = leastBound + timesLength * text.length
  let total = 0
  for (const node of root.findAll({ rule: { any: kinds[language].map((kind) => ({ kind })) } })) {
    const { start, end } = node.range()
    total += end.index - start.index
    if (total > bound) return true
  }
  return false
}
