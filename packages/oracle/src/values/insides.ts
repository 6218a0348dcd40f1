import type { Generator } from '../spec.ts'
import { entriesOf, taggedObject, type TaggedJson } from '../tagged.ts'

export type Container = Extract<Generator, { kind: 'array' | 'tuple' | 'object' | 'record' | 'map' | 'set' | 'bytes' }>

/** A thing that a container can hold. */
export interface Inside {
  readonly of: Generator
  readonly put: (container: TaggedJson, value: TaggedJson) => TaggedJson
}

/** What a container holds, and how one more, or another one, is put in. */
export function insides(generator: Container): readonly Inside[] {
  const listed = (value: TaggedJson): readonly TaggedJson[] => value as readonly TaggedJson[]
  const tagged = (value: TaggedJson): readonly TaggedJson[] => (value as { readonly v: readonly TaggedJson[] }).v
  const maxLength = 'maxLength' in generator ? (generator.maxLength ?? Infinity) : Infinity
  if (maxLength === 0) return []
  switch (generator.kind) {
    case 'array':
      return [{ of: generator.items, put: (list, value) => [value, ...listed(list).slice(0, maxLength - 1)] }]
    case 'set':
      return [{ of: generator.items, put: (set, value) => ({ $: 'set', v: [value, ...tagged(set).slice(0, maxLength - 1)] }) }]
    case 'tuple':
      return generator.items.map((of, index) => ({ of, put: (list, value) => listed(list).map((old, place) => (place === index ? value : old)) }))
    case 'object':
      return Object.entries(generator.properties).map(([name, of]) => ({ of, put: (object, value) => withEntry(object, name, value) }))
    case 'record':
      return recordInsides(generator)
    case 'map':
      return [{ of: generator.values, put: (map, value) => ({ $: 'map', v: [...tagged(map).slice(1), [(tagged(map)[0] as readonly TaggedJson[] | undefined)?.[0] ?? 'a', value]] }) }]
    default:
      return []
  }
}

/** Keys have a size only where values are texts, too: a long key beside a number is no everyday record. */
function recordInsides({ keys, values }: Extract<Generator, { kind: 'record' }>): readonly Inside[] {
  const value: Inside = { of: values, put: (object, of) => withEntry(object, Object.keys(object as object)[0] ?? 'a', of) }
  const key: Inside = { of: keys, put: (_, of) => taggedObject([[keyText(of), 'a']]) }
  return values.kind === 'string' || values.kind === 'any' ? [value, value, key] : [value]
}

function withEntry(object: TaggedJson, name: string, value: TaggedJson): TaggedJson {
  return taggedObject([...new Map<string, TaggedJson>([...(entriesOf(object) ?? []), [name, value]])])
}

/** Whether a value of a generator, or something inside of it, can have a size. */
export function canGrow(generator: Generator): boolean {
  switch (generator.kind) {
    case 'string':
    case 'bytes':
      return (generator.maxLength ?? Infinity) > 2
    case 'any':
      return true
    case 'defaulted':
      return canGrow(generator.of)
    case 'iterator':
    case 'array':
    case 'set':
    case 'map':
    case 'record':
      return (generator.maxLength ?? Infinity) > 0
    case 'oneOf':
      return generator.options.some(canGrow)
    case 'tuple':
      return generator.items.some(canGrow)
    case 'object':
      return Object.values(generator.properties).some(canGrow)
    default:
      return false
  }
}

/** A key as the name of a property. */
export const keyText = (key: TaggedJson): string => (typeof key === 'string' ? key : JSON.stringify(key))
