import type { SgNode } from '@ast-grep/napi'
import { isWithin } from '../../analysis/nodes.ts'
import type { Scopes } from '../../analysis/scopes.ts'
import type { InlineCallback } from '../../analysis/inline-callback.ts'

/** Part of a callback's body as it reads outside of it: `values` stand for the parameters. */
export interface InlineText {
  /** What takes a parameter apart, as declarations; empty when all parameters are plain names. */
  readonly declarations: string
  readonly text: string
}

/** The text of `part` with each plain parameter replaced; every value has to be a name or a constant. */
export function inlineText(part: SgNode, callback: InlineCallback, values: readonly string[], scopes: Scopes): InlineText {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = []
  const declarations: string[] = []
  for (const [index, { pattern, name }] of callback.parameters.entries()) {
    const value = values[index] ?? 'undefined'
    if (name === null) declarations.push(`const ${pattern.text()} = ${value};`)
    for (const use of name === null ? [] : (scopes.resolve(pattern)?.uses ?? [])) {
      const { start, end } = use.range()
      if (isWithin(use, part)) edits.push({ start: start.index, end: end.index, text: use.kind() === 'shorthand_property_identifier' ? `${name}: ${value}` : value })
    }
  }
  const base = part.range().start.index
  let text = part.text()
  for (const edit of edits.sort((a, b) => b.start - a.start)) text = text.slice(0, edit.start - base) + edit.text + text.slice(edit.end - base)
  return { declarations: declarations.join(' '), text }
}
