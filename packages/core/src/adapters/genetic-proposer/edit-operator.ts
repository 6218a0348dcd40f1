import type { SgNode, SgRoot } from '@ast-grep/napi'
import type { TextEdit } from '../../proposal/proposal.ts'
import type { Scopes } from './analysis/scopes.ts'
import type { Statement } from './statements.ts'

/** A parsed source file of the parent variant. Offsets of nodes (`range().start.index`) count UTF-16 code units. */
export interface ParsedSource {
  readonly path: string
  readonly text: string
  readonly language: 'JavaScript' | 'TypeScript' | 'Tsx'
  readonly root: SgRoot
  /** Which name means which declaration. */
  readonly scopes: Scopes
  /** The statements of each block. */
  readonly statements: readonly (readonly Statement[])[]
  /** The operators of binary expressions and compound assignments. */
  readonly operators: readonly Operator[]
}

export interface Operator {
  readonly expression: SgNode
  readonly text: string
  readonly start: number
  readonly end: number
}

/** One concrete thing an operator could do at one place. Cheap to list: the edits are computed only when chosen. */
export interface EditSite {
  /** Offset (UTF-16 code units) of the place in the file, used to weigh the site by the profile. */
  readonly offset: number
  /** Stable within a file for the same text, for instance `${offset}:${variant}`; used to tell tried sites apart. */
  readonly key: string
  /** One sentence for a person. */
  readonly rationale: string
  /** Non-overlapping edits; `part` numbers from 0 group what only makes sense together. */
  edits(): readonly TextEdit[]
}

/**
 * One kind of change. `sites` returns every place where the operator's precondition holds; it must be pure and must not
 * throw on any input that parses (also on code with syntax errors inside). An operator of kind `rewrite` claims to keep behaviour
 * (the precondition is checked on the syntax tree); a `classic` one claims nothing.
 */
export interface EditOperator {
  readonly name: string
  readonly kind: 'classic' | 'rewrite'
  sites(source: ParsedSource): readonly EditSite[]
}

export type { SgNode }
