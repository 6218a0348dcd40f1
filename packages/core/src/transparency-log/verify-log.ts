import type { KeyObject } from 'node:crypto'
import type { JournalEvent } from '../journal/event.ts'
import { openCheckpoint, peekCheckpoint, type Checkpoint } from './checkpoint.ts'
import { LogComparison } from './log-comparison.ts'
import { logEntry } from './log-entry.ts'
import { LogKeys, type LogKey } from './log-keys.ts'
import { logOrigin } from './log-origin.ts'
import { emptyRoot, type Hash } from './merkle-hash.ts'
import type { NoteVerifier } from './signed-note.ts'
import { checkpointPath, type TileStore } from './tile-store.ts'
import { TileWriter } from './tile-writer.ts'

/** A checkpoint that somebody kept. */
export interface KeptCheckpoint {
  /** For a person: the file, or the commit with the note. */
  readonly source: string
  readonly note: string
  /** Asked for by name: then one of another log is no other matter, but wrong. */
  readonly isGiven: boolean
}

export interface LogEvidence {
  readonly store: TileStore
  readonly kept: readonly KeptCheckpoint[]
  /** A key that is trusted whatever the journal says. */
  readonly key: NoteVerifier | null
  /** Public keys of who verifies: a checkpoint that one of them signed is one of this log, whatever keys the journal names. */
  readonly own?: readonly KeyObject[]
}

export interface VerifiedLog {
  /** Null of an empty journal. */
  readonly origin: string | null
  readonly size: number
  /** Root over all events, in base64. */
  readonly root: string
  readonly keys: readonly Pick<LogKey, 'text' | 'sequence' | 'isEndorsed'>[]
  /** What the newest checkpoint beside the journal was signed for; null where there is none. */
  readonly signed: number | null
  /** The key that signed it. */
  readonly signer: string | null
  /** Checkpoints kept elsewhere that the journal begins with. */
  readonly kept: number
  /** Where checkpoints of other logs lie. */
  readonly foreign: readonly string[]
}

export type LogProblem = 'key' | 'checkpoint' | 'rolled-back' | 'forked' | 'tile'
export type BrokenLog = { readonly ok: false; readonly brokenAt: number; readonly problem: LogProblem; readonly detail: string }
export type LogVerification = { readonly ok: true; readonly log: VerifiedLog } | BrokenLog

interface Claim extends KeptCheckpoint {
  readonly checkpoint: Checkpoint
}

/**
 * Recomputes the log from the events, one pass and flat in memory: the root at every size that somebody claims one for, and every tile. Needs events whose links hold; see `checkLink`.
 */
export class LogVerifier {
  readonly #evidence: LogEvidence
  readonly #comparison: LogComparison
  readonly #writer: TileWriter
  readonly #claims: readonly Claim[]
  readonly #unreadable: readonly KeptCheckpoint[]
  readonly #published: Claim | null
  readonly #roots = new Map<number, Hash>()
  #keys: LogKeys | null = null
  #origin: string | null = null
  #problem: BrokenLog | null = null
  #unsigned: Claim | null = null

