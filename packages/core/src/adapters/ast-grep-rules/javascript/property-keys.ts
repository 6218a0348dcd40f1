import { needsApproval, type CodeRule } from '../code-rule.ts'
import type { Rule } from './syntax.ts'

const quote = '["\'`]'
/** Between two letters of a text that is put together from pieces. */
const seam = `(?:${quote}[\\s()]*\\+[\\s()]*${quote})*`

/** The name as a literal, whole or in pieces: `'stack'`, `'st' + 'ack'`. */
function literal(name: string): string {
  return `[\\s(]*${quote}${[...name].join(seam)}${quote}[\\s)]*`
}

/** For `mark`: the name's pieces are no word of the text. */
export function inPieces(name: string): RegExp {
  return new RegExp(`${quote}${[...name].join(seam)}${quote}`)
}

/** `x['name']`, also with the name in pieces. */
export function indexed(name: string): Rule {
  return { kind: 'subscript_expression', has: { field: 'index', regex: `^${literal(name)}$` } }
}

/** A name in an object pattern, however it is written: `{ name }`, `{ name: x }`, `{ 'name': x }`, `{ ['na' + 'me']: x = 1 }`. */
export function takenApart(name: string): Rule {
  return {
    any: [
      { kind: 'shorthand_property_identifier_pattern', regex: `^${name}$` },
      { kind: 'pair_pattern', has: { field: 'key', regex: `^(?:${name}|${quote}${name}${quote})$` } },
      takenApartByIndex(name),
    ],
  }
}

/** `{ ['name']: x }`, also with the name in pieces. */
export function takenApartByIndex(name: string): Rule {
  return { kind: 'pair_pattern', has: { field: 'key', kind: 'computed_property_name', regex: `^\\[${literal(name)}\\]$` } }
}

/** A place in a pattern that takes such a value apart: declared, assigned, looped over, or as a default. */
export function takenFrom(value: string): Rule {
  const ends = ['variable_declarator', 'assignment_expression', 'for_in_statement', 'catch_clause', 'formal_parameters', 'statement_block']
  return {
    inside: {
      any: [
        { kind: 'variable_declarator', has: { field: 'value', regex: value } },
        ...['assignment_expression', 'assignment_pattern', 'for_in_statement'].map((kind): Rule => ({ kind, has: { field: 'right', regex: value } })),
        // TypeScript's parameters keep their default beside the pattern.
        { regex: `^\\{[^=]*\\}\\s*(?::[^=]*)?=\\s*(?:${value.replace(/^\^/, '')})`, inside: { kind: 'formal_parameters' } },
        { kind: 'catch_clause' },
      ],
      stopBy: { any: ends.map((kind) => ({ kind })) },
    },
  }
}

const pieces: Rule = { any: [{ kind: 'string' }, { kind: 'template_string' }] }
/** `'a' + 'b'`: nothing in it is not known beforehand. */
const glued: Rule = { kind: 'binary_expression', all: [{ has: { field: 'left', any: [pieces, { kind: 'binary_expression', has: { field: 'right', ...pieces } }] } }, { has: { field: 'right', ...pieces } }] }
const joined: Rule = { kind: 'call_expression', has: { field: 'function', kind: 'member_expression', all: [{ has: { field: 'object', any: [{ kind: 'array' }, { kind: 'string' }] } }] } }
const plain: Rule = { any: ['identifier', 'member_expression', 'string', 'number', 'subscript_expression'].map((kind) => ({ kind })) }

/** A property whose name is put together where it is read: no rule on names can tell what it is. */
export const propertyKeys: readonly CodeRule[] = [
  needsApproval({
    id: 'computes-property-name',
    words: [],
    mark: /\]\s*[:/]|["'`)]\s*[\]/]/,
    rule: {
      any: [
        { kind: 'computed_property_name', inside: { kind: 'pair_pattern', field: 'key' }, not: { any: [{ has: plain }, { has: { kind: 'template_string', not: { has: { kind: 'template_substitution' } } } }] } },
        { kind: 'subscript_expression', has: { field: 'index', any: [glued, joined] } },
      ],
    },
    message: 'puts the name of a property together where it reads it: which property that is cannot be told',
    risk: 0.5,
  }),
]
