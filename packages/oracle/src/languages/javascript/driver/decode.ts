import type { BytesType } from '../../../spec.ts'
import type { FunctionTable } from '../../../tagged.ts'
import { functionOf } from './function-of.ts'
import * as intrinsic from './intrinsics.ts'

type Tag = Readonly<Record<string, unknown>> & { readonly $: string }

/** Objects that stand in several places of one argument list, by number. */
type Shared = Map<unknown, unknown>

/** Turns freshly parsed tagged JSON into values, in place: plain arrays and objects stay the ones that the parser made. */
export function decodeArguments(args: unknown[]): unknown[] {
  return decode(args, new intrinsic.NewMap()) as unknown[]
}

function decode(value: unknown, shared: Shared): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (intrinsic.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item = value[index]
      if (typeof item !== 'object' || item === null) continue
      if (isTag(item) && item.$ === 'hole') intrinsic.deleteProperty(value, index)
      else value[index] = decode(item, shared)
    }
    return value
  }
  if (isTag(value)) return decodeTag(value, shared)
  const target = value as Record<PropertyKey, unknown>
  const keys = intrinsic.ownKeys(target)
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    const item = target[key]
    if (typeof item === 'object' && item !== null) define(target, key, decode(item, shared))
  }
  return target
}

function isTag(value: object): value is Tag {
  return !intrinsic.isArray(value) && intrinsic.hasOwn(value, '$')
}

/** Field of a tag; what is absent is not looked up on the (perhaps polluted) prototype. */
const field = (tag: Tag, name: string): unknown => (intrinsic.hasOwn(tag, name) ? tag[name] : undefined)

function decodeTag(tag: Tag, shared: Shared): unknown {
  const content = field(tag, 'v')
  switch (tag.$) {
    case 'undefined':
      return undefined
    case 'nan':
      return NaN
    case '-0':
      return -0
    case 'inf':
      return Infinity
    case '-inf':
      return -Infinity
    case 'bigint':
      return intrinsic.NewBigInt(content as string)
    case 'symbol':
      return intrinsic.NewSymbol(content as string)
    case 'date':
      return new intrinsic.NewDate((content ?? NaN) as number)
    case 'regexp':
      return new intrinsic.NewRegExp(content as string, (field(tag, 'flags') ?? '') as string)
    case 'fn':
      return functionOf(content as FunctionTable, (value) => decode(value, new intrinsic.NewMap()))
    case 'share':
      return decodeShared(tag, shared)
    default:
      return decodeStructure(tag, content as unknown[], shared)
  }
}

function decodeStructure(tag: Tag, content: unknown[], shared: Shared): unknown {
  switch (tag.$) {
    case 'map': {
      const map = new intrinsic.NewMap<unknown, unknown>()
      for (let index = 0; index < content.length; index++) {
        const pair = content[index] as [unknown, unknown]
        intrinsic.mapSet(map, decode(pair[0], shared), decode(pair[1], shared))
      }
      return map
    }
    case 'set': {
      const set = new intrinsic.NewSet<unknown>()
      for (let index = 0; index < content.length; index++) intrinsic.setAdd(set, decode(content[index], shared))
      return set
    }
    case 'bytes':
      return bytesOf(field(tag, 'type') as BytesType, content)
    case 'error':
      return errorOf(field(tag, 'name') as string, field(tag, 'message') as string)
    case 'object':
      return objectOf(content, prototypeOfTag(tag), shared)
    case 'accessor':
      return accessorsOf(content, shared)
    case 'trap':
      return trapOf(field(tag, 'v') as string)
    default:
      // A spec of a later version, or a typing mistake in a constant: never silently another value.
      throw new TypeError(`unknown tag ${tag.$}`)
  }
}

/** The class of objects that are no plain ones. Its name is all that a result can tell of it. */
const otherPrototype: object = Object.create(Object.prototype, { constructor: { value: function Other(): void {}, writable: true, configurable: true } })

function prototypeOfTag(tag: Tag): object | null {
  if (intrinsic.hasOwn(tag, 'proto')) return null
  return intrinsic.hasOwn(tag, 'class') ? otherPrototype : intrinsic.prototypes.object
}

function define(target: object, key: PropertyKey, value: unknown): void {
  intrinsic.defineProperty(target, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor)
}

/** An array or object that refers to itself is registered before its content is read. */
function decodeShared(tag: Tag, shared: Shared): unknown {
  if (!intrinsic.hasOwn(tag, 'of')) return intrinsic.mapGet(shared, tag['v'])
  const content = tag['of']
  if (typeof content === 'object' && content !== null && !isTag(content)) {
    intrinsic.mapSet(shared, tag['v'], content)
    return decode(content, shared)
  }
  const value = decode(content, shared)
  intrinsic.mapSet(shared, tag['v'], value)
  return value
}

function objectOf(entries: unknown[], prototype: object | null, shared: Shared): object {
  const result = intrinsic.createObject(prototype)
  for (let index = 0; index < entries.length; index++) {
    const pair = entries[index] as [string, unknown]
    define(result, pair[0], decode(pair[1], shared))
  }
  return result
}

function accessorsOf(entries: unknown[], shared: Shared): object {
  const result = intrinsic.createObject(intrinsic.prototypes.object)
  for (let index = 0; index < entries.length; index++) {
    const pair = entries[index] as [string, unknown]
    const value = decode(pair[1], shared)
    intrinsic.defineProperty(result, pair[0], { __proto__: null, get: () => value, enumerable: true, configurable: true } as PropertyDescriptor)
  }
  return result
}

function trapOf(name: string): object {
  const result = intrinsic.createObject(intrinsic.prototypes.object)
  const get = (): never => {
    throw errorOf('Error', 'trap')
  }
  intrinsic.defineProperty(result, name, { __proto__: null, get, enumerable: true, configurable: true } as PropertyDescriptor)
  return result
}

function errorOf(name: string, message: string): Error {
  for (let index = 0; index < intrinsic.nativeErrors.length; index++) {
    const entry = intrinsic.nativeErrors[index]
    if (entry !== undefined && entry[0] === name) return new entry[1](message)
  }
  const error = new (intrinsic.nativeErrors[0] as readonly [string, ErrorConstructor])[1](message)
  define(error, 'name', name)
  return error
}

function bytesOf(type: BytesType, content: unknown[]): unknown {
  const list = decode(content, new intrinsic.NewMap()) as number[]
  if (type === 'ArrayBuffer' || type === 'DataView') {
    const bytes = filled(new intrinsic.NewUint8Array(list.length), list)
    return type === 'ArrayBuffer' ? bytes.buffer : new intrinsic.NewDataView(bytes.buffer)
  }
  if (type === 'Buffer') return filled(intrinsic.newBuffer(list.length), list)
  const Constructor = intrinsic.hasOwn(intrinsic.typedArrays, type) ? intrinsic.typedArrays[type] : undefined
  if (Constructor === undefined) throw new TypeError(`unknown bytes ${type}`)
  return filled(new Constructor(list.length) as unknown as Uint8Array, list)
}

function filled<T extends { [index: number]: number }>(target: T, list: readonly number[]): T {
  for (let index = 0; index < list.length; index++) target[index] = list[index] ?? 0
  return target
}
