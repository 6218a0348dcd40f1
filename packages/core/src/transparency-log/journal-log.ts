import type { KeyObject } from 'node:crypto'
import { JournalError, type Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Checkpoint } from './checkpoint.ts'
import { journalConflict, noteConflict, type CheckpointNote, type CheckpointNotes } from './checkpoint-notes.ts'
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

/** What was published of the journal, which still begins with it; null before there is any. @throws JournalError `journal-forked` where it does not */
export async function checkJournalLog(ports: LogPorts): Promise<Checkpoint | null> {
  const request = await readLog(ports)
  const opened = await openLog(request)
  if (!opened.ok) throw forked(opened.detail)
  const { checkpoint, writer } = opened
  for (const note of await keptNotes(ports)) {
    // Without tiles, or with no log at all, the journal itself has to answer: whoever puts back an old one can delete them.
    const conflict = checkpoint === null || writer === null ? await journalConflict(note, request) : noteConflict(note, { store: ports.store, published: checkpoint })
    if (conflict !== null) throw forked(conflict)
  }
  return checkpoint
}

/** The last one holds all before it; where it was not written by Ratchet, each has to be looked at. */
async function keptNotes({ notes }: LogPorts): Promise<readonly CheckpointNote[]> {
  if (notes === null) return []
  const latest = await notes.latest()
  return latest === null ? notes.all() : [latest]
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
 * Lets another key sign from here on: the newest of this machine, or a new one. The old key vouches for it; without it (`isLost`) nobody does, and who trusts the old one alone trusts what follows no more.
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
  const newest = ring.newest()
  const next = newest === null || keyText(origin, newest) === current.text ? ring.create() : newest
  const key = keyText(origin, next)
  await introduce(ports.journal, keys, { key, endorsement: old === null ? null : endorseKey(key, { name: origin, key: old }) })
  return { key, endorsed: old !== null }
}

function forked(detail: string): JournalError {
  return new JournalError('journal-forked', `the journal is not the one that was signed: ${detail}`, {
    remedy: 'Nothing was written. `ratchet verify` names the place. Put back a journal that goes on from its last checkpoint; to begin a new one, move the whole folder .ratchet away and keep it: it is evidence.',
  })
}
