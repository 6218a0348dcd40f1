import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Variant } from './archive.ts'

export interface ParentRequest {
  readonly random: Random
  /** Index that the child will have in the archive, once everything that is being evaluated has entered. */
  readonly child: number
}

/**
 * Chooses which variant gets the next child. Same archive, same request: same parent, whatever an instance was asked before. An instance belongs to one
 * archive and may remember what it has read of it, so that a choice costs O(log n).
 */
export interface Strategy {
  readonly name: string
  selectParent(archive: Archive, request: ParentRequest): Variant
}
