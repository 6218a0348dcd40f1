import { createPublicKey, type KeyObject } from 'node:crypto'
import { JournalError, type Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Checkpoint } from './checkpoint.ts'
import { noteConflict, signedNotes, type CheckpointNotes } from './checkpoint-notes.ts'
import { KeyRingError, type KeyRing } from './key-ring.ts'
import { endorseKey, keyText, LogKeys } from './log-keys.ts'
import { logOrigin } from './log-origin.ts'
import { openLog, type LogRequest } from './open-log.ts'
import { publishLog } from './publish-log.ts'
import { checkpointPath, type TileStore } from './tile-store.ts'

export interface LogPorts {
  readonly journal: Journal
  readonly index: JournalIndex
  readonly store: TileStore
  /** Null: they are not looked at. */
  readonly notes: CheckpointNotes | null
}

/** Where the log of a journal stands. @throws JournalError `journal-forked` for keys that no honest journal holds */
export async function readLog({ index, store }: Pick<LogPorts, 'index' | 'store'>): Promise<LogRequest> {
  const events: LogRequest['events'] = (afterSequence) => index.stored(afterSequence)
  // Before the journal: while somebody writes, the journal is never the older of the two.
  const published = store.read(checkpointPath)
  const origin = await firstOrigin(index)
  const keys = new LogKeys(origin ?? '')
  for await (const event of index.ofKinds(['key-introduced'])) {
    const problem = event.kind === 'key-introduced' ? keys.add(event.body, event.sequence) : null
    if (problem !== null) throw forked(`event ${event.sequence}: ${problem}`)
  }
  return { store, published, origin, keys, events }
}

async function firstOrigin(index: JournalIndex): Promise<string | null> {
  for await (const row of index.stored()) return logOrigin(row)
  return null
}

/**
 * What was published of the journal, which still begins with it; null before there is any. Holds it against the checkpoint beside it, against its notes, also where nothing lies beside it any more,
 * and against the keys of this machine (`ring`; null: they are not looked at).
 *
 * @throws JournalError `journal-forked` where it does not
 */
export async function checkJournalLog(ports: LogPorts, ring: KeyRing | null): Promise<Checkpoint | null> {
  return checkRead(await readLog(ports), ports, ring)
}

async function checkRead(request: LogRequest, { notes }: LogPorts, ring: KeyRing | null): Promise<Checkpoint | null> {
  const { origin, keys, store, events } = request
  const opened = await openLog(request)
  if (!opened.ok) throw forked(opened.detail)
  refuseForeignKey(request, ring)
  if (origin === null) return opened.checkpoint
  const own = (ring?.all() ?? []).map((key) => ({ name: origin, key: createPublicKey(key) }))
  const kept = notes === null ? [] : signedNotes(await notes.all(), origin, [...keys.all.map(({ verifier }) => verifier), ...own])
  const conflict = await noteConflict(kept, { store, events, published: opened.checkpoint })
  if (conflict !== null) throw forked(conflict)
  return opened.checkpoint
}

/** Whoever can write to the journal can introduce a key of his own, and nothing would be signed any more: who has an earlier key does not put up with it. */
function refuseForeignKey({ keys }: LogRequest, ring: KeyRing | null): void {
  const { unendorsed, current, all } = keys
  if (ring === null || unendorsed === null || current === null || ring.find(current.verifier.key) !== null) return
  const own = all.find(({ verifier, sequence }) => sequence < unendorsed.sequence && ring.find(verifier.key) !== null)
  if (own === undefined) return
  throw new JournalError('journal-forked', `event ${unendorsed.sequence} introduces the key ${unendorsed.text}, for which the one before does not vouch; this machine has ${own.text}, and not the new one`, {
    remedy: 'Nothing was signed. If you introduced it elsewhere (`ratchet keys rotate --lost`), copy the new key here; if not, somebody wrote to the journal: put back one that ends before that event, and keep this one: it is evidence.',
  })
}

export type JournalPublication =
  | { readonly kind: 'published'; readonly checkpoint: Checkpoint; readonly note: string }
  | { readonly kind: 'empty' }
  /** The key that the journal names is not on this machine. */
  | { readonly kind: 'unsigned'; readonly key: string }

/** Publishes what was recorded since the last time; introduces a key where the journal names none yet. @throws JournalError `journal-forked` */
export async function publishJournal(ports: LogPorts, ring: KeyRing): Promise<JournalPublication> {
  const request = await readLog(ports)
  const { origin, keys } = request
  if (origin === null) return { kind: 'empty' }
  // Once more: nothing is signed that a note speaks against.
  await checkRead(request, ports, ring)
  const key = keys.current === null ? await introduceFirst(ports, { origin, ring, keys }) : ring.find(keys.current.verifier.key)
  if (key === null) return { kind: 'unsigned', key: keys.current?.text ?? '' }
  const published = await publishLog({ ...request, origin, key })
  if (!published.ok) throw forked(published.detail)
  return { kind: 'published', checkpoint: published.checkpoint, note: published.note }
}

async function introduceFirst({ journal }: LogPorts, { origin, ring, keys }: { readonly origin: string; readonly ring: KeyRing; readonly keys: LogKeys }): Promise<KeyObject> {
  const key = ring.newest() ?? ring.create()
  await introduce(journal, keys, { key: keyText(origin, key), endorsement: null })
  return key
}

async function introduce(journal: Journal, keys: LogKeys, body: { readonly key: string; readonly endorsement: string | null }): Promise<void> {
  for (const event of await journal.append([{ kind: 'key-introduced', body }])) keys.add(body, event.sequence)
}

/**
 * Lets a new key sign from here on: one that is on this machine already may be one that was replaced. The old key vouches for it; without it (`isLost`) nobody does, and who trusts the old one alone trusts what follows no more.
 *
 * @throws KeyRingError `nothing-to-sign` or `key-missing`
 */
export async function rotateKey(ports: LogPorts, ring: KeyRing, { isLost }: { readonly isLost: boolean }): Promise<{ readonly key: string; readonly endorsed: boolean }> {
  const { origin, keys } = await readLog(ports)
  const current = keys.current
  if (origin === null || current === null) throw new KeyRingError('nothing-to-sign', 'nobody has signed this journal yet', { remedy: 'The first command that records something introduces a key.' })
  const old = ring.find(current.verifier.key)
  if (old === null && !isLost) {
    throw new KeyRingError('key-missing', `the private key of ${current.text} is not on this machine, so it cannot vouch for another one`, { remedy: 'Copy it here, or, where it is lost for good, say so with --lost.' })
  }
  const key = keyText(origin, ring.create())
  await introduce(ports.journal, keys, { key, endorsement: old === null ? null : endorseKey(key, { name: origin, key: old }) })
  return { key, endorsed: old !== null }
}

function forked(detail: string): JournalError {
  return new JournalError('journal-forked', `the journal is not the one that was signed: ${detail}`, {
    remedy: 'Nothing was signed. `ratchet verify` names the place. Put back a journal that goes on from its last checkpoint; to begin a new one, move the whole folder .ratchet away and keep it: it is evidence.',
  })
}
