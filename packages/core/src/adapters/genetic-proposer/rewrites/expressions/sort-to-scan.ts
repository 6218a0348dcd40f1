import type { TextEdit } from '../../../../proposal/proposal.ts'
import type { ScriptOperator, EditSite, ScriptSource } from '../../edit-operator.ts'
import { excerpt } from '../../statements.ts'
import { computeBefore } from '../../analysis/compute-before.ts'
import { freshWord } from '../../analysis/fresh-word.ts'
import { isQuiet } from '../../analysis/quiet-expression.ts'
import { statementPlace, type StatementPlace } from '../../analysis/statement-place.ts'
import { sortedEnd, type SortedEnd } from './sort-form.ts'

/**
 * Sorting a copy by `x - y` only to take the first or the last number becomes one walk through the list. Exact: the walk only counts when the list is an
 * array of numbers without NaN and holes, else the sorting is done after all; of 0 and -0, which compare as equal, the one that sorting would put there is taken.
 * Refused for sorting in place, other comparisons, and where no statement can stand before.
 */
export const sortToScan: ScriptOperator = {
  name: 'sort-to-scan',
  kind: 'rewrite',
  sites: (source) => {
    if (!/\.\s*(?:sort|toSorted)\s*\(/.test(source.text) || !source.scopes.isPlatformName('Array')) return []
    const property = { field: 'property', regex: '^(?:sort|toSorted)$' }
    const calls = source.root.root().findAll({ rule: { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', has: property } } })
    return calls.flatMap((call) => sortedEnd(call, source.scopes) ?? []).flatMap((end) => siteOf(source, end))
  },
}

function siteOf(source: ScriptSource, end: SortedEnd): EditSite[] {
  const place = statementPlace(end.node, source.scopes, isQuiet(end.list, source.scopes))
  if (place === null) return []
  const offset = end.node.range().start.index
  return [{ offset, key: `${offset}:scan`, rationale: `finds \`${excerpt(end.node)}\` in one walk instead of sorting a copy`, edits: () => rewrite(source, end, place) }]
}

function rewrite(source: ScriptSource, end: SortedEnd, place: StatementPlace): readonly TextEdit[] {
  const result = freshWord(source.text, end.comparison.startsWith('<') ? 'least' : 'greatest')
  return computeBefore(source, place, { node: end.node, result, lines: scanLines(source, end, result) })
}

function scanLines({ text }: ScriptSource, { list, old, comparison }: SortedEnd, best: string): readonly string[] {
  const fresh = (wanted: string): string => freshWord(text, wanted)
  const isName = list.kind() === 'identifier'
  const [name, item, index, isPlain] = [isName ? list.text() : fresh('list'), fresh('item'), fresh('index'), fresh('isNumeric')]
  return [
    ...(isName ? [] : [`const ${name} = ${list.text()};`]),
    `let ${best}, ${isPlain} = Array.isArray(${name});`,
    `for (let ${index} = 0; ${isPlain} && ${index} < ${name}.length; ${index}++) {`,
    `  const ${item} = ${name}[${index}];`,
    `  if (typeof ${item} !== 'number' || ${item} !== ${item}) ${isPlain} = false;`,
    `  else if (${index} === 0 || ${item} ${comparison} ${best}) ${best} = ${item};`,
    '}',
    `if (!${isPlain}) ${best} = ${old(name)};`,
  ]
}
