import type { NapiConfig, SgNode } from '@ast-grep/napi'
import type { ConsentLevel, FindingWeight } from '../../screening/screening.ts'
import type { Names } from './names.ts'

export type Language = 'javascript' | 'typescript' | 'tsx' | 'python' | 'cpp'

/** A construct that a change has no business adding, as data. */
export interface CodeRule {
  readonly id: string
  /**
   * Words of which at least one stands in every text that the rule matches: most files hold none of them, and are then not even parsed. Words are looked
   * for everywhere, also inside strings and comments.
   */
  readonly words: readonly string[]
  /** The same, for what is no word. */
  readonly mark?: RegExp
  readonly rule: NapiConfig['rule']
  /** True of every tree in which the rule finds something. For rules whose words stand in most files: to compile their expressions for each text takes longer than to look at a few nodes. */
  readonly mayMatch?: (root: SgNode) => boolean
  /** Of what the rule found: whether it surely is something else, by what the names in it mean. Asked last, and of few nodes. */
  readonly spares?: (found: SgNode, names: Names) => boolean
  /** As the end of the sentence "the change ...". */
  readonly message: string
  readonly weight: FindingWeight
  readonly risk: number
  readonly consentLevel: ConsentLevel
  /** `number`: what counts as new is one match more than before, whatever its text. Default: a text that was not matched before. */
  readonly isNewBy?: 'text' | 'number'
  /** Only in files of such names; absent: in every file of the language. */
  readonly paths?: RegExp
}

type Fields = Pick<CodeRule, 'id' | 'words' | 'rule' | 'message'> & Partial<Pick<CodeRule, 'mark' | 'mayMatch' | 'spares' | 'risk' | 'consentLevel' | 'isNewBy' | 'paths'>>

/** No honest change does this to code under judgement: it is not even run. */
export function denied(fields: Fields): CodeRule {
  return { weight: 'deny', risk: 0.9, consentLevel: 3, ...fields }
}

/** Has honest uses, but none that a machine should decide on. */
export function needsApproval(fields: Fields): CodeRule {
  return { weight: 'require-approval', risk: 0.5, consentLevel: 2, ...fields }
}

/** Common in honest changes; worth a line in the report. */
export function noted(fields: Fields): CodeRule {
  return { weight: 'note', risk: 0.08, consentLevel: 0, ...fields }
}
