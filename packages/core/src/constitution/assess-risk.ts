import type { ConsentLevel } from '../screening/screening.ts'
import type { EvidenceFacts, StaticFacts } from './policy-facts.ts'

/** What raises a risk, and by how much. */
export interface RiskPart {
  readonly part: 'findings' | 'patch-size' | 'files' | 'outside-scope' | 'protected-files' | 'removed-code' | 'dependencies' | 'commands' | 'undocumented' | 'weak-evidence' | 'unwatched-lines' | 'forgeable-tests'
  /** 0 to 1. */
  readonly risk: number
  readonly detail: string
}

export interface Risk {
  /** Never lower than any part: 1 minus the product of what each leaves. */
  readonly total: number
  readonly parts: readonly RiskPart[]
}

/** From what is known before anything runs. `findings` is what screening's rules came to. Never falls when a change grows, touches more, or breaks one more rule. */
export function staticRisk(facts: Omit<StaticFacts, 'risk' | 'checks'>, findings: number): Risk {
  const lines = facts.linesAdded + facts.linesRemoved
  // What cannot be counted may be as large as anything.
  const uncounted = facts.cut.includes('linesAdded')
  const outside = facts.files.filter((file) => !file.editable && !file.protected).length
  const guarded = facts.files.filter((file) => file.protected).length
  return joined([
    { part: 'findings', risk: clamp(findings), detail: 'rules on paths, text and code' },
    { part: 'patch-size', risk: uncounted ? 0.4 : saturating(Math.max(0, lines - 50), 600, 0.4), detail: uncounted ? 'not every line can be counted' : `${lines} lines` },
    { part: 'files', risk: saturating(Math.max(0, facts.files.length - 3), 20, 0.3), detail: `${facts.files.length} files` },
    { part: 'outside-scope', risk: outside === 0 ? 0 : 0.4, detail: `${outside} files outside target.edit` },
    { part: 'protected-files', risk: guarded === 0 ? 0 : 0.5, detail: `${guarded} protected files` },
    { part: 'removed-code', risk: uncounted ? 0.2 : saturating(Math.max(0, facts.linesRemoved - 50), 400, 0.2), detail: uncounted ? 'not every removed line can be counted' : `${facts.linesRemoved} lines removed` },
    { part: 'dependencies', risk: facts.dependencies.length === 0 ? 0 : clamp(0.3 + saturating(facts.dependencies.length, 5, 0.3)), detail: `${facts.dependencies.length} changes of dependencies` },
    { part: 'commands', risk: facts.commands.length === 0 ? 0 : 0.4, detail: `${facts.commands.length} commands added` },
    { part: 'undocumented', risk: facts.documented ? 0 : 0.02, detail: 'new exported names without documentation' },
  ])
}

/** The same with what was measured on top: weak evidence can only raise it. */
export function withEvidence(risk: Risk, evidence: EvidenceFacts): Risk {
  const weak = evidence.reasons.filter((code) => weakening.has(code)).length
  return joined([
    ...risk.parts,
    { part: 'weak-evidence', risk: weak === 0 ? 0 : clamp(0.3 + 0.1 * weak), detail: evidence.reasons.filter((code) => weakening.has(code)).join(', ') },
    { part: 'unwatched-lines', risk: evidence.coverage.complete ? 0 : 0.1, detail: evidence.coverage.known ? `judges notice ${evidence.coverage.noticed} of ${evidence.coverage.mutants} mutants` : 'nobody tried whether judges watch the changed lines' },
    { part: 'forgeable-tests', risk: evidence.tests.sealed ? 0 : 0.05, detail: 'test reports are not sealed' },
  ])
}

const weakening: ReadonlySet<string> = new Set(['weak-evidence', 'implausible-gain', 'reported-figure', 'counts-only', 'resource-cost', 'invalid-input-differs', 'repair-partial', 'repair-unverified'])

/** Parts of which nothing is left out of the list but those of no risk. */
function joined(parts: readonly RiskPart[]): Risk {
  const real = parts.filter(({ risk }) => risk > 0)
  const product = 1 - real.reduce((left, { risk }) => left * (1 - risk), 1)
  return { total: clamp(Math.max(product, ...real.map(({ risk }) => risk), 0)), parts: real.toSorted((a, b) => b.risk - a.risk) }
}

/** Grows with the amount, reaches half of `most` at `half`. */
function saturating(amount: number, half: number, most: number): number {
  return (most * amount) / (amount + half)
}

function clamp(risk: number): number {
  return Number.isFinite(risk) ? Math.min(1, Math.max(0, risk)) : 1
}

/** Who must say yes: the number of levels that the risk reaches. */
export function consentLevelOf(risk: number, levels: readonly [number, number, number]): ConsentLevel {
  return levels.filter((from) => risk >= from).length as ConsentLevel
}
