import type { SgNode } from '@ast-grep/napi'
import type { EditOperator, EditSite, ParsedSource } from '../edit-operator.ts'
import { excerpt } from '../statements.ts'
import { ClassicSite } from './classic-site.ts'

const operatorGroups: readonly (readonly string[])[] = [
  ['+', '-', '*', '/', '%'],
  ['&&', '||', '??'],
  ['===', '!=='],
  ['==', '!='],
  ['&', '|', '^'],
  ['<<', '>>', '>>>'],
  ['+=', '-=', '*='],
]
const comparisons: readonly string[] = ['<', '<=', '>', '>=']

/** Replaces an operator by another one of its kind. */
export const changeOperator: EditOperator = {
  name: 'change-operator',
  kind: 'classic',
  sites: (source) => operatorSites(source, (operator) => operatorGroups.find((group) => group.includes(operator)) ?? []),
}

/** Moves a comparison's bound by one, or turns it round. */
export const changeBound: EditOperator = {
  name: 'change-bound',
  kind: 'classic',
  sites: (source) => operatorSites(source, (operator) => (comparisons.includes(operator) ? comparisons : [])),
}

function operatorSites(source: ParsedSource, alternatives: (operator: string) => readonly string[]): readonly EditSite[] {
  return source.operators.flatMap(({ expression, text, start, end }) =>
    alternatives(text)
      .filter((other) => other !== text)
      .map((other) => new ClassicSite({
        path: source.path,
        offset: start,
        rationale: () => `changes \`${text}\` to \`${other}\` in \`${excerpt(expression)}\``,
        edits: () => [{ start, end, replacement: other }],
      })),
  )
}

/** Moves a whole number by one, halves or doubles it, or makes it zero. */
export const changeConstant: EditOperator = {
  name: 'change-constant',
  kind: 'classic',
  sites: (source) =>
    source.root.root().findAll({ rule: { kind: 'number' } }).flatMap((node) => {
      const value = Number(node.text())
      if (!Number.isSafeInteger(value)) return []
      const others = new Set([value + 1, Math.max(0, value - 1), 0, Math.floor(value / 2), value * 2])
      const possible = [...others].filter((other) => other !== value && Number.isSafeInteger(other)).map(String)
      return replaceSites(source, node, { others: possible, rationale: (other) => `changes ${value} to ${other} in \`${excerpt(node.parent() ?? node)}\`` })
    }),
}

/** Negates a condition, or decides it once and for all. */
export const changeCondition: EditOperator = {
  name: 'change-condition',
  kind: 'classic',
  sites: (source) =>
    source.root.root().findAll({ rule: { kind: 'if_statement' } }).flatMap((statement) => {
      const condition = statement.field('condition')
      if (condition === null) return []
      const others = [`(!${condition.text()})`, '(true)', '(false)']
      return replaceSites(source, condition, { others, rationale: (other) => `makes the condition \`${excerpt(condition)}\` \`${other}\`` })
    }),
}

/** One site for each replacement. */
function replaceSites(source: ParsedSource, node: SgNode, { others, rationale }: { readonly others: readonly string[]; readonly rationale: (other: string) => string }): readonly EditSite[] {
  const { start, end } = node.range()
  return others.map((other) => new ClassicSite({
    path: source.path,
    offset: start.index,
    rationale: () => rationale(other),
    edits: () => [{ start: start.index, end: end.index, replacement: other }],
  }))
}
