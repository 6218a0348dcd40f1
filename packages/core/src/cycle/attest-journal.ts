import type { KeyObject } from 'node:crypto'
import { attestedCommit, type Attested } from '../attestation/attestation.ts'
import type { AttestationFiles, AttestationNotes } from '../attestation/attestation-store.ts'
import { envelopeDigest, sealEnvelope } from '../attestation/dsse-envelope.ts'
import { statementText } from '../attestation/statement.ts'
import type { EventBodies, NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import { peekCheckpoint } from '../transparency-log/checkpoint.ts'
import { readLog } from '../transparency-log/journal-log.ts'
import type { KeyRing } from '../transparency-log/key-ring.ts'
import { keyText } from '../transparency-log/log-keys.ts'
import type { Hash } from '../transparency-log/merkle-hash.ts'
import { consistencyProof, verifyConsistency } from '../transparency-log/merkle-proof.ts'
import { rootAt } from '../transparency-log/merkle-tree.ts'
import { rootsOver, type LogRequest } from '../transparency-log/open-log.ts'
import { TileNodes } from '../transparency-log/tile-nodes.ts'
import type { TileStore } from '../transparency-log/tile-store.ts'
import { AttestedFacts, eventsOf } from './attested-facts.ts'

export interface AttestPorts {
  readonly journal: Journal
  readonly index: JournalIndex
  readonly store: TileStore
  readonly files: AttestationFiles
  readonly notes: AttestationNotes
}

export type Attesting =
  | { readonly kind: 'done'; readonly made: number }
  /** Nothing was written, or not all: the next command tries again. `no-key`: the key of the journal is not on this machine. `busy`: somebody else writes notes. */
  | { readonly kind: 'waiting'; readonly why: 'no-key' | 'busy'; readonly waiting: number }

/** Something recorded that has no attestation, or whose attestation is gone. */
interface Due {
  readonly proposal: ProposalId
  readonly about: number
  /** Of one that was written once: the same is written again, or none. */
  readonly written: EventBodies['attestation-intended'] | null
}

interface Made extends Due {
  readonly attestation: string
  readonly commit: string
  readonly key: string
  readonly text: string
}

/** Other writers of notes are quick: who meets one this often in a row waits for the next command. */
const attempts = 5

/**
 * Writes an attestation of everything that should have one: all of them or, where something is in the way, none that counts as written. Intents are recorded before the first file, outcomes after the last note; what is
 * written depends on the record and the key alone, so that a command that was killed is finished by the next, byte for byte. Wants a log that was published up to the last event.
 */
export async function attestJournal(ports: AttestPorts, ring: KeyRing): Promise<Attesting> {
  const recorded = await readRecorded(ports.index)
  const due = await dueOf(ports, recorded)
  if (due.length === 0) return { kind: 'done', made: 0 }
  const log = await readLog(ports)
  const current = log.keys.current === null ? null : ring.find(log.keys.current.verifier.key)
  if (log.origin === null || current === null) return { kind: 'waiting', why: 'no-key', waiting: due.length }
  const made = await makeAll(ports, { due, log, ring, current })
  const intents = made.filter(({ attestation }) => !recorded.intended.has(attestation)).map(({ attestation, proposal, about, commit, key }): NewEvent => ({ kind: 'attestation-intended', body: { attestation, proposal, about, commit, key } }))
  if (intents.length > 0) await ports.journal.append(intents)
  for (const { attestation, text } of made) ports.files.write(attestation, text)
  if (!(await putNotes(ports.notes, made))) return { kind: 'waiting', why: 'busy', waiting: made.length }
  const outcomes = made.filter(({ written }) => written === null).map(({ attestation, proposal, about }): NewEvent => ({ kind: 'attestation-settled', body: { attestation, proposal, about } }))
  if (outcomes.length > 0) await ports.journal.append(outcomes)
  return { kind: 'done', made: made.length }
}

/** How many attestations were written, and how many are due: verdicts and applications without one, but not what lies no longer where it was written. */
export async function attestationState(index: JournalIndex): Promise<{ readonly written: number; readonly due: number }> {
  const recorded = await readRecorded(index)
  const due = await dueOf({ index, files: { names: () => [...recorded.settled.keys()] } }, recorded)
  const attestable = await Promise.all(due.map((one) => attestedAt(index, one)))
  return { written: recorded.settled.size, due: attestable.filter((one) => one !== null).length }
}

interface Recorded {
  readonly intended: ReadonlyMap<string, EventBodies['attestation-intended']>
  /** By digest. */
  readonly settled: ReadonlyMap<string, EventBodies['attestation-settled']>
}

async function readRecorded(index: JournalIndex): Promise<Recorded> {
  const intended = new Map<string, EventBodies['attestation-intended']>()
  const settled = new Map<string, EventBodies['attestation-settled']>()
  for await (const event of index.ofKinds(['attestation-intended', 'attestation-settled'])) {
    if (event.kind === 'attestation-intended') intended.set(event.body.attestation, event.body)
    else if (event.kind === 'attestation-settled') settled.set(event.body.attestation, event.body)
  }
  return { intended, settled }
}

/** All are settled together, so nothing before the last that was settled is due; but what lies no longer where it was written is written again. */
async function dueOf({ index, files }: { readonly index: JournalIndex; readonly files: Pick<AttestationFiles, 'names'> }, { intended, settled }: Recorded): Promise<readonly Due[]> {
  const after = [...settled.values()].reduce((last, { about }) => Math.max(last, about), 0)
  const names = new Set(files.names())
  const due = [...settled.keys()].flatMap((digest): readonly Due[] => {
    const written = names.has(digest) ? undefined : intended.get(digest)
    return written === undefined ? [] : [{ proposal: written.proposal, about: written.about, written }]
  })
  for await (const { body, sequence } of index.offers(after)) due.push({ proposal: (body as EventBodies['decision-made']).proposal, about: sequence, written: null })
  for await (const event of index.ofKinds(['application-settled'])) {
    if (event.kind === 'application-settled' && event.body.outcome === 'applied' && event.sequence > after) due.push({ proposal: event.body.proposal, about: event.sequence, written: null })
  }
  return due.toSorted((a, b) => a.about - b.about)
}

interface Making {
  readonly due: readonly Due[]
  readonly log: LogRequest
  readonly ring: KeyRing
  readonly current: KeyObject
}

async function makeAll({ index }: Pick<AttestPorts, 'index'>, { due, log, ring, current }: Making): Promise<readonly Made[]> {
  const origin = log.origin ?? ''
  const roots = await rootsAt(log, new Set(due.map(({ about }) => about)))
  const made: Made[] = []
  for (const one of due) {
    const [attested, root] = [await attestedAt(index, one), roots.get(one.about)]
    const key = one.written === null ? current : keyOf(log, ring, one.written.key)
    if (attested === null || root === undefined || key === null) continue
    const text = sealEnvelope(Buffer.from(statementText(attested, { origin, root })), { name: origin, key })
    const attestation = envelopeDigest(text)
    // Lost, and made by other rules than today's: what was recorded is not replaced by something else.
    if (one.written !== null && one.written.attestation !== attestation) continue
    made.push({ ...one, attestation, commit: attestedCommit(attested), key: keyText(origin, key), text })
  }
  return made
}

async function attestedAt(index: JournalIndex, { proposal, about }: Due): Promise<Attested | null> {
  const facts = new AttestedFacts()
  for (const event of await eventsOf((id) => index.ofProposal(id), proposal)) {
    const attested = facts.add(event)
    if (event.sequence === about) return attested
  }
  return null
}

/** A key that was replaced makes nothing new, but still the same that it made once: the record holds the digest. */
function keyOf({ keys }: LogRequest, ring: KeyRing, text: string): KeyObject | null {
  const known = keys.all.find((one) => one.text === text)
  return known === undefined ? null : ring.find(known.verifier.key)
}

/** Roots out of the published tiles as far as those prove them, for the rest out of the journal, in one pass. */
async function rootsAt({ store, published, events }: LogRequest, sizes: ReadonlySet<number>): Promise<ReadonlyMap<number, Hash>> {
  const newest = published === null ? null : peekCheckpoint(Buffer.from(published).toString('utf8'))
  const nodes = newest === null ? null : new TileNodes(store, newest.size)
  const proven = new Map<number, Hash>()
  for (const size of sizes) {
    const root = newest === null || nodes === null ? null : provenRoot(size, newest, nodes)
    if (root !== null) proven.set(size, root)
  }
  const open = new Set([...sizes].filter((size) => !proven.has(size)))
  return open.size === 0 ? proven : new Map([...proven, ...(await rootsOver(events(0), open))])
}

/** Null where the tiles do not show that the published tree begins with this one. */
function provenRoot(size: number, newest: { readonly size: number; readonly root: Hash }, nodes: TileNodes): Hash | null {
  if (size > newest.size) return null
  try {
    const root = rootAt(size, nodes)
    const proof = consistencyProof(size, newest.size, nodes)
    return verifyConsistency({ older: size, newer: newest.size, olderRoot: root, newerRoot: newest.root, proof }) ? root : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

async function putNotes(notes: AttestationNotes, made: readonly Made[]): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) if (await notes.put(made.map(({ commit, text }) => ({ commit, envelope: text })))) return true
  return false
}
