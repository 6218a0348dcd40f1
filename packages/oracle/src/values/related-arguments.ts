import { isTag, type TaggedJson } from '../tagged.ts'

type Args = readonly TaggedJson[]

/** Ways to change an argument so that a person could say what must happen to the result. */
const changes = ['reversed', 'rotated', 'doubled', 'extended', 'shortened', 'swapped'] as const

/** The arguments with one of them permuted, extended or shortened; the same arguments where nothing can be changed. */
export function relatedArguments(args: Args, pick: number): Args {
  const changeable = args.flatMap((value, index) => (typeof value === 'string' || Array.isArray(value) ? [index] : []))
  const index = changeable[pick % Math.max(1, changeable.length)]
  if (index === undefined) return args
  const change = changes[Math.floor(pick / 7) % changes.length] ?? 'reversed'
  return args.map((value, position) => (position === index ? changed(value, change) : value))
}

function changed(value: TaggedJson, change: (typeof changes)[number]): TaggedJson {
  if (typeof value === 'string') return changedList([...value], change).join('')
  return Array.isArray(value) ? changedList(value as readonly TaggedJson[], change) : value
}

function changedList<T>(list: readonly T[], change: (typeof changes)[number]): readonly T[] {
  switch (change) {
    case 'reversed':
      return list.toReversed()
    case 'rotated':
      return [...list.slice(1), ...list.slice(0, 1)]
    case 'doubled':
      return list.length > 5000 ? list : [...list, ...list]
    case 'extended':
      return [...list, ...list.slice(0, 1)]
    case 'shortened':
      return list.slice(0, -1)
    case 'swapped':
      return [...list.slice(1, 2), ...list.slice(0, 1), ...list.slice(2)]
    default:
      return change satisfies never
  }
}

/**
 * The arguments with one object in two places: two arguments that are one, or two elements that are one. A rewrite that changes
 * its input, or that compares by identity, behaves differently only then.
 */
export function sharedArguments(args: Args, pick: number): Args {
  const places: Place[] = []
  args.forEach((value, index) => collect(value, [index], places))
  const pairs = places.flatMap((one, index) => places.slice(index + 1, index + 30).flatMap((other) => (isAside(one, other) ? [[one, other] as const] : []))).slice(0, 400)
  const pair = pairs[pick % Math.max(1, pairs.length)]
  if (pair === undefined) return args
  const [one, other] = pair
  const first = replaceAt(args, one.path, { $: 'share', v: 0, of: one.value })
  return replaceAt(first, other.path, { $: 'share', v: 0 })
}

interface Place {
  readonly path: readonly number[]
  readonly value: TaggedJson
}

const placesKept = 60

function collect(value: TaggedJson, path: readonly number[], places: Place[]): void {
  if (typeof value !== 'object' || value === null || isTag(value) || places.length >= placesKept) return
  places.push({ path, value })
  const inside = Array.isArray(value) ? (value as readonly TaggedJson[]) : Object.values(value)
  inside.forEach((item, index) => collect(item, [...path, index], places))
}

/** Neither place lies within the other, and both hold the same kind of thing. */
function isAside(one: Place, other: Place): boolean {
  if (Array.isArray(one.value) !== Array.isArray(other.value)) return false
  return !one.path.every((step, index) => other.path[index] === step)
}

/** The list with another value at a path of indexes; those of objects count their properties. */
export function replaceAt(list: Args, path: readonly number[], value: TaggedJson): Args {
  const [step, ...rest] = path
  return list.map((item, index) => (index === step ? (rest.length === 0 ? value : replaceInside(item, rest, value)) : item))
}

function replaceInside(of: TaggedJson, path: readonly number[], value: TaggedJson): TaggedJson {
  if (Array.isArray(of)) return replaceAt(of as readonly TaggedJson[], path, value)
  if (typeof of !== 'object' || of === null) return of
  // The content of a shared object lies one level deeper than the path knows.
  if (isTag(of)) return 'of' in of ? { ...of, of: replaceInside(of['of'] ?? null, path, value) } : of
  const keys = Object.keys(of)
  const values = replaceAt(Object.values(of), path, value)
  return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]))
}

/** Some elements of an array argument left out: a sparse array is not an array of `undefined`. */
export function sparseArguments(args: Args, pick: number): Args {
  const arrays = args.flatMap((value, index) => (Array.isArray(value) && value.length > 0 ? [index] : []))
  const index = arrays[pick % Math.max(1, arrays.length)]
  if (index === undefined) return args
  const list = args[index] as readonly TaggedJson[]
  const at = Math.floor(pick / 3) % list.length
  const sparse = list.map((item, position) => (position === at || (position * 7 + pick) % 11 === 0 ? { $: 'hole' } : item))
  return args.map((value, position) => (position === index ? sparse : value))
}

/**
 * The arguments with a part of one in another: the same text or a piece of it, some elements of the one list in the other. Functions
 * of several arguments compare them, and values drawn apart from each other are hardly ever equal.
 */
export function echoedArguments(args: Args, pick: number): Args {
  const pairs = args.flatMap((_, from) => args.flatMap((_, to) => (from !== to && isAlike(args[from], args[to]) ? [[from, to] as const] : [])))
  const pair = pairs[pick % Math.max(1, pairs.length)]
  if (pair === undefined) return args
  const [from, to] = pair
  return args.map((value, index) => (index === to ? echoed(args[from] ?? null, value, Math.floor(pick / 11)) : value))
}

const isAlike = (one: TaggedJson | undefined, other: TaggedJson | undefined): boolean =>
  (Array.isArray(other) && one !== undefined) || typeof one === typeof other

function echoed(source: TaggedJson, target: TaggedJson, pick: number): TaggedJson {
  if (typeof source === 'string' && typeof target === 'string') {
    const [start, length] = [pick % (source.length + 1), Math.floor(pick / 5) % (source.length + 1)]
    const piece = source.slice(start, start + length)
    return [source, piece, target + piece, source.slice(0, start) + target.slice(start)][pick % 4] ?? source
  }
  if (!Array.isArray(target)) return source
  const list = target as readonly TaggedJson[]
  const given = Array.isArray(source) ? (source as readonly TaggedJson[]) : [source]
  const some = given.filter((_, index) => (pick + index) % 3 !== 0 || given.length === 1)
  const at = pick % (list.length + 1)
  return pick % 5 === 0 ? given : [...list.slice(0, at), ...some, ...list.slice(at)]
}

/** Values that equality, truth and order treat in ways of their own, put into an array argument. */
export function peculiarArguments(args: Args, peculiar: TaggedJson, pick: number): Args {
  const arrays = args.flatMap((value, index) => (Array.isArray(value) ? [index] : []))
  const index = arrays[pick % Math.max(1, arrays.length)]
  if (index === undefined) return args
  const list = args[index] as readonly TaggedJson[]
  const at = pick % (list.length + 1)
  const changed = [...list.slice(0, at), peculiar, ...list.slice(at), ...(pick % 3 === 0 ? [peculiar] : [])]
  return args.map((value, position) => (position === index ? changed : value))
}

/** The same peculiar value in every array argument: whether two of them are equal is what functions of several lists ask. */
export function twinArguments(args: Args, peculiar: TaggedJson, pick: number): Args {
  return args.map((value, index) => {
    if (!Array.isArray(value)) return value
    const list = value as readonly TaggedJson[]
    const at = (pick + index) % (list.length + 1)
    return [...list.slice(0, at), peculiar, ...list.slice(at)]
  })
}
