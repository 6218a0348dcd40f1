import { needsApproval, type CodeRule } from '../code-rule.ts'
import type { Rule } from './syntax.ts'

/** What a handler must hold at least one of to be more than a place where errors vanish. */
const doings = [
  'call_expression', 'new_expression', 'return_statement', 'throw_statement', 'assignment_expression', 'augmented_assignment_expression', 'update_expression', 'break_statement', 'continue_statement',
  'yield_expression', 'await_expression',
]
const doesSomething: Rule = { has: { any: doings.map((kind) => ({ kind })), stopBy: 'end' } }
const ignores: Rule = {
  any: [
    { any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }], has: { field: 'body', kind: 'statement_block', not: { any: [doesSomething] } } },
    { any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }], has: { field: 'body', regex: '^\\{\\s*return\\s*(?:undefined|null|void 0|false)?\\s*;?\\s*\\}$' } },
    { kind: 'arrow_function', has: { field: 'body', regex: '^\\(?(?:undefined|null|void 0|\\{\\}|\\[\\]|false|true|0|"")\\)?$' } },
    { kind: 'identifier', regex: '^(?:noop|ignore|Boolean|Function)$' },
  ],
}

/** Errors that nobody will ever see. */
export const swallowedErrors: readonly CodeRule[] = [
  needsApproval({ id: 'swallows-errors', words: ['catch'], rule: { kind: 'catch_clause', has: { field: 'body', not: doesSomething } }, message: 'swallows errors', risk: 0.4, consentLevel: 1 }),
  needsApproval({
    id: 'swallows-rejections',
    words: ['catch', 'then'],
    rule: {
      any: [
        { all: [ignores], nthChild: 1, inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: '(?:\\.\\s*catch|\\[\\s*["\'`]catch["\'`]\\s*\\])$' } } } },
        { all: [ignores], nthChild: 2, inside: { kind: 'arguments', inside: { kind: 'call_expression', has: { field: 'function', regex: '\\.\\s*then$' } } } },
      ],
    },
    message: 'swallows rejections',
    risk: 0.4,
    consentLevel: 1,
  }),
]
