import { inspect } from 'node:util'
import vm from 'node:vm'
import { seededRandom, type Random } from '../packages/core/src/index.ts'

/** `wrong`: another behaviour for input of the kind that the program makes itself. `odd`: only for input that it never makes, as a list with holes or an iterator in place of a list. */
export type Behaviour = 'same' | 'odd' | 'wrong'

interface Case {
  readonly kind: 'usual' | 'odd'
  /** A top-level function of the program; null for `exports.run`. */
  readonly name: string | null
  /** Makes the arguments anew for each call: calls may change them. */
  readonly make: () => readonly unknown[]
  readonly expected: string
}

/** What a program is held against, beside its one output. */
export interface BehaviourCheck {
  readonly cases: number
  of(text: string): Behaviour
}

/** Sizes that `exports.run` is asked for as well. */
const sizes = [1, 2, 3, 4, 5, 7, 10, 13, 20, 31]
/** Calls of each function that are kept, and how many variations of each are tried. */
const [keptCalls, variations] = [12, 6]
/** In ms: a case for which the baseline takes longer is left out; a candidate gets far more. */
const [patience, limit] = [40, 500]
/** Nobody promises how deep a recursion may go. */
const overflow = 'threw RangeError'

/** Cases from the calls that the baseline's own functions get, as they are, with less in them, and with what was never meant to be in them. Those that the baseline answers in time count. */
export function createBehaviourCheck(baseline: string, seed: string): BehaviourCheck {
  const random = seededRandom(seed, 'behaviour')
  const program = load(baseline)
  if (program === null) throw new Error('the baseline does not run')
  const wanted: Omit<Case, 'expected'>[] = sizes.map((size) => ({ kind: 'usual', name: null, make: () => [size] }))
  for (const { name, given } of callsIn(baseline)) {
    const bytes = structuredClone(given)
    wanted.push({ kind: 'usual', name, make: () => structuredClone(bytes) })
    for (let variation = 0; variation < variations; variation++) {
      const kind = variation % 2 === 0 ? 'usual' : 'odd'
      const key = random.next()
      wanted.push({ kind, name, make: () => varied(structuredClone(bytes), { kind, random: seededRandom(String(key), name) }) })
    }
  }
  const cases = wanted.flatMap((one): Case[] => {
    const expected = answer(program, one, patience)
    return expected === null || expected.includes(overflow) ? [] : [{ ...one, expected }]
  })
  return {
    cases: cases.length,
    of: (text) => {
      const candidate = load(text)
      const different = cases.filter((one) => candidate === null || answer(candidate, one, limit) !== one.expected)
      if (different.some(({ kind }) => kind === 'usual')) return 'wrong'
      return different.length > 0 ? 'odd' : 'same'
    },
  }
}

function load(text: string): vm.Context | null {
  const context = vm.createContext({ exports: {}, given: [] })
  try {
    new vm.Script(text).runInContext(context, { timeout: limit })
    return context
  } catch {
    // Whatever a candidate throws is its own.
    return null
  }
}

/** What a call gives and does to its arguments, in one line; null when it does not end in time. */
function answer(context: vm.Context, { name, make }: Pick<Case, 'name' | 'make'>, timeout: number): string | null {
  const given = make()
  context['given'] = given
  const said = (value: unknown): string => inspect(value, { depth: 8, maxArrayLength: 300, maxStringLength: 3000, breakLength: Number.POSITIVE_INFINITY, compact: true })
  try {
    const result: unknown = new vm.Script(`${name ?? 'exports.run'}(...given)`).runInContext(context, { timeout })
    // What is left of an iterator tells how much of it was used.
    return said([result, given.map((value) => (isIterator(value) ? [...value] : value))])
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    return said([`threw ${typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : String(error)}`, given.filter((value) => !isIterator(value))])
  }
}

function isIterator(value: unknown): value is Iterable<unknown> & { next(): unknown } {
  return typeof value === 'object' && value !== null && 'next' in value && Symbol.iterator in value
}

/** Arguments that the top-level functions get where the program runs small; a few for each, the first and some later ones. */
function callsIn(text: string): readonly { readonly name: string; readonly given: readonly unknown[] }[] {
  const context = load(text)
  if (context === null) return []
  const names = [...text.matchAll(/^function (\w+)/gm)].map(([, name]) => name as string)
  const kept = new Map<string, unknown[][]>(names.map((name) => [name, []]))
  context['note'] = (name: string, given: readonly unknown[]): void => {
    const calls = kept.get(name) ?? []
    const isPlain = given.every((value) => typeof value !== 'function')
    if (isPlain && calls.length < keptCalls) calls.push(structuredClone([...given]))
  }
  for (const name of names) new vm.Script(`{ const inner = ${name}; ${name} = function (...given) { note('${name}', given); return inner.apply(this, given) } }`).runInContext(context)
  for (const size of [2, 5, 12, 30]) new vm.Script(`exports.run(${size})`).runInContext(context, { timeout: 10 * limit })
  return names.flatMap((name) => (kept.get(name) ?? []).map((given) => ({ name, given })))
}

interface How {
  readonly kind: Case['kind']
  readonly random: Random
}

/** The same arguments, one of them somewhat different. */
function varied(given: readonly unknown[], how: How): readonly unknown[] {
  if (given.length === 0) return given
  const at = how.random.integer(given.length)
  const made = [...given]
  const list = made[at]
  if (how.kind === 'odd' && Array.isArray(list) && how.random.next() < 0.3) made[at] = list.values()
  else made[at] = changed(list, how)
  return made
}

function changed(value: unknown, how: How): unknown {
  const { kind, random } = how
  const among = <Item>(items: readonly Item[]): Item => random.pick(items)
  if (Array.isArray(value)) return changedList(value, how)
  if (value instanceof Map) return new Map(changedList([...value.entries()], { ...how, kind: 'usual' }) as (readonly [unknown, unknown])[])
  if (value instanceof Set) return new Set(changedList([...value], how))
  if (typeof value === 'number') return kind === 'usual' ? Math.max(0, value + among([-1, 1])) : among([Number.NaN, -1, 0.5, -0, '1'])
  if (typeof value === 'string') return kind === 'usual' ? among([value.slice(1), `${value} ${value}`, '']) : among([null, 3, '\u{1F600}'])
  if (typeof value !== 'object' || value === null) return kind === 'usual' ? value : among([null, undefined, 0])
  const keys = Object.keys(value)
  if (keys.length === 0) return value
  const key = among(keys)
  return { ...value, [key]: changed((value as Readonly<Record<string, unknown>>)[key], how) }
}

function changedList(list: readonly unknown[], how: How): unknown[] {
  const { kind, random } = how
  const at = list.length === 0 ? 0 : random.integer(list.length)
  const made = [...list]
  const ways = kind === 'usual' ? ['less', 'none', 'twice', 'within'] : ['undefined', 'hole', 'NaN', 'within']
  switch (ways[random.integer(ways.length)]) {
    case 'less':
      made.splice(at, 1)
      break
    case 'none':
      made.length = 0
      break
    case 'twice':
      if (list.length > 0) made.push(list[at])
      break
    case 'undefined':
      made.splice(at, 0, undefined)
      break
    case 'NaN':
      made.push(Number.NaN, Number.NaN, -0, 0)
      break
    case 'hole':
      if (list.length > 0) delete made[at]
      break
    default:
      if (list.length > 0) made[at] = changed(list[at], how)
  }
  return made
}
