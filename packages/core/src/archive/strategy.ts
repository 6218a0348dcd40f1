import type { Random } from '../randomness/seeded-random.ts'
import type { Archive, Variant } from './archive.ts'

export interface ParentRequest {
  readonly random: Random
  /** Index that the child will have in the archive, once everything that is being evaluated has entered. */
  readonly child: number
}

/** What the archive says about the next proposal besides its parent. */
export interface Guidance {
  /** A variant whose edits are to be merged into the parent's, and the nearest ancestor of both; null for an ordinary proposal. */
  readonly mate: { readonly variant: Variant; readonly base: Variant } | null
  /** How many times likelier than by itself an operator should be drawn. */
  readonly credit: (operator: string) => number
  /** How many rewrites may be proposed at once. */
  readonly atOnce: number
}

/**
 * Chooses which variant gets the next child. Same archive, same request: same parent, whatever an instance was asked before. An instance belongs to one
 * archive and may remember what it has read of it, so that a choice costs O(log n).
 */
export interface Strategy {
  readonly name: string
  selectParent(archive: Archive, request: ParentRequest): Variant
  /** Without it a proposer is left to itself. Held to the same rules as `selectParent`. */
  guide?(archive: Archive, request: Pick<ParentRequest, 'random'> & { readonly parent: Variant }): Guidance
}
