import { isDeepStrictEqual } from 'node:util'

/** Differences that are shown; the first says where to look. */
const mostShown = 3
const longestShown = 80

/** Where two statements say something else, for a person: `predicate.decision.verdict is "accepted", and "rejected" in the record`. Empty where they say the same. */
export function statementDifferences(given: unknown, recorded: unknown): readonly string[] {
  const found = [...differing(given, recorded, '')]
  return found.length <= mostShown ? found : [...found.slice(0, mostShown), `and ${found.length - mostShown} more`]
}

function* differing(given: unknown, recorded: unknown, path: string): Iterable<string> {
  if (isDeepStrictEqual(given, recorded)) return
  const [left, right] = [membersOf(given), membersOf(recorded)]
  if (left === null || right === null || Array.isArray(given) !== Array.isArray(recorded)) {
    yield `${path === '' ? 'the statement' : path} is ${shown(given)}, and ${shown(recorded)} in the record`
    return
  }
  for (const name of new Set([...left.keys(), ...right.keys()])) yield* differing(left.get(name), right.get(name), path === '' ? name : `${path}.${name}`)
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null
}

function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}...` : text
}
