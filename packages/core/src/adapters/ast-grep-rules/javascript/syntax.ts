import type { NapiConfig } from '@ast-grep/napi'

export type Rule = NapiConfig['rule']

/** TypeScript's grammar has kinds of its own; a kind that a grammar does not know is an error. */
export interface Dialect {
  readonly isTyped: boolean
}

/** Alternatives as a pattern for a whole text. */
export function whole(...alternatives: readonly string[]): string {
  return `^(?:${alternatives.join('|')})$`
}

/** `object.property`, written as such. What is written otherwise uses the object as a value, see `usedAsValue`. */
export function member(object: string, property: string): Rule {
  return { kind: 'member_expression', all: [{ has: { field: 'object', kind: 'identifier', regex: whole(object) } }, { has: { field: 'property', regex: whole(property) } }] }
}

/** `object.property` for every property but these. */
export function memberBut(object: string, property: string): Rule {
  return { kind: 'member_expression', all: [{ has: { field: 'object', kind: 'identifier', regex: whole(object) } }, { not: { has: { field: 'property', regex: whole(property) } } }] }
}

/** Places where an identifier is a name being given, not a value being read. */
function givesName({ isTyped }: Dialect): readonly Rule[] {
  const named = ['function_declaration', 'function_expression', 'generator_function_declaration', 'generator_function', 'class_declaration', 'class', 'variable_declarator']
  return [
    ...named.map((kind): Rule => ({ inside: { kind, field: 'name' } })),
    { inside: { kind: 'arrow_function', field: 'parameter' } },
    { inside: { kind: 'formal_parameters' } },
    { inside: { any: ['import_clause', 'import_specifier', 'namespace_import', 'export_specifier'].map((kind) => ({ kind })) } },
    ...(isTyped ? [{ inside: { kind: 'required_parameter', field: 'pattern' } }, { inside: { kind: 'optional_parameter', field: 'pattern' } }, { inside: { kind: 'type_query' } }] : []),
  ]
}

/** Somewhere around, the name is a parameter or a function of the file's own, and does not mean the global. */
function shadowed(name: string, { isTyped }: Dialect): readonly Rule[] {
  const own: Rule = { kind: 'identifier', regex: whole(name) }
  const parameter: Rule = isTyped ? { any: [{ kind: 'required_parameter', has: { field: 'pattern', ...own } }, { kind: 'optional_parameter', has: { field: 'pattern', ...own } }] } : own
  const functions = ['function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'generator_function_declaration']
  const withParameter = functions.map((kind): Rule => ({ kind, has: { field: 'parameters', has: parameter } }))
  const arrow: Rule = { kind: 'arrow_function', has: { field: 'parameter', ...own } }
  const declared: Rule = { any: ['function_declaration', 'generator_function_declaration', 'class_declaration'].map((kind): Rule => ({ kind, has: { field: 'name', regex: whole(name) } })) }
  const atTop: Rule = { any: [declared, { kind: 'export_statement', has: { field: 'declaration', ...declared } }] }
  return [{ inside: { any: [...withParameter, arrow], stopBy: 'end' } }, { inside: { kind: 'program', has: atTop, stopBy: 'end' } }]
}

/**
 * A global object used in any way but `object.property` or being called: aliased, passed, taken apart, read by a computed name, wrapped in brackets. Which of its
 * properties that leads to can no longer be told.
 */
export function usedAsValue(name: string, dialect: Dialect): Rule {
  const other: readonly Rule[] = [{ inside: { kind: 'member_expression', field: 'object' } }, { inside: { kind: 'call_expression', field: 'function' } }]
  return {
    any: [
      { kind: 'identifier', regex: whole(name), not: { any: [...other, ...givesName(dialect), ...shadowed(name, dialect)] } },
      { kind: 'shorthand_property_identifier', regex: whole(name), not: { any: [...shadowed(name, dialect)] } },
    ],
  }
}

/** A property, an index or a name that something is stored to, in any of the ways JavaScript has. */
export function storedTo(regex: string, kinds: readonly string[] = ['member_expression', 'subscript_expression']): Rule {
  return {
    any: kinds.map((kind) => ({ kind })),
    regex,
    inside: {
      any: [
        { kind: 'assignment_expression' }, { kind: 'augmented_assignment_expression' }, { kind: 'update_expression' }, { kind: 'for_in_statement' }, { kind: 'array_pattern' }, { kind: 'pair_pattern' },
        { kind: 'unary_expression', regex: '^delete\\b' },
      ],
    },
    not: { any: [{ inside: { kind: 'assignment_expression', field: 'right' } }, { inside: { kind: 'augmented_assignment_expression', field: 'right' } }, { inside: { kind: 'for_in_statement', field: 'right' } }] },
  }
}

/** The first argument of a call of one of these functions. In this order: the place among many siblings is counted last, and for few. */
export function firstArgument(functions: string, argument: string): Rule {
  return { all: [{ inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: functions } } } }, { regex: argument }, { nthChild: 1 }] }
}

/** A call whose function is written like this. */
export function callOf(functions: string): Rule {
  return { kind: 'call_expression', has: { field: 'function', regex: functions } }
}

/** Types only: nothing is loaded. A default import may be called `type` itself. */
const onlyTypes = '^(?:import\\s+type\\s+(?:[{*]|\\w+\\s+from\\s)|export\\s+type\\s*[{*])'

/** The module's name in an import, an export from, a `require` or an `import()`; a `node:` name also where it is kept for later. */
export function moduleName(names: string): Rule {
  const specifier = (pattern: string): Rule => ({ kind: 'string', has: { kind: 'string_fragment', regex: pattern } })
  const loaded: Rule = {
    any: [
      { inside: { kind: 'import_statement' } }, { inside: { kind: 'export_statement' } },
      // `import fs = require('fs')`, a kind of TypeScript's own.
      { inside: { regex: '^\\w+\\s*=\\s*require\\s*\\(\\s*["\'][^"\']*["\']\\s*\\)$' } },
      { inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: '^(?:.*\\b)?(?:require|import|resolve|getBuiltinModule)$' } } } },
    ],
  }
  return { any: [specifier(`^node:(?:${names})(?:/.*)?$`), { all: [specifier(`^(?:${names})(?:/.*)?$`), loaded] }], not: { inside: { any: [{ kind: 'import_statement' }, { kind: 'export_statement' }], regex: onlyTypes } } }
}

/** Text of a property's name or a whole string, wherever it stands. */
export function spelled(regex: string): Rule {
  return { any: ['identifier', 'property_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'string_fragment'].map((kind) => ({ kind })), regex }
}
