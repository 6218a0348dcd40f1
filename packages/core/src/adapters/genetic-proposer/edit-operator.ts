import type { SgNode, SgRoot } from '@ast-grep/napi'
import type { TextEdit } from '../../proposal/proposal.ts'
import type { Scopes } from './analysis/scopes.ts'
import type { Aliases } from './rewrites/hoisting/aliases.ts'
import type { Statement } from './statements.ts'
import type { SyntaxTree } from './syntax-tree.ts'

/** Characters [start, end) of a file, in UTF-16 code units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A span within the code that is quoted to a person who asks what changes. */
export interface Place extends Span {
  readonly text: string
  readonly around: { text(): string }
}

/** A condition, and what a classic edit puts in its stead. */
export interface Condition extends Place {
  readonly others: readonly string[]
}

/** A source file of the parent variant as far as every language has it. Lists are made when they are first asked for. */
export interface EditedCode {
  readonly path: string
  readonly text: string
  /** The statements of each block. */
  readonly statements: readonly (readonly Statement[])[]
  /** The operators of binary expressions and compound assignments. */
  readonly operators: readonly Place[]
  /** Whole numbers as they are written. */
  readonly numbers: readonly Place[]
  readonly conditions: readonly Condition[]
}

/** JavaScript or TypeScript. Offsets of nodes (`range().start.index`) count UTF-16 code units. */
export interface ScriptSource extends EditedCode {
  readonly family: 'script'
  readonly language: 'JavaScript' | 'TypeScript' | 'Tsx'
  readonly root: SgRoot
  /** Which name means which declaration. */
  readonly scopes: Scopes
  readonly aliases: Aliases
}

export interface PythonSource extends EditedCode {
  readonly family: 'python'
  readonly tree: SyntaxTree
}

/** C or C++: the grammar of C++ reads both. */
export interface CppSource extends EditedCode {
  readonly family: 'cpp'
  readonly tree: SyntaxTree
}

/** A file of settings or build rules: lines of names and values, of which no tree is made. */
export interface SettingsSource {
  readonly family: 'settings'
  readonly path: string
  readonly text: string
  readonly format: 'make' | 'cmake' | 'package' | 'tsconfig' | 'lines'
  readonly errors: number
}

/** A parsed file of the parent variant. */
export type ParsedSource = ScriptSource | PythonSource | CppSource | SettingsSource
export type Family = ParsedSource['family']

/** One concrete thing an operator could do at one place. Cheap to list: the edits are computed only when chosen. */
export interface EditSite {
  /** Offset (UTF-16 code units) of the place in the file, used to weigh the site by the profile. */
  readonly offset: number
  /** Stable within a file for the same text, for instance `${offset}:${variant}`; used to tell tried sites apart. */
  readonly key: string
  /** One sentence for a person. */
  readonly rationale: string
  /** What it counts beside the operator's other sites; 1 where left out. */
  readonly weight?: number
  /** Non-overlapping edits; `part` numbers from 0 group what only makes sense together. */
  edits(): readonly TextEdit[]
}

/**
 * One kind of change. `sites` returns every place where the operator's precondition holds; it must be pure and must not
 * throw on any input that parses (also on code with syntax errors inside). An operator of kind `rewrite` claims to keep behaviour
 * (the precondition is checked on the syntax tree); `tuning` claims to change nothing but how much of something is used; a `classic` one claims nothing.
 */
export interface EditOperator<Source> {
  readonly name: string
  readonly kind: 'classic' | 'rewrite' | 'tuning'
  /** What its sites count beside those of others: more where a better order of growth is in reach, less where little can be won. 1 where left out. */
  readonly gain?: number
  readonly sites: (source: Source) => readonly EditSite[]
}

export type ScriptOperator = EditOperator<ScriptSource>
export type PythonOperator = EditOperator<PythonSource>
export type CppOperator = EditOperator<CppSource>
export type SettingsOperator = EditOperator<SettingsSource>
export type CodeOperator = EditOperator<EditedCode>

export type { SgNode }
