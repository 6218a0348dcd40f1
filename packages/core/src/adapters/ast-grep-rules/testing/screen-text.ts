import { addedLines } from '../../../screening/added-lines.ts'
import type { ChangedFile } from '../../../screening/changed-file.ts'
import type { WeighedFinding } from '../../../screening/screening.ts'
import { textFindings } from '../../../screening/text-rules/text-findings.ts'
import { createAstGrepRules } from '../ast-grep-rules.ts'

export function changed(path: string, before: string | null, after: string): ChangedFile {
  return { path, before, after, addedLines: addedLines(before, after), isProtected: false, problem: null }
}

const rules = createAstGrepRules()

/** What the rules on code say about one changed file. */
export function codeFindings(path: string, before: string | null, after: string): readonly WeighedFinding[] {
  return rules.find([changed(path, before, after)])
}

/** What all rules say about one changed file. */
export function allFindings(path: string, before: string | null, after: string): readonly WeighedFinding[] {
  return [...textFindings([changed(path, before, after)]), ...codeFindings(path, before, after)]
}

export function stopping(findings: readonly WeighedFinding[]): readonly string[] {
  return findings.filter((finding) => finding.weight !== 'note').map((finding) => `${finding.rule}: ${finding.message} (line ${finding.line})`)
}

/** What a rule must let pass, must catch, and must catch in disguise; each text alone, added at the end of a file. */
export interface RuleCases {
  readonly allows: readonly string[]
  readonly catches: readonly string[]
  /** Caught by this rule, or by another one that stops the change: `[text, rule]`. */
  readonly evasions: readonly (string | readonly [string, string])[]
}
