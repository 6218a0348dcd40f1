import type { Generator, Spec } from '../spec.ts'
import { contentOf, entriesOf, hasTag, isTag, isTaggedNumber, type CaseClass, type Entries, type TaggedJson } from '../tagged.ts'
import type { Container } from './insides.ts'

/**
 * Whether every argument lies in the domain that the spec's generators describe: such a call is no invalid one, however odd its values
 * are. Arguments left out conform where the parameter may be `undefined`.
 */
export function conformArguments(args: readonly TaggedJson[], { parameters, rest }: Pick<Spec, 'parameters' | 'rest'>): boolean {
  const count = Math.max(args.length, parameters.length)
  for (let index = 0; index < count; index++) {
    const generator = parameters[index]?.generator ?? rest
    if (generator === undefined || !conforms(args[index] ?? (index < args.length ? null : absent), generator)) return false
  }
  return true
}

/** The class of a call that was meant to be a wrong one: a wrong value for one type is a legal one for another. */
export const spoiledClass = (args: readonly TaggedJson[], spec: Pick<Spec, 'parameters' | 'rest'>): CaseClass => (conformArguments(args, spec) ? 'boundary' : 'invalid')

const absent: TaggedJson = { $: 'undefined' }

/** Whether a value lies in a generator's domain. `any` holds plain data; what acts (getters, traps, functions) or refers to itself lies outside. */
export function conforms(value: TaggedJson, generator: Generator): boolean {
  switch (generator.kind) {
    case 'integer':
      return hasTag(value, '-0') ? isWithin(0, generator) : typeof value === 'number' && Number.isInteger(value) && isWithin(value, generator)
    case 'number':
      return isNumber(value, generator)
    case 'bigint':
    case 'date':
    case 'regexp':
      return hasTag(value, generator.kind)
    case 'string':
      return typeof value === 'string' && value.length <= (generator.maxLength ?? Infinity) && isOfAlphabet(value, generator.alphabet)
    case 'boolean':
      return typeof value === 'boolean'
    case 'null':
      return value === null
    case 'undefined':
      return hasTag(value, 'undefined')
    case 'constant':
      return JSON.stringify(value) === JSON.stringify(generator.value)
    case 'oneOf':
      return generator.options.some((option) => conforms(value, option))
    case 'function':
      return hasTag(value, 'fn')
    case 'any':
      return isPlainData(value)
    case 'defaulted':
      return hasTag(value, 'undefined') || conforms(value, generator.of)
    case 'iterator':
      return hasTag(value, 'iterator') && contentOf(value).every((item) => conforms(item, generator.items))
    default:
      return containerConforms(value, generator)
  }
}

function containerConforms(value: TaggedJson, generator: Container): boolean {
  const fits = (length: number): boolean => length <= ('maxLength' in generator ? (generator.maxLength ?? Infinity) : Infinity)
  switch (generator.kind) {
    case 'array': {
      const list = listOf(value)
      return list !== null && fits(list.length) && list.every((item) => conforms(item, generator.items))
    }
    case 'tuple': {
      const list = listOf(value)
      return list !== null && list.length === generator.items.length && generator.items.every((item, index) => conforms(list[index] ?? null, item))
    }
    case 'object':
    case 'record': {
      const entries = entriesOf(value)
      return entries !== null && (generator.kind === 'object' ? objectConforms(entries, generator) : fits(entries.length) && entries.every(([key, item]) => keyConforms(key, generator.keys) && conforms(item, generator.values)))
    }
    case 'map':
      return hasTag(value, 'map') && contentOf(value).every((pair) => conforms((pair as readonly TaggedJson[])[0] ?? null, generator.keys) && conforms((pair as readonly TaggedJson[])[1] ?? null, generator.values)) && fits(contentOf(value).length)
    case 'set':
      return hasTag(value, 'set') && contentOf(value).every((item) => conforms(item, generator.items)) && fits(contentOf(value).length)
    case 'bytes':
      return hasTag(value, 'bytes') && value['type'] === (generator.type ?? 'Uint8Array') && fits(contentOf(value).length)
    default:
      throw new TypeError(`no such container: ${JSON.stringify(generator satisfies never)}`)
  }
}

function objectConforms(entries: Entries, { properties, optional }: Extract<Generator, { kind: 'object' }>): boolean {
  const given = new Map(entries)
  const isRight = ([name, of]: readonly [string, Generator]): boolean => {
    const value = given.get(name)
    return value === undefined ? optional?.includes(name) === true : conforms(value, of)
  }
  // Keys that the generator does not name are nobody's business in a structural type.
  return Object.entries(properties).every(isRight)
}

/** Names of properties are texts, whatever made them. */
const keyConforms = (key: string, generator: Generator): boolean => conforms(key, generator) || generator.kind === 'integer' || generator.kind === 'number' || generator.kind === 'any' || (generator.kind === 'oneOf' && generator.options.some((option) => keyConforms(key, option)))

const isWithin = (value: number, { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined }): boolean => value >= (min ?? -Infinity) && value <= (max ?? Infinity)
const listOf = (value: TaggedJson): readonly TaggedJson[] | null => (Array.isArray(value) ? (value as readonly TaggedJson[]) : null)

function isNumber(value: TaggedJson, range: Extract<Generator, { kind: 'integer' | 'number' }>): boolean {
  if (typeof value === 'number') return isWithin(value, range)
  if (!isTag(value) || !isTaggedNumber(value)) return false
  if (value['$'] === '-0') return isWithin(0, range)
  // A bound says that someone thought of the range.
  return value['$'] === 'nan' || (value['$'] === 'inf' ? range.max === undefined : range.min === undefined)
}

function isOfAlphabet(value: string, alphabet: string | undefined): boolean {
  if (alphabet === undefined || ['unicode', 'ascii', 'scripts'].includes(alphabet)) return true
  const own = new Set(alphabet)
  return [...value].every((character) => own.has(character))
}

function isPlainData(value: TaggedJson, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth > 8) return false
  if (Array.isArray(value)) return value.every((item) => isPlainData(item as TaggedJson, depth + 1))
  const entries = entriesOf(value)
  if (entries !== null) return entries.every(([, item]) => isPlainData(item, depth + 1))
  return isTaggedNumber(value) || hasTag(value, 'undefined')
}
