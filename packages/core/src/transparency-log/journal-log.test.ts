import { createPublicKey, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyJournal } from '../cycle/verify-journal.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { runStarted, tickingClock } from '../testing/sample-events.ts'
import { MemoryTiles, privateKey } from '../testing/signed-journal.ts'
import type { CheckpointNote } from './checkpoint-notes.ts'
import { checkJournalLog, publishJournal, readLog, rotateKey, type LogPorts } from './journal-log.ts'
import type { KeyRing } from './key-ring.ts'

class MemoryRing implements KeyRing {
  readonly keys: KeyObject[] = []

  find(publicKey: KeyObject): KeyObject | null {
    return this.keys.find((key) => createPublicKey(key).equals(publicKey)) ?? null
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

interface Opened extends LogPorts {
  readonly journal: Journal & JournalIndex
  readonly store: MemoryTiles
  latest: CheckpointNote | null
}

function opened(journal = createMemoryJournal({ clock: tickingClock() }), store = new MemoryTiles()): Opened {
  const ports: Opened = { journal, index: journal, store, latest: null, notes: { all: async () => [], latest: async () => ports.latest, put: async () => true } }
  return ports
}

const verify = ({ journal, store }: Opened) => verifyJournal(journal.stored(), { store, kept: [], key: null })

describe('the log of a journal', () => {
  it('introduces a key at the first need, signs, and goes on from there', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    expect(await publishJournal(ports, ring)).toEqual({ kind: 'empty' })
    expect(ring.keys).toEqual([])
    await ports.journal.append([runStarted('r1'), runStarted('r2')])
    expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published', checkpoint: { size: 3 } })
    await ports.journal.append([runStarted('r3')])
    expect(await checkJournalLog(ports)).toMatchObject({ size: 3 })
    expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published', checkpoint: { size: 4 } })
    expect(ring.keys).toHaveLength(1)
    expect(await verify(ports)).toMatchObject({ ok: true, events: 4, log: { signed: 4 } })
  })

  it('is written to by nobody when nothing was recorded', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    await ports.journal.append([runStarted('r1')])
    await publishJournal(ports, ring)
    const refuse = (): never => {
      throw new Error('written')
    }
    const closed = { read: (path: string) => ports.store.read(path), write: refuse, remove: refuse }
    expect(await publishJournal({ ...ports, store: closed }, ring)).toMatchObject({ kind: 'published', checkpoint: { size: 2 } })
  })

  it('is refused before anything is written where the journal was rolled back, alone or with its folder', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    await ports.journal.append([runStarted('r1')])
    await publishJournal(ports, ring)
    const early = new Map(ports.store.files)
    const rolledBack = createMemoryJournal({ clock: tickingClock() })
    for await (const event of ports.journal.read(0)) await rolledBack.append([event])
    await ports.journal.append([runStarted('r2')])
    const late = await publishJournal(ports, ring)
    if (late.kind !== 'published') throw new Error('not published')
    await expect(checkJournalLog(opened(rolledBack, ports.store))).rejects.toMatchObject({ code: 'journal-forked', remedy: expect.stringContaining('verify') as string })
    const folder = new MemoryTiles()
    for (const [path, bytes] of early) folder.files.set(path, bytes)
    const both = opened(rolledBack, folder)
    expect(await checkJournalLog(both)).toMatchObject({ size: 2 })
    both.latest = { commit: 'c'.repeat(40), note: late.note }
    await expect(checkJournalLog(both)).rejects.toMatchObject({ code: 'journal-forked' })
  })

  it('rotates its key, endorsed by the old one; without that one only when somebody says that it is lost', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    await expect(rotateKey(ports, ring, { isLost: false })).rejects.toMatchObject({ code: 'nothing-to-sign' })
    await ports.journal.append([runStarted('r1')])
    await publishJournal(ports, ring)
    const first = (await readLog(ports)).keys.current
    expect(await rotateKey(ports, ring, { isLost: false })).toMatchObject({ endorsed: true })
    expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published', checkpoint: { size: 3 } })
    expect((await readLog(ports)).keys.descendsFrom(first?.verifier as NonNullable<typeof first>['verifier'])).toBe(true)
    expect(await verify(ports)).toMatchObject({ ok: true })

    const elsewhere = new MemoryRing()
    expect(await publishJournal(ports, elsewhere)).toMatchObject({ kind: 'unsigned' })
    await expect(rotateKey(ports, elsewhere, { isLost: false })).rejects.toMatchObject({ code: 'key-missing', remedy: expect.stringContaining('--lost') as string })
    expect(await rotateKey(ports, elsewhere, { isLost: true })).toMatchObject({ endorsed: false })
    expect(await publishJournal(ports, elsewhere)).toMatchObject({ kind: 'published', checkpoint: { size: 4 } })
    expect((await readLog(ports)).keys.descendsFrom(first?.verifier as NonNullable<typeof first>['verifier'])).toBe(false)
    expect(await verify(ports)).toMatchObject({ ok: true, log: { keys: [{ isEndorsed: false }, { isEndorsed: true }, { isEndorsed: false }] } })
  })

  it('refuses a journal with a key that nobody could have introduced', async () => {
    const ports = opened()
    await ports.journal.append([runStarted('r1'), { kind: 'key-introduced', body: { key: 'mine', endorsement: null } }])
    await expect(checkJournalLog(ports)).rejects.toMatchObject({ code: 'journal-forked', message: expect.stringContaining('event 2') as string })
  })
})
