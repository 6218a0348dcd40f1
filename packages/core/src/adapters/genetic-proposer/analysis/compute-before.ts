import type { SgNode } from '@ast-grep/napi'
import type { TextEdit } from '../../../proposal/proposal.ts'
import { indentAt } from './nodes.ts'
import type { ScriptSource } from '../edit-operator.ts'
import type { StatementPlace } from './statement-place.ts'

export interface Computation {
  /** The expression whose value is computed in advance. */
  readonly node: SgNode
  /** The name that then stands for it. */
  readonly result: string
  /** What computes it; two spaces for each level. */
  readonly lines: readonly string[]
}

/** Puts the lines at the place and the name where the expression was; an arrow with a bare expression gets a body. */
export function computeBefore(source: ScriptSource, place: StatementPlace, { node, result, lines }: Computation): readonly TextEdit[] {
  const { text, path } = source
  const [whole, own] = [place.node.range(), node.range()]
  const indent = indentAt(text, whole.start.index)
  const unit = indent.includes('\t') ? '\t' : '  '
  const indented = lines.map((line) => line.replace(/^( {2})+/, (spaces) => unit.repeat(spaces.length / 2)))
  const before = text.slice(whole.start.index, own.start.index)
  if (place.kind === 'statement') return [{ path, start: whole.start.index, end: own.end.index, replacement: [...indented, ''].join(`\n${indent}`) + before + result, part: 0 }]
  const after = text.slice(own.end.index, whole.end.index)
  const replacement = `{\n${[...indented, `return ${before}${result}${after};`].map((line) => `${indent}${unit}${line}\n`).join('')}${indent}}`
  return [{ path, start: whole.start.index, end: whole.end.index, replacement, part: 0 }]
}
