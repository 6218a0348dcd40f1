import type { NapiConfig } from '@ast-grep/napi'

type Rule = NapiConfig['rule']

/** What a rule may consist of here; anything else, and a rule with a pattern in it, is not relaxed at all. */
const relations = ['inside', 'has', 'precedes', 'follows'] as const
const plain = ['kind', 'nthChild'] as const
const known: ReadonlySet<string> = new Set([...relations, ...plain, 'any', 'all', 'not', 'regex'])

/**
 * The rule without its regular expressions and without what must not be there: it matches wherever the rule does, and elsewhere too. Expressions are compiled anew for every text, which takes several times as long as
 * looking through it, so that where the relaxed rule finds nothing there is no need to ask the rule itself. Null when nothing would be left to look for.
 */
export function relaxedRule(rule: Rule): Rule | null {
  const names = Object.keys(rule)
  if (names.some((name) => !known.has(name))) return null
  const kept: Rule = {}
  for (const name of plain) {
    const value = rule[name]
    // A position among nodes of a kind would need that kind's whole rule.
    if (value !== undefined && typeof value !== 'object') Object.assign(kept, { [name]: value })
  }
  for (const name of relations) {
    const relation = rule[name]
    const relaxed = relation === undefined ? null : relaxedRelation(relation)
    if (relaxed !== null) kept[name] = relaxed
  }
  const all = (rule.all ?? []).flatMap((part) => relaxedRule(part) ?? [])
  if (all.length > 0) kept.all = all
  const any = (rule.any ?? []).map(relaxedRule)
  if (any.length > 0 && any.every((part) => part !== null)) kept.any = any
  return Object.keys(kept).length === 0 ? null : kept
}

/** Where a search ends by a rule it would end later by a relaxed one, and sooner by a stricter one: without an end it finds all that it found before. */
function relaxedRelation({ stopBy, field, ...rule }: NonNullable<Rule['inside']>): NonNullable<Rule['inside']> | null {
  const relaxed = relaxedRule(rule)
  if (relaxed === null) return null
  return { ...relaxed, ...(stopBy === undefined ? {} : { stopBy: typeof stopBy === 'string' ? stopBy : 'end' }), ...(field === undefined ? {} : { field }) }
}
