import type { BytesType } from './spec.ts'

/**
 * Values of any language as JSON. Everything JSON has stands for itself; an object with the key `$` is a tag, and an object whose own
 * data has the key `$` is written by the tag `object`. The same notation carries arguments to a driver and results back.
 *
 * | tag | meaning |
 * |---|---|
 * | `undefined` `nan` `-0` `inf` `-inf` | what JSON has no word for; Python reads `undefined` as None |
 * | `hole` | in an array only: an absent element |
 * | `bigint` `v` | decimal text |
 * | `symbol` `v` | a symbol with that description |
 * | `date` `v` | milliseconds since 1970, `null` for an invalid date |
 * | `regexp` `v` `flags` | |
 * | `map` `v` | a list of `[key, value]` |
 * | `set` `v` | a list of items |
 * | `bytes` `type` `v` | a list of the elements of a typed array (Python: `bytes`) |
 * | `error` `name` `message` | |
 * | `object` `v` | a list of `[key, value]`; with `proto: null` an object without prototype, with `class` an instance (as an argument, in JavaScript only: of a class of the driver) |
 * | `accessor` `v` | as `object`, but every property is a getter |
 * | `trap` `v` | an object whose property of the name `v` throws an Error with the message `trap` when read |
 * | `fn` `v` | a pure function, see {@link FunctionTable}; in results without `v` |
 * | `iterator` `v` `form` `endless` | a one-shot iterator over these items (Python) |
 * | `python` `v` | a value of Python by its name: `type:str`, `decimal:1.5`, `subscripted`, ... |
 * | `share` `v` `of` | the object number `v`; the first occurrence carries its content in `of`, later ones are the same object |
 */
export type TaggedJson = null | boolean | number | string | readonly TaggedJson[] | TaggedObject
export interface TaggedObject {
  readonly [key: string]: TaggedJson
}

/**
 * A pure function an argument can be. `pick` takes `pool[hash % pool.length]`, where hash is 32-bit FNV-1a over the UTF-16 code units
 * (low byte, then high byte) of `salt`, a colon, and the canonical JSON of the first `arity` arguments as an array; `compare` orders its first
 * two arguments (numbers by value, modulo `modulo` if given; strings by code unit; anything else by canonical JSON) and multiplies by
 * `sign`; `first` returns its first argument; `throw` throws an Error with `message`.
 */
export type FunctionTable =
  | { readonly kind: 'pick'; readonly salt: number; readonly arity: number; readonly pool: readonly TaggedJson[] }
  | { readonly kind: 'compare'; readonly sign: 1 | -1; readonly modulo: number | null }
  | { readonly kind: 'first' }
  | { readonly kind: 'throw'; readonly message: string }

/** Tag of a typed array. */
export interface BytesTag {
  readonly $: 'bytes'
  readonly type: BytesType
  readonly v: readonly TaggedJson[]
}

export const caseClasses = ['valid', 'boundary', 'invalid', 'large', 'example', 'metamorphic'] as const
export type CaseClass = (typeof caseClasses)[number]

/** One call of a result: by the name of a method, or of the function itself where the name is empty. What comes of it, if it can be called again, is what the next step calls. */
export interface FollowStep {
  readonly on: string
  readonly args: readonly TaggedJson[]
}

/** One call to make on either side. */
export interface Case {
  readonly id: string
  readonly class: CaseClass
  readonly args: readonly TaggedJson[]
  /** What the constructor gets, for a method of an instance. */
  readonly construct?: readonly TaggedJson[]
  /**
   * The call is made twice with the same objects: as they are, or after the harness has reversed every array argument in place. A
   * cache keyed by identity, or state that a first call leaves behind, shows in the second outcome (`again`).
   */
  readonly repeat?: 'same' | 'changed'
  /** A result that is a function, or an object with methods, is called so (JavaScript only). */
  readonly follow?: readonly FollowStep[]
  /** The driver adds the names by which the result can be called: asked while a spec is inferred, never in a run. */
  readonly survey?: true
  /** The driver makes the call so many times, on fresh copies, and reports the last outcome; only processor time shows the others. */
  readonly times?: number
}

export const isTag = (value: TaggedJson): value is TaggedObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, '$')

export const hasTag = (value: TaggedJson, tag: string): value is TaggedObject => isTag(value) && value['$'] === tag

const numberTags = new Set(['nan', '-0', 'inf', '-inf'])
/** Whether a value is a number that JSON has no word for. */
export const isTaggedNumber = (value: TaggedJson): boolean => isTag(value) && numberTags.has(String(value['$']))

/** What a tag holds as a list; nothing where it holds none. */
export const contentOf = (value: TaggedJson): readonly TaggedJson[] => (isTag(value) && Array.isArray(value['v']) ? (value['v'] as readonly TaggedJson[]) : [])

export type Entries = readonly (readonly [string, TaggedJson])[]

/** The properties of an object, however it is written; `null` for anything else. */
export function entriesOf(value: TaggedJson): Entries | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  if (isTag(value)) return value['$'] === 'object' ? (contentOf(value) as unknown as Entries) : null
  return Object.entries(value)
}

/** The values JSON has no word for. */
export const tags = {
  undefined: { $: 'undefined' },
  nan: { $: 'nan' },
  negativeZero: { $: '-0' },
  infinity: { $: 'inf' },
  negativeInfinity: { $: '-inf' },
  hole: { $: 'hole' },
} as const satisfies Record<string, TaggedObject>

/** A number as tagged JSON. */
export function taggedNumber(value: number): TaggedJson {
  if (Number.isNaN(value)) return tags.nan
  if (Object.is(value, -0)) return tags.negativeZero
  if (value === Infinity) return tags.infinity
  return value === -Infinity ? tags.negativeInfinity : value
}

/** A plain object as tagged JSON; own keys that a reader could take for a tag or a prototype are written as a list. */
export function taggedObject(entries: Entries): TaggedObject {
  if (entries.some(([key]) => key === '$' || key === '__proto__')) return { $: 'object', v: entries }
  return Object.fromEntries(entries)
}
