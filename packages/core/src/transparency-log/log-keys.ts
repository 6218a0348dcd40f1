import { createPublicKey, type KeyObject } from 'node:crypto'
import type { EventBodies } from '../journal/event.ts'
import { decodeVerifier, encodeVerifier, openNote, signNote, type NoteVerifier } from './signed-note.ts'

/** A public key that signs checkpoints from its own event on, until the next one is introduced. */
export interface LogKey {
  readonly verifier: NoteVerifier
  /** As others are told it. */
  readonly text: string
  /** The event that introduced it. */
  readonly sequence: number
  /** Whether the key before it vouches for it. The first has none before it. */
  readonly isEndorsed: boolean
}

/** The keys of one log, folded from its `key-introduced` events. */
export class LogKeys {
  readonly #origin: string
  readonly #keys: LogKey[] = []

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Takes the next key; says what is wrong with it, or null. */
  add({ key, endorsement }: EventBodies['key-introduced'], sequence: number): string | null {
    if (typeof key !== 'string' || (endorsement !== null && typeof endorsement !== 'string')) return 'it is malformed: it holds no key and endorsement'
    const verifier = decodeVerifier(key)
    if (verifier === null || verifier.name !== this.#origin) return 'the key that it introduces is none of this log'
    // Whoever has a key that was replaced because others may know it must not bring it back.
    if (this.#keys.some(({ text }) => text === key)) return 'the key that it introduces was introduced before'
    const before = this.current
    if (before === null && endorsement !== null) return 'the first key is endorsed by another one, which nobody introduced'
    if (before !== null && endorsement !== null && !isEndorsement(endorsement, { by: before.verifier, key })) return 'the endorsement of the key was not signed by the key before it'
    this.#keys.push({ verifier, text: key, sequence, isEndorsed: endorsement !== null })
    return null
  }

  get all(): readonly LogKey[] {
    return this.#keys
  }

  /** The first key that the one before does not vouch for: whoever can write to the journal can introduce one. */
  get unendorsed(): LogKey | null {
    return this.#keys.slice(1).find(({ isEndorsed }) => !isEndorsed) ?? null
  }

  get current(): LogKey | null {
    return this.#keys.at(-1) ?? null
  }

  /** The key that signs for a log of `size` events: a retired one signs nothing that came after it. */
  at(size: number): LogKey | null {
    return this.#keys.findLast(({ sequence }) => sequence <= size) ?? null
  }

  /**
   * Whether who trusts `key` may trust the one that signs for `size` events: it is the same, or each key between them was endorsed by the one before. Never the other way round: anybody can make a key of his own
   * endorse one that is public.
   */
  descendsFrom(key: NoteVerifier, size = Number.POSITIVE_INFINITY): boolean {
    const text = encodeVerifier(key)
    const from = this.#keys.findIndex((one) => one.text === text)
    const to = this.#keys.findLastIndex(({ sequence }) => sequence <= size)
    return from >= 0 && from <= to && this.#keys.slice(from + 1, to + 1).every(({ isEndorsed }) => isEndorsed)
  }
}

/** The first line is no origin: an endorsement can never be read as a checkpoint, nor a checkpoint as an endorsement. */
const heading = 'ratchet-key-endorsement'

/** The old key's word for the new one. */
export function endorseKey(key: string, by: { readonly name: string; readonly key: KeyObject }): string {
  return signNote(endorsementText(key), [by])
}

function isEndorsement(note: string, { by, key }: { readonly by: NoteVerifier; readonly key: string }): boolean {
  const opened = openNote(note, [by])
  return opened.ok && opened.text === endorsementText(key)
}

function endorsementText(key: string): string {
  return `${heading}\n${key}\n`
}

/** How a private key is introduced to a log. */
export function keyText(origin: string, privateKey: KeyObject): string {
  return encodeVerifier({ name: origin, key: createPublicKey(privateKey) })
}
