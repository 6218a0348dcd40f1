import type { SgNode } from '@ast-grep/napi'
import type { EditOperator, EditSite, ParsedSource } from '../edit-operator.ts'
import { excerpt } from '../statements.ts'

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
  const expressions = source.root.root().findAll({ rule: { any: [{ kind: 'binary_expression' }, { kind: 'augmented_assignment_expression' }] } })
  return expressions.flatMap((expression) => {
    const operator = expression.field('operator')
    if (operator === null) return []
    return alternatives(operator.text())
      .filter((other) => other !== operator.text())
      .map((other) => replaceSite(source, operator, other, `changes \`${operator.text()}\` to \`${other}\` in \`${excerpt(expression)}\``))
  })
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
      return [...others].filter((other) => other !== value && Number.isSafeInteger(other)).map((other) => replaceSite(source, node, String(other), `changes ${value} to ${other} in \`${excerpt(node.parent() ?? node)}\``))
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
      return [`(!${condition.text()})`, '(true)', '(false)'].map((other) => replaceSite(source, condition, other, `makes the condition \`${excerpt(condition)}\` \`${other}\``))
    }),
}

function replaceSite(source: ParsedSource, node: SgNode, replacement: string, rationale: string): EditSite {
  const { start, end } = node.range()
  return {
    offset: start.index,
    key: `${start.index}:${replacement}`,
    rationale,
    edits: () => [{ path: source.path, start: start.index, end: end.index, replacement, part: 0 }],
  }
}
