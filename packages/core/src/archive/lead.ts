import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Variant } from './archive.ts'

/** What comes from a change that a person is asked about is asked about as well, and worth as much as somebody's yes: it gets every other child, so that what needs nobody goes on as well. */
const askedShare = 0.5

/** What is proven best so far. While that is something that a person is asked about, every other time the best that needs nobody. */
export function lead(archive: Archive, random: Random): Variant {
  const asked = archive.bestAsked()
  return asked !== null && random.next() < askedShare ? asked : archive.best()
}
