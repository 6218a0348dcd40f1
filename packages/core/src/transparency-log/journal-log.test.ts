import { describe, expect, it } from 'vitest'
import { verifyJournal } from '../cycle/verify-journal.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { MemoryRing } from '../testing/attested-journal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { runStarted, tickingClock } from '../testing/sample-events.ts'
import { MemoryTiles, privateKey } from '../testing/signed-journal.ts'
import { signCheckpoint } from './checkpoint.ts'
import type { CheckpointNote } from './checkpoint-notes.ts'
import { checkJournalLog, publishJournal, readLog, rotateKey, type LogPorts } from './journal-log.ts'
import { keyText } from './log-keys.ts'

interface Opened extends LogPorts {
  readonly journal: Journal & JournalIndex
  readonly store: MemoryTiles
  readonly kept: CheckpointNote[]
}

function opened(journal = createMemoryJournal({ clock: tickingClock() }), store = new MemoryTiles()): Opened {
  const ports: Opened = { journal, index: journal, store, kept: [], notes: { all: async () => ports.kept, put: async () => true } }
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
    expect(await checkJournalLog(ports, ring)).toMatchObject({ size: 3 })
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
    await expect(checkJournalLog(opened(rolledBack, ports.store), ring)).rejects.toMatchObject({ code: 'journal-forked', remedy: expect.stringContaining('verify') as string })
    const folder = new MemoryTiles()
    for (const [path, bytes] of early) folder.files.set(path, bytes)
    const both = opened(rolledBack, folder)
    expect(await checkJournalLog(both, ring)).toMatchObject({ size: 2 })
    both.kept.push({ commit: 'c'.repeat(40), note: late.note })
    await expect(checkJournalLog(both, ring)).rejects.toMatchObject({ code: 'journal-forked' })
  })

  describe('with a note of what was signed last', () => {
    const commit = 'c'.repeat(40)

    /** A journal of 400 events with its log at 300, an older copy of it, and the note of the last. */
    async function rolled(): Promise<{ readonly ports: Opened; readonly older: Opened; readonly ring: MemoryRing; readonly note: string }> {
      const [ports, ring] = [opened(), new MemoryRing()]
      await ports.journal.append(Array.from({ length: 299 }, (_, index) => runStarted(`r${index}`)))
      await publishJournal(ports, ring)
      const older = opened(createMemoryJournal({ clock: tickingClock() }))
      for await (const event of ports.journal.read(0)) await older.journal.append([event])
      for (const [path, bytes] of ports.store.files) older.store.files.set(path, bytes)
      await ports.journal.append(Array.from({ length: 100 }, (_, index) => runStarted(`s${index}`)))
      const late = await publishJournal(ports, ring)
      if (late.kind !== 'published') throw new Error('not published')
      return { ports, older, ring, note: late.note }
    }

    it.each([
      ['whole', (): void => {}],
      ['gone', (store: MemoryTiles) => ['tile', 'checkpoint'].forEach((path) => store.remove(path))],
      ['without its tiles', (store: MemoryTiles) => store.remove('tile')],
      ['without its checkpoint', (store: MemoryTiles) => store.remove('checkpoint')],
    ])('refuses an older copy whose log is %s, and signs nothing of it', async (_, damage) => {
      const { ports, older, ring, note } = await rolled()
      for (const place of [ports, older]) {
        damage(place.store)
        place.kept.push({ commit, note })
      }
      expect(await checkJournalLog(ports, ring)).toMatchObject(ports.store.files.has('checkpoint') ? { size: 400 } : {})
      const files = [...older.store.files.keys()]
      for (let more = 0; more < 2; more++) {
        await expect(checkJournalLog(older, ring)).rejects.toMatchObject({ code: 'journal-forked', message: expect.stringContaining('note') as string })
        await expect(publishJournal(older, ring)).rejects.toMatchObject({ code: 'journal-forked' })
        expect([...older.store.files.keys()]).toEqual(files)
        // As long as before, but another one.
        await older.journal.append(Array.from({ length: 150 }, (_event, index) => runStarted(`t${index}`)))
      }
    })

    it('takes the largest that was signed, whichever was written last', async () => {
      const { older, ring, note } = await rolled()
      older.kept.push({ commit, note }, { commit, note: older.store.checkpoint() }, { commit, note: 'by hand\n' })
      await expect(checkJournalLog(older, ring)).rejects.toMatchObject({ code: 'journal-forked' })
    })

    it('finds the shorter of two histories that were both signed', async () => {
      const { ports, older, ring } = await rolled()
      await older.journal.append([runStarted('fork')])
      const fork = await publishJournal(older, ring)
      if (fork.kind !== 'published') throw new Error('not published')
      ports.kept.push({ commit, note: ports.store.checkpoint() }, { commit, note: fork.note })
      for (const damage of ['nothing', 'tile']) {
        ports.store.remove(damage)
        await expect(checkJournalLog(ports, ring)).rejects.toMatchObject({ code: 'journal-forked', message: expect.stringContaining('first 301 events') as string })
      }
    })

    it('passes over one that no key of the log signed, and knows those of this machine that the journal does not name any more', async () => {
      const { ports, older, ring, note } = await rolled()
      const origin = note.slice(0, note.indexOf('\n'))
      const forged = signCheckpoint({ origin, size: 9000, root: new Uint8Array(32) }, [{ name: origin, key: privateKey() }])
      for (const bad of [forged, note.replace('400', '401')]) ports.kept.push({ commit, note: bad })
      expect(await checkJournalLog(ports, ring)).toMatchObject({ size: 400 })
      expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published' })
      const renewed = ring.create()
      older.kept.push({ commit, note: signCheckpoint({ origin, size: 500, root: new Uint8Array(32) }, [{ name: origin, key: renewed }]) })
      await expect(checkJournalLog(older, ring)).rejects.toMatchObject({ code: 'journal-forked' })
      expect(await checkJournalLog(older, null)).toMatchObject({ size: 300 })
    })

    it.each(['tile/0/000', 'tile/0/001.p/44', 'tile/0/001.p/144', 'tile/1/000.p/1'])('is not misled by a torn %s', async (path) => {
      const { ports, older, ring } = await rolled()
      ports.kept.push({ commit, note: older.store.checkpoint() })
      const bytes = ports.store.files.get(path)
      for (const torn of [null, bytes?.subarray(0, 20), bytes?.map((byte, at) => (at === 20 ? byte ^ 1 : byte))]) {
        if (torn === null) ports.store.files.delete(path)
        else if (torn !== undefined) ports.store.files.set(path, torn)
        expect(await checkJournalLog(ports, ring)).toMatchObject({ size: 400 })
        expect(await verifyJournal(ports.journal.stored(), { store: ports.store, kept: [{ source: 'a note', note: older.store.checkpoint(), isGiven: false }], key: null })).toMatchObject(path.endsWith('/44') ? {} : { ok: false, problem: 'tile' })
      }
    })
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
    expect(await verify(ports)).toMatchObject({ ok: false, problem: 'key', brokenAt: 4 })
    const { keys } = await readLog(ports)
    expect(await verifyJournal(ports.journal.stored(), { store: ports.store, kept: [], key: keys.current?.verifier ?? null })).toMatchObject({ ok: true, log: { keys: [{ isEndorsed: false }, { isEndorsed: true }, { isEndorsed: false }] } })
  })

  it('never takes back a key that was replaced', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    await ports.journal.append([runStarted('r1')])
    await publishJournal(ports, ring)
    for (const isLost of [false, false, true, true]) {
      // The files of a folder may have come in any order, as from a backup.
      ring.keys.reverse()
      await rotateKey(ports, ring, { isLost })
      expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published' })
    }
    expect(new Set((await readLog(ports)).keys.all.map(({ text }) => text)).size).toBe(5)
  })

  it('is not talked out of signing by a key of somebody who can write to the journal', async () => {
    const [ports, ring] = [opened(), new MemoryRing()]
    await ports.journal.append([runStarted('r1')])
    await publishJournal(ports, ring)
    const { origin } = await readLog(ports)
    const thief = new MemoryRing()
    const foreign = thief.create()
    await ports.journal.append([{ kind: 'key-introduced', body: { key: keyText(origin ?? '', foreign), endorsement: null } }])
    await expect(checkJournalLog(ports, ring)).rejects.toMatchObject({ code: 'journal-forked', remedy: expect.stringContaining('--lost') as string })
    await expect(publishJournal(ports, ring)).rejects.toMatchObject({ code: 'journal-forked' })
    expect(await verify(ports)).toMatchObject({ ok: false, problem: 'key', brokenAt: 3 })
    // One that the foreign one vouches for is no better.
    await rotateKey(ports, thief, { isLost: false })
    await expect(checkJournalLog(ports, ring)).rejects.toMatchObject({ code: 'journal-forked' })
    expect(await verify(ports)).toMatchObject({ ok: false, problem: 'key', brokenAt: 3 })
    // On a machine that never signed nothing can be said; the new key copied here, it is known.
    expect(await publishJournal(ports, new MemoryRing())).toMatchObject({ kind: 'unsigned' })
    ring.keys.push(...thief.keys)
    expect(await publishJournal(ports, ring)).toMatchObject({ kind: 'published' })
  })

  it('refuses a journal with a key that nobody could have introduced', async () => {
    const ports = opened()
    await ports.journal.append([runStarted('r1'), { kind: 'key-introduced', body: { key: 'mine', endorsement: null } }])
    await expect(checkJournalLog(ports, null)).rejects.toMatchObject({ code: 'journal-forked', message: expect.stringContaining('event 2') as string })
  })
})
