/**
 * How long `verify` takes over a long journal: links, verdicts, the Merkle root, every tile, and the signature, and how much memory. Also what publishing costs: the whole at once, and the next event; and the export, and its independent verifier.
 * Usage: node bench/verify-journal.ts [events, default 1000000] [directory on the disk to measure]
 */
import { execFile } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { replaceFile } from '../packages/core/src/adapters/durable-files/replace-file.ts'
import { createTileFiles } from '../packages/core/src/adapters/log-files/tile-files.ts'
import { openSqliteJournal } from '../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import { verifyJournal } from '../packages/core/src/cycle/verify-journal.ts'
import type { NewEvent } from '../packages/core/src/journal/event.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, proposalScreened } from '../packages/core/src/testing/sample-events.ts'
import { exportLog } from '../packages/core/src/transparency-log/export-log.ts'
import type { KeyRing } from '../packages/core/src/transparency-log/key-ring.ts'
import { publishJournal, type LogPorts } from '../packages/core/src/transparency-log/journal-log.ts'

const events = Number(process.argv[2] ?? 1_000_000)
const atOnce = 1000

/** The four events that a proposal leaves. */
function proposal(index: number): readonly NewEvent[] {
  const id = index.toString(16).padStart(12, '0')
  return [proposalMade('run', id, { step: index }), proposalScreened('run', id), evaluationRecorded('run', id), decisionMade('run', id, decisionOf('inconclusive', { estimate: 1.01, low: 0.98, high: 1.04 }))]
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const [start, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(used)
  console.log(`${what.padEnd(46)} ${seconds.toFixed(2).padStart(8)} s, ${((user + system) / 1e6).toFixed(2).padStart(8)} s of processor   resident ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`)
  return result
}

const key: KeyObject = generateKeyPairSync('ed25519').privateKey
const ring: KeyRing = { find: () => key, all: () => [key], newest: () => key, create: () => key }
const directory = await mkdtemp(path.join(process.argv[3] ?? tmpdir(), 'ratchet-bench-'))
try {
  await using journal = await openSqliteJournal({ directory, mode: 'write', clock: () => new Date() })
  await timed(`recording ${events} events`, async () => {
    for (let index = 0; index < events / 4; index += atOnce / 4) await journal.append(Array.from({ length: atOnce / 4 }, (_, at) => proposal(index + at)).flat())
  })
  const ports: LogPorts = { journal, index: journal, store: createTileFiles(path.join(directory, 'log')), notes: null }
  await timed('publishing all of them at once', () => publishJournal(ports, ring))
  await journal.append(proposal(events))
  await timed('publishing the next four', () => publishJournal(ports, ring))
  const result = await timed('verify', () => verifyJournal(journal.stored(), { store: ports.store, kept: [], key: null }))
  if (!result.ok) throw new Error(result.detail)
  console.log(`${result.events} events, root ${result.log.root}`)
  const file = path.join(directory, 'audit.jsonl')
  await timed('export as JSONL', () => replaceFile({ file, forbidden: [] }, exportLog({ index: journal, store: ports.store }, new AbortController().signal)))
  const trusted = result.log.signer ?? ''
  await timed('docs/verify-export.py (a process of its own)', () => promisify(execFile)('python3', ['-B', fileURLToPath(new URL('../docs/verify-export.py', import.meta.url)), file, '--key', trusted]))
} finally {
  await rm(directory, { recursive: true, force: true })
}
