import { needsApproval } from '../code-rule.ts'
import type { Rule } from './syntax.ts'

const ascii = '24|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA]'
/** An escape that stands for an ASCII letter, a digit, `_` or `$`, or for nothing at all (a line's end): there is no reason to but to hide a name. */
const needless = String.raw`\\(?:[ac-eg-mo-qswyzA-Z_89]|x(?:${ascii})|u(?:00(?:${ascii})|\{0*(?:${ascii})\})|0?(?:44|6[0-7]|7[01])|1[0-7][0-7]|\r?\n)`
const piece = `(?:[0-9A-Za-z_$]|${needless})`
const quote = '["\'`]'
const name = `${quote}${piece}{3,}${quote}`

/** A word of escapes, or a text that is one name and holds some. */
const escapedNameMark = new RegExp(String.raw`\\u|${quote}(?=[\w$]*\\)${piece}{3,}${quote}`)

/**
 * A text that is a name, `'c\onstructor'`, with escapes it has no need of: wherever it stands it becomes a property's name sooner or later. Raw templates hold backslashes that escape nothing, so that of templates only
 * those count that are one.
 */
const escapedTexts: readonly Rule[] = [
  { kind: 'string', regex: `^${name}$`, has: { kind: 'escape_sequence' } },
  { kind: 'template_string', regex: `^${name}$`, has: { kind: 'escape_sequence' }, inside: { any: ['subscript_expression', 'computed_property_name', 'parenthesized_expression', 'arguments', 'variable_declarator'].map((kind) => ({ kind })) } },
]

export const escapedName = needsApproval({
  id: 'escaped-name',
  words: [],
  mark: escapedNameMark,
  rule: { any: [{ any: [{ kind: 'identifier' }, { kind: 'property_identifier' }, { kind: 'shorthand_property_identifier' }, { kind: 'shorthand_property_identifier_pattern' }], regex: '\\\\u' }, ...escapedTexts] },
  message: 'spells a name in escapes',
  risk: 0.8,
})
