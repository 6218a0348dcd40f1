import fc from 'fast-check'
import type { TaggedJson } from '../tagged.ts'

/** What a one-shot iterator is made of: an object of our own, the language's own iterator, a generator, or something that only can be iterated. */
type Form = 'own' | 'iter' | 'generator' | 'iterable'

/** One-shot iterators over drawn items: whoever goes over such an argument twice sees nothing the second time. */
export function iteratorArbitrary(items: fc.Arbitrary<TaggedJson>): fc.Arbitrary<TaggedJson> {
  return fc.tuple(items, fc.constantFrom<Form>('own', 'own', 'iter', 'generator', 'generator', 'iterable')).map(([list, form]) => iteratorOf(list, form))
}

/** Edges: none, one, two equal ones, more than a look at the first shows, and one that never ends. */
export function iteratorsAtEdges(items: readonly TaggedJson[]): readonly TaggedJson[] {
  const first = items[0] ?? 0
  const last = items.at(-1) ?? 1
  return [
    iteratorOf([], 'own'),
    iteratorOf([first], 'generator'),
    iteratorOf([first, first], 'iter'),
    iteratorOf([first, last], 'own'),
    { ...iteratorOf([first, last], 'own'), endless: true },
    iteratorOf([last, first, last], 'iterable'),
    iteratorOf([...items], 'generator'),
  ]
}

function iteratorOf(list: TaggedJson, form: Form): { readonly [key: string]: TaggedJson } {
  return { $: 'iterator', v: list, ...(form !== 'own' && { form }) }
}
