import { needsApproval, noted, type CodeRule } from '../code-rule.ts'
import { alwaysTrue, hasLoopForEver, isLeft } from '../endless.ts'
import { rootText } from '../root-text.ts'
import { importOf, type Rule } from './python-syntax.ts'

const foreign = ['function_definition', 'class_definition', 'lambda']
const left = isLeft({ inner: ['while_statement', 'for_statement'], foreign, breaks: ['break_statement'], labelled: null, leaves: ['return_statement', 'raise_statement', 'yield'] })
const waits: Rule = { has: { field: 'body', has: { kind: 'await', stopBy: { any: foreign.map((kind) => ({ kind })) } } } }
/** Iterators without an end; `zip` with one that ends is another call and does not match. */
const unending = '^(?:enumerate\\()?(?:(?:itertools|it)\\.)?(?:count\\(.*\\)|cycle\\(.*\\)|repeat\\([^,]*\\))\\)?$|^iter\\(\\s*(?:int|float|str|list|dict|bool|lambda\\s*:[^,]*),[^,]*\\)$'

const endless: Rule = { any: [{ kind: 'while_statement', has: { field: 'condition', ...alwaysTrue() } }, { kind: 'for_statement', has: { field: 'right', kind: 'call', regex: unending } }] }
/** All values of an iterator without an end, in one call. */
const collected: Rule = { kind: 'call', all: [{ has: { field: 'function', regex: '^(?:list|tuple|set|sum|max|min|sorted|deque|collections\\.deque|frozenset|any|all|len)$' } }, { has: { field: 'arguments', has: { kind: 'call', regex: '^(?:(?:itertools|it)\\.)?(?:count\\(.*\\)|cycle\\(.*\\)|repeat\\([^,]*\\))$' } } }] }
const mark = /\b(?:count|cycle|repeat|iter)\(/
const sieve: Pick<CodeRule, 'words' | 'mark' | 'mayMatch'> = { words: ['while'], mark, mayMatch: (root) => mark.test(rootText(root)) || hasLoopForEver(root, ['while_statement']) }

export const pythonLoops: readonly CodeRule[] = [
  needsApproval({ id: 'endless-loop', ...sieve, rule: { any: [{ all: [endless, { not: { any: [left, waits] } }] }, collected] }, message: 'adds a loop that nothing ends: no condition, no way out of it', risk: 0.4, consentLevel: 1 }),
  noted({ id: 'waits-forever', ...sieve, rule: { all: [endless, { not: { any: [left] } }, waits] }, message: 'adds a loop that waits for something again and again, and never ends', risk: 0.15 }),
  noted({ id: 'iterates-without-end', words: ['itertools'], rule: { all: [importOf('itertools'), { regex: '\\b(?:count|cycle)\\b' }] }, message: 'takes iterators that have no end', risk: 0.05 }),
]
