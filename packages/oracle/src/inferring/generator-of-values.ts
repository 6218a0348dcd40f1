import { choiceOf } from '../generator-tree.ts'
import type { BytesType, Generator } from '../spec.ts'
import { contentOf, isTag, isTaggedNumber, type TaggedJson } from '../tagged.ts'

const maxPieces = 40

/** The narrowest generator that could have made all of the values, widened where a few values say little. */
export function generatorOfValues(values: readonly TaggedJson[], depth = 0): Generator {
  const groups = Map.groupBy(values, groupOf)
  return choiceOf([...groups].map(([group, members]) => generatorOfGroup(group, members, depth))) ?? { kind: 'any' }
}

function groupOf(value: TaggedJson): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object') return typeof value
  if (!isTag(value)) return 'object'
  return isTaggedNumber(value) ? 'number' : String(value['$'])
}

function generatorOfGroup(group: string, values: readonly TaggedJson[], depth: number): Generator {
  switch (group) {
    case 'null':
      return { kind: 'null' }
    case 'undefined':
    case 'hole':
      return { kind: 'undefined' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'number':
      return values.every((value) => Number.isInteger(value)) ? { kind: 'integer' } : { kind: 'number' }
    case 'string':
      return { kind: 'string', alphabet: 'unicode', pieces: piecesOf(values as readonly string[]), samples: samplesOf(values as readonly string[]) }
    case 'bigint':
    case 'date':
    case 'regexp':
      return { kind: group }
    case 'array':
      return arrayOf(values as readonly (readonly TaggedJson[])[], depth)
    case 'set':
      return { kind: 'set', items: generatorOfValues(values.flatMap(contentOf), depth + 1) }
    case 'map': {
      const pairs = values.flatMap(contentOf) as readonly (readonly TaggedJson[])[]
      return { kind: 'map', keys: generatorOfValues(pairs.map((pair) => pair[0] ?? null)), values: generatorOfValues(pairs.map((pair) => pair[1] ?? null)) }
    }
    case 'bytes':
      return { kind: 'bytes', type: (values[0] as { readonly type: BytesType }).type }
    case 'object':
      return objectOf(values as readonly Readonly<Record<string, TaggedJson>>[], depth)
    case 'fn':
      return { kind: 'function', arity: 2, returns: { kind: 'any' } }
    default:
      return { kind: 'any' }
  }
}

const widest: Generator = {
  kind: 'oneOf',
  options: [{ kind: 'integer' }, { kind: 'string', maxLength: 8 }, { kind: 'object', properties: { id: { kind: 'integer' } } }, { kind: 'any' }],
}

/** Arrays that were never seen with content hold anything; a few numbers do not prove that only numbers come. */
function arrayOf(values: readonly (readonly TaggedJson[])[], depth: number): Generator {
  const items = values.flat()
  return { kind: 'array', items: items.length === 0 || depth > 4 ? widest : generatorOfValues(items, depth + 1) }
}

/** An object that has some of the properties of some values: a bag of options, of which every call sets a few. */
export function optionsOfValues(values: readonly Readonly<Record<string, TaggedJson>>[]): Generator {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))]
  const entries = names.map((name) => [name, generatorOfValues(values.flatMap((value) => (Object.hasOwn(value, name) ? [value[name] ?? null] : [])), 1)] as const)
  return { kind: 'object', properties: Object.fromEntries(entries), optional: names }
}

function objectOf(values: readonly Readonly<Record<string, TaggedJson>>[], depth: number): Generator {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))]
  if (depth > 4) return { kind: 'any' }
  // Many names, each in few of the values: keys are data.
  const shared = names.filter((name) => values.filter((value) => Object.hasOwn(value, name)).length * 2 > values.length)
  if (names.length > 4 && shared.length === 0) {
    return { kind: 'record', keys: { kind: 'string', pieces: names.slice(0, maxPieces), maxLength: 16 }, values: generatorOfValues(values.flatMap((value) => Object.values(value)), depth + 1) }
  }
  const entries = names.map((name) => [name, generatorOfValues(values.flatMap((value) => (Object.hasOwn(value, name) ? [value[name] ?? null] : [])), depth + 1)] as const)
  const optional = names.filter((name) => values.some((value) => !Object.hasOwn(value, name)))
  return { kind: 'object', properties: Object.fromEntries(entries), ...(optional.length === 0 ? {} : { optional }) }
}

/** Texts that values of the same shape can be made from. */
export function samplesOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '' && text.length <= 200).slice(0, maxPieces)
}

/** Short texts as they are, and the words and separators of longer ones. */
export function piecesOf(texts: readonly string[]): readonly string[] {
  const whole = texts.filter((text) => text.length <= 12)
  const words = texts.flatMap((text) => text.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s]+|\s+/gu) ?? []).filter((piece) => piece.length <= 12)
  return [...new Set([...whole.slice(0, maxPieces), ...words])].filter((text) => text !== '').slice(0, maxPieces * 2)
}
