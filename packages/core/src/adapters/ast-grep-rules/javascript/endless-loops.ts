import type { SgNode } from '@ast-grep/napi'
import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { alwaysTrue, hasLoopForEver, isLeft } from '../endless.ts'
import { rootText } from '../root-text.ts'
import type { Rule } from './syntax.ts'

const foreign = ['arrow_function', 'function_expression', 'function_declaration', 'generator_function', 'generator_function_declaration', 'class', 'class_declaration', 'method_definition']
const left = isLeft({ inner: ['while_statement', 'for_statement', 'for_in_statement', 'do_statement', 'switch_statement'], foreign, breaks: ['break_statement'], labelled: { kind: 'break_statement', has: { kind: 'statement_identifier' } }, leaves: ['return_statement', 'throw_statement', 'yield_expression'] })
const waits: Rule = { has: { field: 'body', has: { kind: 'await_expression', stopBy: { any: foreign.map((kind) => ({ kind })) } } } }
const condition = alwaysTrue({ emptyIsTrue: true })

const endless: Rule = {
  any: [
    { any: [{ kind: 'while_statement' }, { kind: 'do_statement' }], has: { field: 'condition', ...condition } },
    { kind: 'for_statement', has: { field: 'condition', any: [{ kind: 'empty_statement' }, condition] } },
    // The grammar gives an empty condition no node where the increment is there.
    { kind: 'for_statement', not: { has: { field: 'condition', regex: '[^;\\s]' } } },
  ],
}
const words = ['while', 'for', 'do']

const mayBeEndless = (root: SgNode): boolean => hasLoopForEver(root, ['while_statement', 'do_statement', 'for_statement'])

export const endlessLoops: readonly CodeRule[] = [
  needsApproval({ id: 'endless-loop', words, mayMatch: mayBeEndless, rule: { all: [endless, { not: { any: [left, waits] } }] }, message: 'adds a loop that nothing ends: no condition, no way out of it', risk: 0.4, consentLevel: 1 }),
  noted({ id: 'waits-forever', words, mayMatch: (root) => rootText(root).includes('await') && mayBeEndless(root), rule: { all: [endless, { not: { any: [left] } }, waits] }, message: 'adds a loop that waits for something again and again, and never ends', risk: 0.15 }),
]
