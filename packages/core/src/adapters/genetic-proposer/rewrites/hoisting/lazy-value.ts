import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../../proposal/proposal.ts'
import { freshName, indentAt } from '../../analysis/nodes.ts'
import type { ScriptSource } from '../../edit-operator.ts'

export interface LazyValue {
  readonly expression: SgNode
  /** The value is computed at its first use after this statement begins. */
  readonly statement: SgNode
  readonly wantedName: string
  /** `truthy`: never an empty string, 0 or the like, or nothing is lost when those are computed again. */
  readonly emptiness: 'truthy' | 'undefined'
  /** Kept only where this holds when the program runs, and computed each time otherwise. */
  readonly onlyIf?: string
}

/** Declares a name before the statement and fills it at the first evaluation, so that what throws or never runs still does so. */
export function lazyEdits(source: ScriptSource, { expression, statement, wantedName, emptiness, onlyIf }: LazyValue): readonly TextEdit[] {
  const name = freshName(source.text, wantedName)
  const fill = `(${name} = ${expression.text()})`
  const value = emptiness === 'truthy' ? `(${name} || ${fill})` : `(${name} === undefined ? ${fill} : ${name})`
  return [beforeStatement(source, statement, `let ${name}${typeOf(source, expression)};`), replaced(source, expression, onlyIf === undefined ? value : `(${onlyIf} ? ${value} : ${expression.text()})`)]
}

/** Computes the value right before the statement: only for what cannot throw. */
export function eagerEdits(source: ScriptSource, expression: SgNode, { statement, wantedName }: { readonly statement: SgNode; readonly wantedName: string }): readonly TextEdit[] {
  const name = freshName(source.text, wantedName)
  return [beforeStatement(source, statement, `const ${name} = ${expression.text()};`), replaced(source, expression, name)]
}

export function beforeStatement(source: ScriptSource, statement: SgNode, line: string): TextEdit {
  const start = statement.range().start.index
  return { path: source.path, start, end: start, replacement: `${line}\n${indentAt(source.text, start)}`, part: 0 }
}

export function replaced(source: ScriptSource, node: SgNode, replacement: string): TextEdit {
  const { start, end } = node.range()
  return { path: source.path, start: start.index, end: end.index, replacement, part: 0 }
}

/** TypeScript infers nothing for a name that is set inside of a callback; of a template it is known what it gives. */
function typeOf({ language }: ScriptSource, expression: SgNode): string {
  return language !== 'JavaScript' && expression.kind() === 'template_string' ? ': string | undefined' : ''
}