  constructor(evidence: LogEvidence) {
    this.#evidence = evidence
    const bytes = evidence.store.read(checkpointPath)
    const own: KeptCheckpoint[] = bytes === null ? [] : [{ source: 'the checkpoint beside the log', note: Buffer.from(bytes).toString('utf8'), isGiven: true }]
    const all = [...own, ...evidence.kept].map((kept) => ({ ...kept, checkpoint: peekCheckpoint(kept.note) }))
    this.#claims = all.filter((kept): kept is Claim => kept.checkpoint !== null).toSorted((a, b) => a.checkpoint.size - b.checkpoint.size)
    this.#unreadable = all.filter((kept) => kept.checkpoint === null)
    this.#published = this.#claims.find(({ source }) => source === own[0]?.source) ?? null
    this.#comparison = new LogComparison(evidence.store, this.#published?.checkpoint.size ?? 0)
    this.#writer = new TileWriter(this.#comparison, 0)
    if (this.#published === null) this.#comparison.end()
    for (const { checkpoint: { size } } of this.#claims) this.#roots.set(size, size === 0 ? emptyRoot : new Uint8Array())
  }

  add(event: JournalEvent): void {
    if (this.#keys === null) {
      this.#origin = logOrigin(event)
      this.#keys = new LogKeys(this.#origin)
    }
    if (event.kind === 'key-introduced') {
      const detail = this.#keys.add(event.body, event.sequence)
      if (detail !== null) this.#problem ??= broken('key', event.sequence, `event ${event.sequence}: ${detail}`)
    }
    this.#writer.append(logEntry(event))
    const { size } = this.#writer
    if (this.#roots.has(size)) this.#roots.set(size, this.#writer.root())
    if (size === this.#published?.checkpoint.size) this.#endOfTiles()
  }

  /** Over all events so far. */
  root(): Hash {
    return this.#writer.root()
  }

  /** Tiles are as old as the checkpoint; what came since has none yet, or some that a kill left. */
  #endOfTiles(): void {
    this.#writer.flush()
    this.#comparison.end()
  }

  finish(): LogVerification {
    // Of a journal that was cut, to see whether it was changed before that.
    if (this.#writer.size < (this.#published?.checkpoint.size ?? 0)) this.#endOfTiles()
    const problem = this.#problem ?? this.#givenKey() ?? this.#unreadableClaim() ?? this.#wrongClaim() ?? this.#unendorsedKey() ?? this.#wrongTile() ?? this.#unsignedNote()
    if (problem !== null) return problem
    const isOwn = ({ checkpoint }: Claim): boolean => checkpoint.origin === this.#origin
    const elsewhere = this.#claims.filter((claim) => claim !== this.#published)
    return {
      ok: true,
      log: {
        origin: this.#origin,
        size: this.#writer.size,
        root: Buffer.from(this.#writer.root()).toString('base64'),
        keys: (this.#keys?.all ?? []).map(({ text, sequence, isEndorsed }) => ({ text, sequence, isEndorsed })),
        signed: this.#published?.checkpoint.size ?? null,
        signer: this.#published === null ? null : (this.#keys?.at(this.#published.checkpoint.size)?.text ?? null),
        kept: elsewhere.filter(isOwn).length,
        foreign: [...elsewhere.filter((claim) => !isOwn(claim)), ...this.#unreadable].map(({ source }) => source),
      },
    }
  }

  #givenKey(): BrokenLog | null {
    const { key } = this.#evidence
    if (key === null) return null
    const current = this.#keys?.current ?? null
    if (current === null) return broken('key', this.#writer.size, 'the journal names no key, so nobody has signed it')
    if (this.#keys?.descendsFrom(key) !== true) return broken('key', current.sequence, `event ${current.sequence} introduces the key ${current.text}, for which the given one does not vouch`)
    if (this.#published === null) return broken('checkpoint', this.#writer.size, 'there is no checkpoint that the key could have signed')
    const { size } = this.#published.checkpoint
    return this.#keys.descendsFrom(key, size) ? null : broken('checkpoint', size, `the checkpoint for ${size} events was signed before the given key, by one that it does not vouch for`)
  }

  /** With a given key that is in order which `#givenKey` found to be. */
  #unendorsedKey(): BrokenLog | null {
    const key = this.#evidence.key === null ? (this.#keys?.unendorsed ?? null) : null
    if (key === null) return null
    return broken('key', key.sequence, `event ${key.sequence} introduces the key ${key.text}, for which the one before does not vouch: anybody who can write to the journal could have; if it is one that you know to be right, say so with --key`)
  }

  #unreadableClaim(): BrokenLog | null {
    const found = this.#unreadable.find(({ isGiven }) => isGiven)
    return found === undefined ? null : broken('checkpoint', this.#writer.size, `${found.source} is no checkpoint`)
  }

  /** Oldest first: what an earlier one says about the place is the narrower. */
  #wrongClaim(): BrokenLog | null {
    const agreed: number[] = []
    for (const claim of this.#claims) {
      const { source, checkpoint, isGiven, note } = claim
      const { origin, size } = checkpoint
      if (origin !== this.#origin && !isGiven) continue
      if (origin !== this.#origin) return broken('forked', 1, `${source} is one of ${origin} with ${size} events, and this journal is ${this.#origin === null ? 'empty' : `another one: ${this.#origin}`}`)
      const signer = this.#keys?.at(size) ?? null
      // One of the same size may agree with the journal: somebody signed two histories.
      const good = agreed.findLast((one) => one < size) ?? 0
      const isSigned = signer !== null && openCheckpoint(note, [signer.verifier]).ok
      const isVouched = isSigned || this.#isOfLog(note)
      const isBeginning = isSame(this.#roots.get(size), checkpoint.root)
      if (isBeginning && isSigned) agreed.push(size)
      // Who replaced the journal may have replaced the key that is named in it: what the tiles say, or that events are gone, needs no signature to be a reason for looking.
      else if (!isBeginning && (isVouched || (isGiven && (size > this.#writer.size || this.#forkAt(claim, good) !== null)))) return this.#conflict(claim, good)
      else if (isGiven) return broken('checkpoint', size, `${source}, for ${size} events, was not signed by the key that the journal names for it`)
      else this.#unsigned ??= claim
    }
    return null
  }

  /** Last: anybody can write a note, so it must not hide what is known for certain. Not passed over: the one who signed it may be one whom the journal does not name any more. */
  #unsignedNote(): BrokenLog | null {
    if (this.#unsigned === null) return null
    const { source, checkpoint: { size } } = this.#unsigned
    return broken('checkpoint', size, `${source} claims to be of ${size} events and was signed by no key that is known for them: it was forged, or else the journal was; commands that write pass over it`)
  }

  /** Signed by any key of the log, or by one of who verifies. */
  #isOfLog(note: string): boolean {
    const origin = this.#origin
    const known = [...(this.#keys?.all ?? []).map(({ verifier }) => verifier), ...(this.#evidence.key === null ? [] : [this.#evidence.key])]
    return openCheckpoint(note, origin === null ? known : [...known, ...(this.#evidence.own ?? []).map((key) => ({ name: origin, key }))]).ok
  }

  /** The first event that is another one than was published with the claim; null where the tiles do not tell. */
  #forkAt(claim: Claim, good: number): number | null {
    const at = claim === this.#published ? this.#comparison.differingEntry : null
    return at !== null && at > good && at <= claim.checkpoint.size ? at : null
  }

  /** Where tiles and journal part, of a history that an older checkpoint was signed for: only to say where to look. */
  #differenceIn({ checkpoint }: Claim, good: number): number | null {
    const at = this.#comparison.differingEntry
    return at !== null && at > good && at <= checkpoint.size && checkpoint.size <= this.#writer.size ? at : null
  }

  #conflict(claim: Claim, good: number): BrokenLog {
    const { source, checkpoint: { size } } = claim
    const held = this.#writer.size
    const known = this.#forkAt(claim, good) ?? this.#differenceIn(claim, good)
    if (known !== null) return broken('forked', known, `event ${known} is not the one that was published; ${source} was signed for ${size} events`)
    if (size > held) return broken('rolled-back', held + 1, `the journal ends at event ${held}, and ${source} was signed for ${size}: events ${held + 1} to ${size} are gone`)
    return broken('forked', good + 1, `the first ${size} events are not those that ${source} was signed for; the difference is between events ${good + 1} and ${size}`)
  }

  #wrongTile(): BrokenLog | null {
    const { differing } = this.#comparison
    if (differing === null) return null
    return broken('tile', this.#comparison.differingEntry ?? this.#writer.size, `${differing} is missing or changed; the journal agrees with the checkpoint, and the tiles are a copy of it: remove the folder tile, and the next command that writes makes it anew`)
  }
}

function broken(problem: LogProblem, brokenAt: number, detail: string): BrokenLog {
  return { ok: false, problem, brokenAt, detail }
}

function isSame(one: Hash | undefined, other: Hash): boolean {
  return one !== undefined && one.length === other.length && Buffer.compare(one, other) === 0
}
