import type { LintFacts } from '../evaluation/evaluation.ts'
import type { Finding } from '../screening/screening.ts'
import type { Reason } from './decision.ts'

const shown = 3
/** Rules of screening on comments that switch checks off. */
const suppressions: ReadonlySet<string> = new Set(['checks-switched-off', 'checks-switched-off-here', 'check-switched-off'])

/** What a linter makes of a change: no rule may be broken more often than before, and a comment by which one is no longer heard counts as if it were. */
export interface LintScore {
  readonly before: number
  readonly after: number
  /** Findings of the rules that are broken more often, above what they were; new suppressions among them. */
  readonly worse: number
}

export function lintScore(facts: readonly LintFacts[], findings: readonly Finding[]): LintScore {
  const sum = (of: (rule: LintFacts['rules'][number]) => number): number => facts.reduce((total, { rules }) => total + rules.reduce((own, rule) => own + of(rule), 0), 0)
  return { before: sum(({ baseline }) => baseline), after: sum(({ candidate }) => candidate), worse: sum(({ baseline, candidate }) => Math.max(0, candidate - baseline)) + silenced(facts, findings).length }
}

/** Pure, and decided again from the record by whoever verifies it. */
export function judgeLint(facts: readonly LintFacts[], findings: readonly Finding[]): readonly Reason[] {
  const failed = facts.filter(({ problem, unread }) => problem !== null && unread === undefined).map(({ linter, problem }): Reason => ({ code: 'lint-failed', message: `${linter} reads the baseline and not the change: ${problem ?? ''}` }))
  const worse = facts.flatMap(({ linter, rules }): readonly Reason[] => {
    const more = rules.filter(({ baseline, candidate }) => candidate > baseline)
    const names = more.slice(0, shown).map(({ rule, baseline, candidate }) => `${rule} ${baseline} -> ${candidate}`).join(', ')
    return more.length === 0 ? [] : [{ code: 'lint-worse', message: `${linter} finds more than before: ${names}${more.length > shown ? ` and ${more.length - shown} more rules` : ''}` }]
  })
  const silent = silenced(facts, findings)
  const [first] = silent
  const hushed: readonly Reason[] = first === undefined ? [] : [{ code: 'lint-worse', message: `the change tells linters to look away in ${silent.length} ${silent.length === 1 ? 'place' : 'places'}, for instance ${first.file}:${first.line ?? 1}` }]
  return [...failed, ...worse, ...hushed]
}

/** Linters that a limit ended on the baseline: neither for nor against the change. */
export function unreadLint(facts: readonly LintFacts[]): readonly Reason[] {
  return facts.filter(({ unread }) => unread !== undefined).map(({ linter, problem }) => ({ code: 'lint-failed', message: `${linter} did not come to an end on the baseline (${problem ?? ''}): whether the change is worse is not known; give it more time or memory` }))
}

/** For people who wonder why nothing was counted. */
export function skippedLint(facts: readonly LintFacts[]): readonly Reason[] {
  return facts.filter(({ skipped }) => skipped !== null).map(({ linter, skipped }): Reason => ({ code: 'lint-skipped', message: `${linter} was skipped: ${skipped ?? ''}` }))
}

function silenced(facts: readonly LintFacts[], findings: readonly Finding[]): readonly Finding[] {
  return facts.some(({ hearsSuppressions, skipped }) => hearsSuppressions && skipped === null) ? findings.filter(({ rule }) => suppressions.has(rule)) : []
}
