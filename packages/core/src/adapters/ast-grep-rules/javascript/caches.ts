import type { SgNode } from '@ast-grep/napi'
import { noted, type CodeRule } from '../code-rule.ts'
import { rootText } from '../root-text.ts'
import type { Dialect, Rule } from './syntax.ts'

const emptyStore: Rule = {
  any: [
    { kind: 'new_expression', all: [{ has: { field: 'constructor', regex: '^(?:Map|WeakMap|Set|WeakSet|LRU\\w*|\\w*Cache)$' } }, { not: { has: { field: 'arguments', regex: '^\\(.*\\S.*\\)$' } } }] },
    { kind: 'object', regex: '^\\{\\s*\\}$' },
    { kind: 'array', regex: '^\\[\\s*\\]$' },
    { kind: 'call_expression', regex: '^Object\\s*\\.\\s*create\\s*\\(\\s*null\\s*\\)$' },
  ],
}
const atModuleLevel: Rule = { inside: { any: [{ kind: 'lexical_declaration' }, { kind: 'variable_declaration' }], inside: { any: [{ kind: 'program' }, { kind: 'export_statement' }] } } }

const declaring: ReadonlySet<string> = new Set(['lexical_declaration', 'variable_declaration', 'export_statement'])

/** Declarations of the module itself, or fields of classes, wherever they are: what is declared in functions is kept by nobody. */
function mayKeep(root: SgNode): boolean {
  return /\b(?:static|namespace|module|declare)\b/.test(rootText(root)) || root.children().some((child) => declaring.has(String(child.kind())) || child.kind() === 'ERROR')
}

/** What is kept between calls: legitimate and common, and how a benchmark's second iteration comes to cost nothing. */
export function caches({ isTyped }: Dialect): readonly CodeRule[] {
  const field = isTyped ? 'public_field_definition' : 'field_definition'
  return [
    noted({
      id: 'keeps-between-calls',
      words: ['Map', 'WeakMap', 'Set', 'WeakSet', 'create'],
      mark: /=\s*(?:\{\s*\}|\[\s*\]|new\b)|^(?:export\s+)?let\b[^=\n]*$/m,
      mayMatch: mayKeep,
      rule: {
        any: [
          { kind: 'variable_declarator', has: { field: 'value', ...emptyStore }, ...atModuleLevel },
          { kind: 'variable_declarator', not: { has: { field: 'value', regex: '.' } }, inside: { kind: 'lexical_declaration', regex: '^let\\b', inside: { any: [{ kind: 'program' }, { kind: 'export_statement' }] } } },
          { kind: field, regex: '^(?:private\\s+|readonly\\s+)*static\\b', has: { field: 'value', ...emptyStore } },
        ],
      },
      message: 'keeps something between calls',
      risk: 0.05,
    }),
  ]
}
