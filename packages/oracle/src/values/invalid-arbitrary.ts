import fc from 'fast-check'
import type { LanguageName } from '../spec.ts'
import { isTag, tags, type TaggedJson } from '../tagged.ts'
import { pythonWrongValues } from './python-values.ts'

type Args = readonly TaggedJson[]

interface WrongOptions {
  readonly huge: boolean
  readonly language?: LanguageName
}

/** Values that few functions expect: wrong types, hostile objects, texts and lists that end badly. */
export function wrongValues(options: WrongOptions): readonly TaggedJson[] {
  const share = (of: TaggedJson): TaggedJson => ({ $: 'share', v: 900, of })
  const itself: TaggedJson = { $: 'share', v: 900 }
  const general: readonly TaggedJson[] = [
    tags.undefined, null, tags.nan, tags.negativeZero, -1, 0.5, 1, 0, true, false,
    ...(options.huge ? [tags.infinity, tags.negativeInfinity, 2 ** 53, 1e21, -(2 ** 31) - 1] : []),
    '', ' ', 'abc', '5', '-1', 'NaN', '\ud800', 'a\u0000b', 'x'.repeat(300),
    [], [null], [tags.undefined], [tags.hole], [1, tags.hole, 3], ['a', ['b']], [tags.nan, tags.nan], {}, { a: 1 }, { 0: 'a', 1: 'b', length: 2 }, { length: -1 },
    { $: 'bigint', v: '1' },
    { $: 'symbol', v: 's' },
    { $: 'date', v: null },
    { $: 'date', v: 0 },
    { $: 'regexp', v: 'a', flags: 'g' },
    { $: 'map', v: [['a', 1]] },
    { $: 'set', v: [1, 'a'] },
    { $: 'bytes', type: 'Uint8Array', v: [1, 2, 3] },
    { $: 'error', name: 'TypeError', message: 'an argument' },
    { $: 'fn', v: { kind: 'throw', message: 'from the argument' } },
    { $: 'fn', v: { kind: 'first' } },
    { $: 'object', proto: null, v: [['a', 1]] },
    { $: 'object', v: [['__proto__', { $: 'object', v: [['polluted', true]] }]] },
    { $: 'object', v: [['constructor', 1], ['toString', 'text'], ['length', 3]] },
    { $: 'accessor', v: [['a', 1], ['length', 2], ['0', 'x'], ['1', 'y']] },
    { $: 'trap', v: 'length' },
    { $: 'trap', v: 'valueOf' },
    { $: 'trap', v: 'toString' },
    share([1, itself]),
    share({ self: itself }),
  ]
  return options.language === 'python' ? [...general.filter(isKnownToPython), ...pythonWrongValues] : general
}

/** Symbols, holes, getters and prototypes are nothing there. */
const isKnownToPython = (value: TaggedJson): boolean => !/"\$":"(?:symbol|hole|accessor)"|"proto"|__proto__/.test(JSON.stringify(value))

/** Takes a list of good arguments and spoils it: one wrong value, one wrong element deep inside, one argument missing or too many. */
export function invalidArguments(valid: fc.Arbitrary<Args>, options: WrongOptions): fc.Arbitrary<Args> {
  const wrong = fc.constantFrom(...wrongValues(options))
  const place = fc.nat({ max: 10_000 })
  const replaced = fc.tuple(valid, wrong, place).map(([args, value, at]) => {
    const index = at % Math.max(1, args.length)
    return args.length === 0 ? [value] : args.map((old, position) => (position === index ? value : old))
  })
  const spoiled = fc.tuple(valid, wrong, place, place).map(([args, value, at, inside]) => {
    const index = at % Math.max(1, args.length)
    return args.map((old, position) => (position === index ? spoil(old, value, inside) : old))
  })
  const missing = fc.tuple(valid, place).map(([args, at]) => args.slice(0, at % Math.max(1, args.length)))
  const extra = fc.tuple(valid, wrong).map(([args, value]) => [...args, value])
  return fc.oneof(
    { weight: 6, arbitrary: replaced },
    { weight: 4, arbitrary: spoiled },
    { weight: 1, arbitrary: missing },
    { weight: 1, arbitrary: extra },
  )
}

/** One thing wrong inside an otherwise good value. */
export function spoil(value: TaggedJson, wrong: TaggedJson, at: number): TaggedJson {
  if (typeof value === 'string') return spoilText(value, at)
  if (Array.isArray(value)) {
    const list = value as readonly TaggedJson[]
    const index = at % (list.length + 1)
    if (index === list.length) return [...list, wrong]
    return list.map((item, position) => (position === index ? (at % 3 === 0 ? spoil(item, wrong, at >> 2) : wrong) : item))
  }
  if (isTag(value) || typeof value !== 'object' || value === null) return wrong
  const entries = Object.entries(value)
  if (entries.length === 0) return { unexpected: wrong }
  const index = at % entries.length
  if (at % 5 === 0) return Object.fromEntries(entries.filter((_, position) => position !== index))
  return Object.fromEntries(entries.map(([key, item], position) => [key, position === index ? wrong : item]))
}

const oddities = ['!', '\u0000', ' ', '\n', '-', '.', '(', '"', '\ud83d', '٣', '０']

function spoilText(text: string, at: number): string {
  const oddity = oddities[at % oddities.length] ?? '!'
  const position = Math.floor(at / oddities.length) % (text.length + 1)
  switch (at % 4) {
    case 0:
      return text + oddity
    case 1:
      return oddity + text
    case 2:
      return text.slice(0, position) + oddity + text.slice(position)
    default:
      return text.slice(0, position) + text.slice(position + 1)
  }
}
