import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Variant } from './archive.ts'

/** Chooses which variant gets the next child. Pure: same archive and random stream, same parent. */
export interface Strategy {
  readonly name: string
  selectParent(archive: Archive, random: Random): Variant
}
