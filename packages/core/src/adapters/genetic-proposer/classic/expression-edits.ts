import type { CodeOperator, EditedCode, EditSite, Place } from '../edit-operator.ts'
import { excerpt } from '../statements.ts'
import { ClassicSite } from './classic-site.ts'

type Groups = readonly (readonly string[])[]

const shared: Groups = [['+', '-', '*', '/', '%']]
const scriptGroups: Groups = [
  ...shared,
  ['&&', '||', '??'],
  ['===', '!=='],
  ['==', '!='],
  ['&', '|', '^'],
  ['<<', '>>', '>>>'],
  ['+=', '-=', '*='],
]
const pythonGroups: Groups = [['+', '-', '*', '/', '//', '%'], ['and', 'or'], ['==', '!='], ['in', 'not in'], ['is', 'is not'], ['&', '|', '^'], ['<<', '>>'], ['+=', '-=', '*=']]
const cppGroups: Groups = [...shared, ['&&', '||'], ['==', '!='], ['&', '|', '^'], ['<<', '>>'], ['+=', '-=', '*=']]
const comparisons: readonly string[] = ['<', '<=', '>', '>=']

function changeOperatorWithin(groups: Groups): CodeOperator {
  return {
    name: 'change-operator',
    kind: 'classic',
    sites: (source) => operatorSites(source, (operator) => groups.find((group) => group.includes(operator)) ?? []),
  }
}

/** Replaces an operator by another one of its kind. */
export const changeOperator = changeOperatorWithin(scriptGroups)
export const changePythonOperator = changeOperatorWithin(pythonGroups)
export const changeCppOperator = changeOperatorWithin(cppGroups)

/** Moves a comparison's bound by one, or turns it round. */
export const changeBound: CodeOperator = {
  name: 'change-bound',
  kind: 'classic',
  sites: (source) => operatorSites(source, (operator) => (comparisons.includes(operator) ? comparisons : [])),
}

function operatorSites(source: EditedCode, alternatives: (operator: string) => readonly string[]): readonly EditSite[] {
  return source.operators.flatMap(({ around, text, start, end }) =>
    alternatives(text)
      .filter((other) => other !== text)
      .map((other) => new ClassicSite({
        path: source.path,
        offset: start,
        rationale: () => `changes \`${text}\` to \`${other}\` in \`${excerpt(around)}\``,
        edits: () => [{ start, end, replacement: other }],
      })),
  )
}

/** Moves a whole number by one, halves or doubles it, or makes it zero. */
export const changeConstant: CodeOperator = {
  name: 'change-constant',
  kind: 'classic',
  sites: (source) =>
    source.numbers.flatMap((place) => {
      const value = Number(place.text)
      if (!Number.isSafeInteger(value)) return []
      const others = new Set([value + 1, Math.max(0, value - 1), 0, Math.floor(value / 2), value * 2])
      const possible = [...others].filter((other) => other !== value && Number.isSafeInteger(other)).map(String)
      return replaceSites(source, place, { others: possible, rationale: (other) => `changes ${value} to ${other} in \`${excerpt(place.around)}\`` })
    }),
}

/** Negates a condition, or decides it once and for all. */
export const changeCondition: CodeOperator = {
  name: 'change-condition',
  kind: 'classic',
  sites: (source) =>
    source.conditions.flatMap((condition) =>
      replaceSites(source, condition, { others: condition.others, rationale: (other) => `makes the condition \`${excerpt(condition.around)}\` \`${other}\`` }),
    ),
}

/** One site for each replacement. */
function replaceSites(source: EditedCode, { start, end }: Place, { others, rationale }: { readonly others: readonly string[]; readonly rationale: (other: string) => string }): readonly EditSite[] {
  return others.map((other) => new ClassicSite({
    path: source.path,
    offset: start,
    rationale: () => rationale(other),
    edits: () => [{ start, end, replacement: other }],
  }))
}
