import type { TargetName } from './peer-target.ts'

export type PeerName = 'ratchet' | 'magpie'

/** A program that was the best so far, by the search's own measure. */
export interface Found {
  /** Evaluations made up to and including the one that found it. */
  readonly evaluation: number
  /** Since the command was started. */
  readonly ms: number
  readonly text: string
}

export interface PeerRun {
  readonly peer: PeerName
  readonly target: TargetName
  readonly seed: number
  readonly found: readonly Found[]
  readonly evaluations: number
  readonly ms: number
  /** What the search hands over in the end; null: nothing. */
  readonly handed: string | null
  readonly load: number
}
