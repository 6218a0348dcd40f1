import type { ChangedFile } from './changed-file.ts'
import type { WeighedFinding } from './screening.ts'

/** Rules on the syntax of changed code. Pure: the same files give the same findings; nothing of the change is run. */
export interface ContentRules {
  /** What the change adds, or takes away, that it has no business to. Files of languages without rules give nothing. */
  find(files: readonly ChangedFile[]): readonly WeighedFinding[]
  /** Names of all rules, for whoever builds on them. */
  readonly ids: ReadonlySet<string>
}
