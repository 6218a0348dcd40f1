import { needsApproval, type CodeRule } from '../code-rule.ts'
import { insideAny } from '../relations.ts'
import { isPlainForm } from './plain-form.ts'
import { storedTo } from './syntax.ts'

const hooks = 'toJSON|valueOf|asymmetricMatch|\\$\\$typeof|nodejs\\.util\\.inspect\\.custom'
const symbols = 'Symbol\\s*\\??\\.\\s*(?:hasInstance|toPrimitive|toStringTag|isConcatSpreadable|species|unscopables)'
const constant = '^\\{\\s*return\\s+(?:true|0|!0|1)\\s*;?\\s*\\}$|^(?:true|!0|0|1)$'

/** Objects that say about themselves what a comparison or a serialiser wants to hear. */
export const equality: readonly CodeRule[] = [
  needsApproval({
    id: 'answers-for-comparison',
    words: ['toJSON', 'valueOf', 'asymmetricMatch', '$$typeof', 'hasInstance', 'toPrimitive', 'toStringTag', 'isConcatSpreadable', 'species', 'unscopables', 'custom'],
    rule: {
      any: [
        { any: [{ kind: 'property_identifier' }, { kind: 'string' }, { kind: 'computed_property_name' }], regex: `^(?:\\[\\s*)?["'\`]?(?:${hooks})["'\`]?(?:\\s*\\])?$|${symbols}`, all: [insideAny({ kind: 'method_definition', field: 'name' }, { kind: 'pair', field: 'key' })] },
        storedTo(`\\.\\s*(?:${hooks})$|\\[\\s*["'\`](?:${hooks})["'\`]\\s*\\]$|\\[\\s*${symbols}\\s*\\]$`),
        { regex: `^["'\`](?:${hooks})["'\`]$|^${symbols}$`, nthChild: 2, inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: 'definePropert|Reflect\\s*\\.\\s*set' } } } },
        { kind: 'shorthand_property_identifier', regex: `^(?:${hooks})$` },
        // In the handler of a proxy the name is compared, not defined.
        { kind: 'string_fragment', regex: '^(?:toJSON|asymmetricMatch|\\$\\$typeof|nodejs[.]util[.]inspect[.]custom)$' },
      ],
    },
    spares: isPlainForm,
    message: 'defines how an object presents itself to comparisons and serialisers',
  }),
  needsApproval({
    id: 'always-equal',
    words: ['equals', 'isEqual', 'eq', 'equal', 'deepEqual', 'compare', 'compareTo', 'same', 'matches', 'includes', 'has'],
    rule: {
      any: [
        { kind: 'method_definition', all: [{ has: { field: 'name', regex: '^(?:equals|isEqual|eq|equal|deepEqual|compare|compareTo|same|matches|includes|has)$' } }, { has: { field: 'body', regex: constant } }] },
        { kind: 'pair', all: [{ has: { field: 'key', regex: '^["\']?(?:equals|isEqual|eq|equal|deepEqual|compare|compareTo|same)["\']?$' } }, { has: { field: 'value', any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }], has: { field: 'body', regex: constant } } }] },
        { kind: 'function_declaration', all: [{ has: { field: 'name', regex: '^(?:equals|isEqual|deepEqual|compare)$' } }, { has: { field: 'body', regex: constant } }] },
        { kind: 'variable_declarator', all: [{ has: { field: 'name', regex: '^(?:equals|isEqual|deepEqual|compare)$' } }, { has: { field: 'value', any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }], has: { field: 'body', regex: constant } } }] },
      ],
    },
    message: 'adds a comparison that gives one answer to everything',
    risk: 0.6,
  }),
]
