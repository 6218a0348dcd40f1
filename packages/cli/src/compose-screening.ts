import type { PathScope, RevisionReader, Screener, SecretScanner } from '@ratchet/core'
import type { ScreeningPolicy } from '@ratchet/core/screening/screening-policy'
import { createScreener } from '@ratchet/core/screening/screener'
import { createAstGrepRules } from '@ratchet/core/adapters/ast-grep-rules/ast-grep-rules'
import type { RecentTrees } from '@ratchet/core/adapters/ast-grep-rules/recent-trees'

export interface ScreenerRequest {
  readonly revisions: RevisionReader
  readonly scope: PathScope
  readonly secrets: SecretScanner
  /** Null where the target has no constitution. */
  readonly policy: ScreeningPolicy | null
  /** Of the texts looked at last, shared with who makes them. */
  readonly trees: RecentTrees
  /** Absent where the target holds no code that judges changes. */
  readonly isJudging?: (path: string) => boolean
}

/** What is said of a change before anything of it runs: by all rules, and by the constitution where there is one. */
export function openScreener({ revisions, scope, secrets, policy, trees, isJudging }: ScreenerRequest): Screener {
  return createScreener({ revisions, scope, rules: createAstGrepRules(trees), secrets, policy, ...(isJudging === undefined ? {} : { isJudging }) })
}
