import { attemptAlpha } from '../decision/alpha-spending.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { Config } from '../target/config.ts'
import { decisionRevision } from './judge-change.ts'
import { metricRules } from './metric-rules.ts'
import type { RecordedDecision } from './proposal-record.ts'

/**
 * Why nothing may be applied on a recorded verdict, whatever facts it follows from: it was reached while something was still chosen, at a level that nobody was entitled to, or by rules that its baseline does not name. `judging`:
 * what the baseline's own commit says; null where it says nothing. A default that comes to mean something else raises `decisionRevision`: only verdicts of these rules are held against them.
 */
export function judgingProblem({ purpose, trial, alpha, spending, basis }: Pick<RecordedDecision, 'purpose' | 'trial' | 'alpha' | 'spending' | 'basis'>, judging: Pick<Config, 'accept' | 'metrics'> | null): string | null {
  if (basis === undefined) return null
  if (purpose === 'minimise') return 'its verdict only compares two versions of it'
  if (purpose === 'search' && spending === undefined) return 'its verdict is that of its search, which nothing has confirmed'
  // A repair promises nothing in figures, and is a person's to accept.
  if (judging === null || Object.keys(basis.rules).length === 0) return null
  const { confirm, falseAcceptRate } = judging.accept
  if (purpose === 'search' && confirm) return 'its verdict is that of its search, and its baseline asks for a confirmation'
  const rate = spending === undefined && purpose === 'single' ? attemptAlpha(falseAcceptRate, trial) : falseAcceptRate
  if (alpha > rate || (spending !== undefined && spending.rate > falseAcceptRate)) return `it was judged at ${spending === undefined ? alpha : spending.rate}, where its baseline allows ${rate}`
  if (basis.revision !== decisionRevision) return null
  const patience = purpose === 'search' ? 'eager' : 'patient'
  return canonicalJson(metricRules(judging, alpha, patience)) === canonicalJson(basis.rules) ? null : 'it was judged by other rules than those of its baseline'
}
