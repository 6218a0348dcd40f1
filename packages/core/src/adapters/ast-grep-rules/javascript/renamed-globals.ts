import { needsApproval } from '../code-rule.ts'
import { builtins, clocks, judges } from './patched-globals.ts'
import { storedTo, type Rule } from './syntax.ts'

const own: Rule = { kind: 'identifier', pattern: '$OBJECT' }
/** A package's or Node's own module, not a file of the target. */
const foreign: Rule = { field: 'source', regex: '^["\'][^."\'/]' } as Rule
const imported: Rule = {
  kind: 'import_statement',
  all: [{ has: foreign }, { has: { kind: 'import_clause', has: { any: [own, { kind: 'namespace_import', has: own }, { kind: 'named_imports', has: { kind: 'import_specifier', any: [{ has: { field: 'alias', ...own } }, { all: [{ not: { has: { field: 'alias', kind: 'identifier' } } }, { has: { field: 'name', ...own } }] }] } }] } } }],
}
const aliased: Rule = {
  kind: 'variable_declarator',
  all: [{ has: { field: 'name', ...own } }, { has: { field: 'value', regex: `^[\\s(]*(?:(?:${builtins}|${clocks}|${judges})\\b[\\s)]*$|(?:await\\s+import|require)\\s*\\(\\s*["'\`][^."'\`/])` } }],
}

/** A built-in object or a package's module under a name of the file's own: no rule on names knows it any more. */
export const renamedGlobals = needsApproval({
  id: 'changes-renamed-object',
  words: ['import', 'require', ...`${builtins}|${clocks}|${judges}`.split('|')],
  rule: {
    any: [{ kind: 'member_expression', pattern: '$OBJECT.$NAME' }, { kind: 'member_expression', pattern: '$OBJECT.$INNER.$NAME' }, { kind: 'subscript_expression', pattern: '$OBJECT[$NAME]' }],
    all: [storedTo('[.\\[]'), { inside: { kind: 'program', has: { any: [imported, aliased], stopBy: 'end' }, stopBy: 'end' } }],
  },
  message: 'changes a built-in object or a module of a package under another name',
  risk: 0.6,
})
