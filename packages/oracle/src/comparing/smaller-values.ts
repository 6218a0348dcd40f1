import { isTag, type TaggedJson } from '../tagged.ts'

type Args = readonly TaggedJson[]

/** Elements of a list that are tried one by one; longer lists lose halves first. */
const tried = 24

/** Argument lists a little smaller than the given one, the smallest first. Types stay what they are. */
export function* smallerArguments(args: Args): Generator<Args, void> {
  if (args.length > 1) yield args.slice(0, -1)
  for (const [index, value] of args.entries()) {
    for (const smaller of smallerValues(value)) yield args.map((old, position) => (position === index ? smaller : old))
  }
}

function* smallerValues(value: TaggedJson): Generator<TaggedJson, void> {
  if (typeof value === 'number') yield* smallerNumbers(value)
  else if (typeof value === 'string') yield* smallerTexts(value)
  else if (value === true) yield false
  else if (Array.isArray(value)) yield* smallerLists(value as readonly TaggedJson[])
  else if (isTag(value)) yield* smallerTags(value)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) for (const smaller of smallerValues(item)) yield { ...value, [key]: smaller }
  }
}

function* smallerNumbers(value: number): Generator<number, void> {
  if (value === 0) return
  yield 0
  if (value < 0) yield -value
  if (!Number.isInteger(value)) yield Math.trunc(value)
  const half = Math.trunc(value / 2)
  if (half !== 0 && half !== value) yield half
  if (Math.abs(value) > 1 && Number.isInteger(value)) yield value - Math.sign(value)
}

function* smallerTexts(text: string): Generator<string, void> {
  yield* shorter(text)
  const plain = [...text].findIndex((character) => !/[a0 ]/.test(character))
  if (plain !== -1 && text.length <= tried) yield [...text].map((character, index) => (index === plain ? 'a' : character)).join('')
}

/** A text or list with its halves, quarters and so on cut out, then single elements. */
function* shorter<T extends string | readonly TaggedJson[]>(value: T): Generator<T, void> {
  const { length } = value
  if (length === 0) return
  yield value.slice(0, 0) as T
  for (let part = Math.floor(length / 2); part >= 1; part = Math.floor(part / 2)) {
    for (let start = 0; start < length && start / part < tried; start += part) {
      yield without(value, start, part)
    }
  }
}

function without<T extends string | readonly TaggedJson[]>(value: T, start: number, count: number): T {
  const [before, after] = [value.slice(0, start), value.slice(start + count)]
  return (typeof before === 'string' ? before + String(after) : [...before, ...(after as readonly TaggedJson[])]) as T
}

function* smallerLists(list: readonly TaggedJson[]): Generator<readonly TaggedJson[], void> {
  yield* shorter(list)
  for (const [index, item] of list.slice(0, tried).entries()) {
    for (const smaller of smallerValues(item)) yield list.map((old, position) => (position === index ? smaller : old))
  }
}

function* smallerTags(value: { readonly [key: string]: TaggedJson }): Generator<TaggedJson, void> {
  const content = value['v'] ?? null
  switch (value['$']) {
    case 'map':
    case 'set':
    case 'bytes':
    case 'tuple':
      for (const smaller of smallerLists(content as readonly TaggedJson[])) yield { ...value, v: smaller }
      return
    case 'date':
      for (const smaller of typeof content === 'number' ? smallerNumbers(content) : []) yield { ...value, v: smaller }
      return
    case 'share':
      for (const smaller of value['of'] === undefined ? [] : smallerValues(value['of'])) yield { ...value, of: smaller }
      return
    default:
  }
}
