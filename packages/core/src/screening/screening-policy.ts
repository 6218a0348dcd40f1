import type { Risk } from '../constitution/assess-risk.ts'
import type { StaticFacts } from '../constitution/policy-facts.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { PathChange } from '../workspace/workspace.ts'
import type { ChangedFile } from './changed-file.ts'
import type { Screening } from './screening.ts'

/** A rule of the static phase that applies, and why where it could not be answered. */
export interface AppliedRule {
  readonly rule: string
  readonly failed?: string
}

/** What screening leaves in the journal for the second half: rules that were answered already, and the facts that the others may ask for. */
export interface ScreenedPolicy {
  readonly constitution: string
  readonly facts: StaticFacts
  readonly risk: Risk
  readonly applied: readonly AppliedRule[]
  /** Who made other steps of the change; absent where one made it all, and in older journals. */
  readonly others?: NonNullable<Author['others']>
}

/** Who proposes, as Ratchet knows it. */
export interface Author {
  readonly proposer: string
  readonly operator: string
  /** What the proposal says of itself; only ever held against it. */
  readonly rationale?: string
  /** What the proposal itself is made of; absent: the baseline. */
  readonly parent?: ObjectId
  /** Who made other steps of the same change. */
  readonly others?: readonly Pick<Author, 'proposer' | 'operator'>[]
}

/** The constitution as screening asks it: about what built-in rules have not denied already. Pure; it can only make a screening stricter. */
export interface ScreeningPolicy {
  screen(change: { readonly changes: readonly PathChange[]; readonly texts: readonly ChangedFile[]; readonly scope: PathScope; readonly screening: Screening; readonly author: Author }): Screening
  /** Whether a rule asks who made a change. */
  readonly readsAuthors: boolean
}
