import { checkLink } from '../journal/check-link.ts'
import { genesis, type StoredEvent } from '../journal/hash-chain.ts'
import { JournalError } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { openCheckpoint, peekCheckpoint } from './checkpoint.ts'
import { logEntry } from './log-entry.ts'
import { LogKeys } from './log-keys.ts'
import { logOrigin } from './log-origin.ts'
import { leafHash } from './merkle-hash.ts'
import { MerkleFrontier } from './merkle-tree.ts'
import { checkpointPath, type TileStore } from './tile-store.ts'

export const exportFormat = 'ratchet-audit'
export const exportVersion = 1

export interface ExportPorts {
  readonly index: Pick<JournalIndex, 'stored'>
  readonly store: Pick<TileStore, 'read'>
}

/** What an export holds, known when its last line has been read. */
export interface ExportSummary {
  readonly origin: string
  /** As many as the checkpoint was signed for; all there are where nothing was ever signed. */
  readonly events: number
  readonly signed: boolean
  /** Recorded after the checkpoint, and not in the export. */
  readonly unsigned: number
}

/**
 * The audit as JSONL, for `docs/verify-export.py` and whoever writes another verifier: a header, a line for each event with the very text that its hash is made of, and a last line with the signed checkpoint and the keys.
 * Each line is the one JSON text of its value (members in this order, no white space), so that a reader can hold it against its own. Only what the checkpoint covers is written: lines that nobody signed could be
 * anybody's.
 *
 * Yields line by line, flat in memory; checks every link and the root on the way.
 *
 * @throws JournalError `journal-corrupt` or `journal-forked`, after some lines: what was written until then is no export
 */
export async function* exportLog({ index, store }: ExportPorts, signal: AbortSignal): AsyncGenerator<string, ExportSummary> {
  const bytes = store.read(checkpointPath)
  const note = bytes === null ? null : Buffer.from(bytes).toString('utf8')
  const checkpoint = note === null ? null : peekCheckpoint(note)
  if (note !== null && checkpoint === null) throw changed('the checkpoint beside the log is none')
  const tree = MerkleFrontier.empty()
  let head = genesis
  let keys: LogKeys | null = null
  let unsigned = 0
  let origin = ''
  for await (const row of index.stored()) {
    signal.throwIfAborted()
    if (checkpoint !== null && head.sequence >= checkpoint.size) {
      unsigned++
      continue
    }
    const broken = checkLink(head, row)
    if (broken !== null) throw new JournalError('journal-corrupt', `the journal is damaged: ${broken.detail}`, { remedy: '`ratchet verify` says where it breaks. Nothing is exported of a damaged journal.' })
    if (keys === null) {
      origin = logOrigin(row)
      keys = new LogKeys(origin)
      yield line({ format: exportFormat, version: exportVersion, origin })
    }
    addKey(keys, row)
    yield eventLine(tree.size, row)
    tree.append(logEntry(row))
    head = row
  }
  if (keys === null) throw new JournalError('journal-failed', 'there is nothing to export: the journal is empty')
  if (checkpoint !== null && (checkpoint.origin !== origin || checkpoint.size !== tree.size || Buffer.compare(checkpoint.root, tree.root()) !== 0)) throw changed('the journal does not begin with what its checkpoint was signed for')
  // Whoever may write beside the journal can put any root there; only who has the key can sign one.
  const signer = checkpoint === null ? null : keys.at(checkpoint.size)
  if (note !== null && (signer === null || !openCheckpoint(note, [signer.verifier]).ok)) throw changed('its checkpoint is not signed with the key of the log')
  yield line({ events: tree.size, root: Buffer.from(tree.root()).toString('base64'), keys: keys.all.map(({ text, sequence }) => ({ key: text, sequence })), checkpoint: note })
  return { origin, events: tree.size, signed: checkpoint !== null, unsigned }
}

function eventLine(index: number, row: StoredEvent): string {
  const { sequence, schemaVersion, at, kind, previous, body, hash } = row
  return line({ index, leaf: Buffer.from(leafHash(logEntry(row))).toString('hex'), sequence, schemaVersion, at, kind, previous, body, hash })
}

function addKey(keys: LogKeys, row: StoredEvent): void {
  if (row.kind !== 'key-introduced') return
  const problem = keys.add(JSON.parse(row.body) as Parameters<LogKeys['add']>[0], row.sequence)
  if (problem !== null) throw changed(`event ${row.sequence}: ${problem}`)
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

function changed(detail: string): JournalError {
  return new JournalError('journal-forked', `nothing is exported: ${detail}`, { remedy: '`ratchet verify` names the place.' })
}
