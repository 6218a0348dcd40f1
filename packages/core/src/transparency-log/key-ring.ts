import type { KeyObject } from 'node:crypto'
import { Failure } from '../failure/failure.ts'

/** Private Ed25519 keys of the person who runs Ratchet, kept where neither the target nor a sandbox comes to. One serves for all journals: what is signed names its journal. */
export interface KeyRing {
  /** The private key of a public one; null when it is not here. */
  find(publicKey: KeyObject): KeyObject | null
  /** Every private key, the oldest first. */
  all(): readonly KeyObject[]
  /** The private key that was made last; null when there is none. */
  newest(): KeyObject | null
  /** Makes another key, durably. */
  create(): KeyObject
}

export type KeyRingErrorCode = 'key-missing' | 'keys-exposed' | 'keys-unusable' | 'nothing-to-sign'

export class KeyRingError extends Failure<KeyRingErrorCode> {}
