import type { NapiConfig } from '@ast-grep/napi'

type Rule = NapiConfig['rule']

/** Directly inside one of these; a field can be asked for only where a relation names it itself. */
export function insideAny(...places: readonly NonNullable<Rule['inside']>[]): Rule {
  return { any: places.map((inside) => ({ inside })) }
}
