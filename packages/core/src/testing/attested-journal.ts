import { createHash, type KeyObject } from 'node:crypto'
import type { AttestationFiles, AttestationNote, AttestationNotes } from '../attestation/attestation-store.ts'
import { attestJournal, type Attesting } from '../cycle/attest-journal.ts'
import type { KeptAttestation } from '../cycle/verify-attestations.ts'
import { verifyJournal, type JournalEvidence, type JournalVerification } from '../cycle/verify-journal.ts'
import type { NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import { publishJournal, rotateKey, type LogPorts } from '../transparency-log/journal-log.ts'
import type { KeyRing } from '../transparency-log/key-ring.ts'
import { createMemoryJournal } from './memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, proposalScreened, tickingClock } from './sample-events.ts'
import { MemoryTiles, privateKey } from './signed-journal.ts'

export class MemoryRing implements KeyRing {
  readonly keys: KeyObject[] = []

  find(publicKey: KeyObject): KeyObject | null {
    return this.keys.find((key) => key.export({ format: 'jwk' }).x === publicKey.export({ format: 'jwk' }).x) ?? null
  }

  all(): readonly KeyObject[] {
    return this.keys
  }

  newest(): KeyObject | null {
    return this.keys.at(-1) ?? null
  }

  create(): KeyObject {
    const key = privateKey()
    this.keys.push(key)
    return key
  }
}

export class MemoryAttestations implements AttestationFiles {
  readonly files = new Map<string, string>()

  names(): readonly string[] {
    return [...this.files.keys()].toSorted()
  }

  read(digest: string): string | null {
    return this.files.get(digest) ?? null
  }

  write(digest: string, text: string): void {
    this.files.set(digest, text)
  }
}

export class MemoryAttestationNotes implements AttestationNotes {
  notes: readonly AttestationNote[] = []

  async all(): Promise<readonly AttestationNote[]> {
    return this.notes
  }

  async put(notes: readonly AttestationNote[]): Promise<boolean> {
    this.notes = [...this.notes, ...notes.filter((note) => !this.notes.some((one) => one.commit === note.commit && one.envelope === note.envelope))]
    return true
  }
}

/** A name as git has them, made of any text. */
export function objectName(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

/** One change, judged once, accepted: four events. */
export function accepted(proposal: string, verdict: 'accepted' | 'approval-required' = 'accepted'): readonly NewEvent[] {
  return [
    proposalMade(null, proposal, { commit: objectName(`commit ${proposal}`) }),
    proposalScreened(null, proposal),
    evaluationRecorded(null, proposal, { purpose: 'single' }),
    decisionMade(null, proposal, decisionOf(verdict, { estimate: 2, low: 1.9, high: 2.1 }), { purpose: 'single' }),
  ]
}

export function applied(proposal: string, more: { readonly judged?: string; readonly tree?: string; readonly expected?: string; readonly consents?: readonly string[] } = {}): readonly NewEvent[] {
  const application = `a-${proposal}`
  return [
    { kind: 'application-intended', body: { application, proposal, ref: 'refs/heads/main', expected: 'b0'.repeat(20), commit: objectName(`applied ${proposal}`), ...more } },
    { kind: 'application-settled', body: { application, proposal, outcome: 'applied' } },
  ]
}

/** A journal with its log and its attestations, all in memory. */
export class AttestedJournal {
  readonly journal: Journal & JournalIndex
  readonly ring: MemoryRing
  readonly store = new MemoryTiles()
  files = new MemoryAttestations()
  notes = new MemoryAttestationNotes()

  constructor(ring = new MemoryRing(), journal: Journal & JournalIndex = createMemoryJournal({ clock: tickingClock() })) {
    this.ring = ring
    this.journal = journal
  }

  get log(): LogPorts {
    return { journal: this.journal, index: this.journal, store: this.store, notes: null }
  }

  /** As a command does that writes: publish, attest, publish. */
  async close(parts: { readonly files?: AttestationFiles; readonly notes?: AttestationNotes; readonly journal?: Journal } = {}): Promise<Attesting> {
    await publishJournal(this.log, this.ring)
    const attesting = await attestJournal({ journal: this.journal, index: this.journal, store: this.store, files: this.files, notes: this.notes, ...parts }, this.ring)
    await publishJournal(this.log, this.ring)
    return attesting
  }

  async append(...events: readonly (readonly NewEvent[])[]): Promise<void> {
    await this.journal.append(events.flat())
  }

  rotate(isLost = false): Promise<{ readonly key: string }> {
    return rotateKey(this.log, this.ring, { isLost })
  }

  kept(): readonly KeptAttestation[] {
    const files = [...this.files.files].map(([digest, text]): KeptAttestation => ({ source: digest, text, place: 'file', commit: null, digest }))
    return [...files, ...this.notes.notes.map(({ commit, envelope }): KeptAttestation => ({ source: `note on ${commit}`, text: envelope, place: 'note', commit }))]
  }

  verify(more: Partial<JournalEvidence> = {}): Promise<JournalVerification> {
    return verifyJournal(this.journal.stored(), { store: this.store, kept: [], key: null, attestations: this.kept(), ...more })
  }

  /** With one that somebody kept, and what lies there. */
  verifyGiven(text: string, commit: string | null = null, more: Partial<JournalEvidence> = {}): Promise<JournalVerification> {
    return this.verify({ ...more, attestations: [{ source: 'kept.json', text, place: 'given', commit }, ...this.kept()] })
  }
}
