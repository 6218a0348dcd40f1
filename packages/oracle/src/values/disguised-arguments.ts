import { isTag, type Entries, type TaggedJson } from '../tagged.ts'
import type { Args } from './arguments-of.ts'
import { replaceAt } from './related-arguments.ts'
import { inheritedNames } from './text-edits.ts'

interface Place {
  readonly path: readonly number[]
  readonly entries: Entries
}

const placesKept = 40

/** Whether an argument is, or holds, an object of which {@link disguisedArguments} can make another one. */
export const hasObjects = (args: Args): boolean => placesOf(args).length > 0

/**
 * The arguments with the same content in an object of another kind: without prototype, of a class, or with a property of its own
 * that objects inherit elsewhere. Where two arguments are objects, the other one is then often its equal: whether the two are
 * the same is what functions of several objects ask.
 */
export function disguisedArguments(args: Args, pick: number): Args {
  const places = placesOf(args)
  // Whole arguments matter most: every other time it is one of them.
  const outer = places.filter(({ path }) => path.length === 1)
  const choice = pick % 2 === 0 && outer.length > 0 ? outer : places
  const place = choice[(pick >> 1) % Math.max(1, choice.length)]
  if (place === undefined) return args
  const disguised = inDisguise(place.entries, pick >> 4)
  const changed = replaceAt(args, place.path, disguised)
  const [from] = place.path
  const other = outer.find(({ path }) => path[0] !== from)?.path[0]
  if (from === undefined || other === undefined) return changed
  const twin = [null, args[from], changed[from]][(pick >> 8) % 3] ?? null
  return twin === null ? changed : changed.map((value, index) => (index === other ? twin : value))
}

function placesOf(args: Args): readonly Place[] {
  const places: Place[] = []
  args.forEach((value, index) => collect(value, [index], places))
  return places
}

function collect(value: TaggedJson, path: readonly number[], places: Place[]): void {
  if (typeof value !== 'object' || value === null || isTag(value) || places.length >= placesKept) return
  if (Array.isArray(value)) return (value as readonly TaggedJson[]).forEach((item, index) => collect(item, [...path, index], places))
  const entries = Object.entries(value)
  places.push({ path, entries })
  entries.forEach(([, item], index) => collect(item, [...path, index], places))
}

function inDisguise(entries: Entries, pick: number): TaggedJson {
  const name = inheritedNames[1 + (Math.floor(pick / 5) % (inheritedNames.length - 1))] ?? 'valueOf'
  const others = entries.filter(([key]) => key !== name)
  switch (pick % 5) {
    case 0:
    case 1:
      return { $: 'object', proto: null, v: entries }
    case 2:
      return { $: 'object', class: 'Other', v: entries }
    case 3:
      return { $: 'object', v: [...others, [name, entries[0]?.[1] ?? 'a']] }
    default:
      return { $: 'object', v: [...others, [pick % 2 === 0 ? 'valueOf' : 'toString', { $: 'fn', v: { kind: 'pick', salt: pick % 97, arity: 1, pool: ['text'] } }]] }
  }
}
