/**
 * How long one durable append takes, with 100, 10,000 and 100,000 events in the journal, and how fast `verify` reads it back.
 * Usage: node bench/journal-append.ts [directory on the disk to measure]. Without a directory the system's temporary one is used, which
 * may be in memory: then syncing costs nothing and the figures flatter.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { openSqliteJournal, type SqliteJournal } from '../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import { verifyEvents } from '../packages/core/src/journal/verify-events.ts'
import { proposalMade } from '../packages/core/src/testing/sample-events.ts'

const appends = 500
const sizes = [100, 10_000, 100_000] as const

function event(index: number) {
  return proposalMade(`run${index % 7}`, index.toString(16).padStart(12, '0'), { step: index })
}

async function fill(journal: SqliteJournal, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1000) {
    await journal.append(Array.from({ length: Math.min(1000, to - index) }, (_, offset) => event(index + offset)))
  }
}

/** Milliseconds of single-event appends, ascending. */
async function timings(journal: SqliteJournal): Promise<readonly number[]> {
  const taken: number[] = []
  for (let index = 0; index < appends; index++) {
    const start = performance.now()
    await journal.append([event(index)])
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)
}

const directory = await mkdtemp(path.join(process.argv[2] ?? tmpdir(), 'ratchet-bench-'))
try {
  console.log('events in it   median ms      p95 ms      verify events/s')
  await using journal = await openSqliteJournal({ directory, mode: 'write', clock: () => new Date() })
  let events = 0
  for (const size of sizes) {
    await fill(journal, events, size)
    const taken = await timings(journal)
    const start = performance.now()
    const result = await verifyEvents(journal.stored())
    const seconds = (performance.now() - start) / 1000
    if (!result.ok) throw new Error(result.detail)
    events = result.events
    const figure = (value: number | undefined): string => (value ?? Number.NaN).toFixed(3).padStart(11)
    console.log(`${String(size).padStart(12)}${figure(taken[appends >> 1])} ${figure(taken[Math.floor(appends * 0.95)])} ${String(Math.round(events / seconds)).padStart(20)}`)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
