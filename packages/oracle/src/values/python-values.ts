import type { TaggedJson } from '../tagged.ts'

const named = (v: string): TaggedJson => ({ $: 'python', v })
const iterator = (v: readonly TaggedJson[], more: { readonly [key: string]: TaggedJson } = {}): TaggedJson => ({ $: 'iterator', v, ...more })
/** One object in two places: who copies only the outermost container changes both. */
const shared = (first: TaggedJson): readonly [TaggedJson, TaggedJson] => [{ $: 'share', v: 910, of: first }, { $: 'share', v: 910 }]

const types = ['str', 'int', 'list', 'dict', 'bool', 'object'].map((name) => named(`type:${name}`))
const protocols = ['subscripted', 'subscripted-text', 'long-list', 'range', 'range-empty', 'range-down', 'keys', 'values', 'items'].map(named)
const subclasses = ['str-subclass', 'int-subclass', 'float-subclass', 'list-subclass', 'dict-subclass', 'missing', 'defaultdict', 'ordered-dict', 'counter', 'deque', 'pair', 'int-enum', 'enum'].map(named)
const numbers = ['decimal:1.5', 'decimal:1E+30', 'decimal:NaN', 'fraction:1/3', 'fraction:-7/2', 'complex', 'index'].map(named)
const others = ['frozenset', 'tuple', 'bytearray', 'memoryview', 'bytes-text', 'ellipsis', 'object', 'undecided'].map(named)
const iterators: readonly TaggedJson[] = [
  iterator([]), iterator([1, 2, 1]), iterator([1, 2, 3], { form: 'generator' }), iterator(['b', 'a'], { form: 'iter' }), iterator([1, 2], { endless: true }), iterator([2, 1], { form: 'iterable' }),
]
const nested: readonly TaggedJson[] = [
  [...shared([1])], Object.fromEntries([['a', shared({ b: 1 })[0]], ['c', shared({ b: 1 })[1]]]), { a: { b: { c: [1] } } }, [[[1], [2]], [[1]]],
  { $: 'map', v: [[1, 'a'], [true, 'b'], [1.5, 'c']] }, { $: 'tuple', v: [[1], { a: [] }] },
]

/** Values of Python that few functions expect, beside those that every language has: all told the same way in every process. */
export const pythonWrongValues: readonly TaggedJson[] = [...types, ...types, ...types, ...protocols, ...protocols, ...subclasses, true, false, ...numbers, ...numbers, ...others, ...iterators, ...nested]

/** What a parameter of which nothing is known may get and many a function is asked about. */
export const pythonEdges: readonly TaggedJson[] = [
  ...types.slice(0, 4), ...protocols, ...iterators, ...nested, ...subclasses, ...numbers.slice(0, 5), ...others, true, 1, 'a', [1], { a: 1 }, { $: 'set', v: [1] },
]

/** Whatever can be gone over, beside lists. */
export const pythonIterables: readonly TaggedJson[] = ['range', 'subscripted', 'keys', 'tuple', 'deque', 'list-subclass'].map(named)
