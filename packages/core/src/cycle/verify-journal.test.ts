import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { StoredEvent } from '../journal/hash-chain.ts'
import { continued, MemoryTiles, numbered, privateKey, publishRows, rowsAfter, signedJournal } from '../testing/signed-journal.ts'
import { signCheckpoint } from '../transparency-log/checkpoint.ts'
import { logEntry } from '../transparency-log/log-entry.ts'
import { endorseKey, keyText } from '../transparency-log/log-keys.ts'
import { logOrigin } from '../transparency-log/log-origin.ts'
import type { LogEvidence } from '../transparency-log/verify-log.ts'
import { decisionRevision } from './judge-change.ts'
import { verifyJournal, type JournalVerification } from './verify-journal.ts'

const key = privateKey()
const other = privateKey()

function verify(rows: readonly StoredEvent[], store: MemoryTiles, more: Partial<LogEvidence> = {}): Promise<JournalVerification> {
  return verifyJournal(rowsAfter(rows, Number.NEGATIVE_INFINITY), { store, kept: [], key: null, ...more })
}

async function publishedAt(rows: readonly StoredEvent[], size: number, by: KeyObject = key): Promise<MemoryTiles> {
  const store = new MemoryTiles()
  const result = await publishRows(store, rows.slice(0, size), by)
  if (!result.ok) throw new Error(result.detail)
  return store
}

const given = (note: string) => [{ source: 'kept.txt', note, isGiven: true }]
const publicKey = (rows: readonly StoredEvent[], of: KeyObject) => ({ name: logOrigin(rows[0] as StoredEvent), key: createPublicKey(of) })

/** RFC 6962, section 2.1, once more and in another way than the frontier: by halves, from the whole down. */
function naiveRoot(rows: readonly StoredEvent[]): Buffer {
  const sha = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
  if (rows.length === 0) return sha()
  if (rows.length === 1) return sha(Buffer.from([0]), logEntry(rows[0] as StoredEvent))
  let half = 1
  while (half * 2 < rows.length) half *= 2
  return sha(Buffer.from([1]), naiveRoot(rows.slice(0, half)), naiveRoot(rows.slice(half)))
}

/** A journal, how much of it was published, and a place in it. */
const journals = fc.tuple(fc.integer({ min: 3, max: 560 }), fc.nat(), fc.nat(), fc.string({ minLength: 1, maxLength: 4 })).map(([size, published, at, name]) => {
  const rows = signedJournal(size, key, name)
  return { rows, published: 2 + (published % (size - 1)), at: at % size }
})
const runs = { numRuns: 40 }

describe('verifying a journal', () => {
  it('that only grew finds its root, which a second implementation computes as well, and every checkpoint that was kept', async () => {
    await fc.assert(
      fc.asyncProperty(journals, async ({ rows, published }) => {
        const store = await publishedAt(rows, published)
        const early = store.checkpoint()
        await publishRows(store, rows, key)
        const result = await verify(rows, store, { kept: given(early), key: publicKey(rows, key) })
        expect(result).toMatchObject({ ok: true, events: rows.length, log: { size: rows.length, signed: rows.length, kept: 1, root: naiveRoot(rows).toString('base64') } })
      }),
      runs,
    )
  })

  it('finds a flipped, dropped, repeated or swapped event at its place', async () => {
    await fc.assert(
      fc.asyncProperty(journals, fc.constantFrom('at', 'kind', 'body', 'hash', 'previous' as const), async ({ rows, published, at }, field) => {
        const store = await publishedAt(rows, published)
        const row = rows[at] as StoredEvent
        const middle = at % (rows.length - 1)
        const [one, two] = [rows[middle] as StoredEvent, rows[middle + 1] as StoredEvent]
        expect(await verify(rows.with(at, { ...row, [field]: `${row[field]}x` }), store)).toMatchObject({ ok: false, brokenAt: at + 1 })
        expect(await verify(rows.toSpliced(middle, 1), store)).toMatchObject({ ok: false, brokenAt: middle + 1, problem: 'gap' })
        expect(await verify(rows.toSpliced(middle, 0, one), store)).toMatchObject({ ok: false, brokenAt: middle + 1, problem: 'order' })
        expect(await verify(rows.with(middle, two).with(middle + 1, one), store)).toMatchObject({ ok: false, brokenAt: middle + 1 })
      }),
      runs,
    )
  })

  it('finds that it was cut or rolled back, and where it ends', async () => {
    await fc.assert(
      fc.asyncProperty(journals, async ({ rows, published, at }) => {
        const store = await publishedAt(rows, published)
        const cut = Math.min(at, published - 1)
        expect(await verify(rows.slice(0, cut), store)).toMatchObject(cut === 0 ? { ok: false, brokenAt: 1, problem: 'forked' } : { ok: false, brokenAt: cut + 1, problem: 'rolled-back' })
        // With everything beside it rolled back as well, whoever kept a checkpoint still sees it.
        const late = await publishedAt(rows, rows.length)
        if (published < rows.length) {
          expect(await verify(rows.slice(0, published), store)).toMatchObject({ ok: true })
          expect(await verify(rows.slice(0, published), store, { kept: given(late.checkpoint()) })).toMatchObject({ ok: false, brokenAt: published + 1, problem: 'rolled-back' })
        }
      }),
      runs,
    )
  })

  it('finds a fork whose links are whole, at its first event', async () => {
    await fc.assert(
      fc.asyncProperty(journals, fc.nat(30), async ({ rows, published, at }, more) => {
        const store = await publishedAt(rows, published)
        const fork = Math.min(at, published - 1)
        const forged = continued(rows.slice(0, fork), numbered(published - fork + more, 'forged'))
        expect(await verify(forged, store)).toMatchObject({ ok: false, brokenAt: fork + 1, problem: 'forked' })
        // Rolled back, and gone on differently, but less far.
        const short = forged.slice(0, published - 1)
        expect(await verify(short, store)).toMatchObject({ ok: false, brokenAt: fork + 1, problem: fork < short.length ? 'forked' : 'rolled-back' })
      }),
      runs,
    )
  })

  it('finds a fork that was signed again with the stolen key, by a checkpoint that was kept', async () => {
    await fc.assert(
      fc.asyncProperty(journals, async ({ rows, published, at }) => {
        const kept = (await publishedAt(rows, published)).checkpoint()
        const fork = Math.max(2, Math.min(at, published - 1))
        if (fork >= published) return
        const forged = continued(rows.slice(0, fork), numbered(rows.length - fork, 'forged'))
        const store = await publishedAt(forged, forged.length)
        expect(await verify(forged, store)).toMatchObject({ ok: true })
        const early = (await publishedAt(rows, fork)).checkpoint()
        const result = await verify(forged, store, { kept: [...given(kept), { source: 'a note', note: early, isGiven: false }] })
        // Between the last checkpoint that agrees and the first that does not.
        expect(result).toMatchObject({ ok: false, brokenAt: fork + 1, problem: 'forked' })
      }),
      runs,
    )
  })

  it('finds a swapped key', async () => {
    await fc.assert(
      fc.asyncProperty(journals, async ({ rows, published }) => {
        // Only the checkpoint: signed by a key that the journal does not name.
        expect(await verify(rows, await publishedAt(rows, published, other))).toMatchObject({ ok: false, brokenAt: published, problem: 'checkpoint' })
        // Everything, from the event that introduces the key on: whoever knows the real key, or kept a checkpoint, sees it.
        const forged = continued(rows.slice(0, 1), [{ kind: 'key-introduced', body: { key: keyText(logOrigin(rows[0] as StoredEvent), other), endorsement: null } }, ...numbered(rows.length - 2, 'forged')])
        const store = await publishedAt(forged, forged.length, other)
        expect(await verify(forged, store, { key: publicKey(rows, other) })).toMatchObject({ ok: true })
        expect(await verify(forged, store, { key: publicKey(rows, key) })).toMatchObject({ ok: false, brokenAt: 2, problem: 'key' })
        expect(await verify(forged, store, { kept: given((await publishedAt(rows, published)).checkpoint()) })).toMatchObject({ ok: false, problem: 'checkpoint' })
      }),
      runs,
    )
  })

  it('finds a tile that was changed, cut or removed', async () => {
    await fc.assert(
      fc.asyncProperty(journals, fc.nat(), fc.constantFrom('flip', 'cut', 'remove', 'grow'), async ({ rows, published, at }, file, how) => {
        const store = await publishedAt(rows, published)
        const paths = [...store.files.keys()].filter((path) => path !== 'checkpoint')
        const path = paths[file % paths.length] as string
        const bytes = store.files.get(path) as Uint8Array
        if (how === 'remove') store.files.delete(path)
        else store.files.set(path, how === 'cut' ? bytes.subarray(0, -1) : how === 'grow' ? Buffer.concat([bytes, Buffer.from('x')]) : bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 1 : byte)))
        expect(await verify(rows, store)).toMatchObject({ ok: false, problem: 'tile', detail: expect.stringContaining(path) as string })
      }),
      runs,
    )
  })
})

describe('verifying a journal', () => {
  const rows = signedJournal(40, key)

  it('follows rotated keys from any that is trusted, and stops where nobody vouched', async () => {
    const origin = logOrigin(rows[0] as StoredEvent)
    const rotation = (endorsement: string | null) => continued(rows, [{ kind: 'key-introduced', body: { key: keyText(origin, other), endorsement } }, ...numbered(3, 'after')])
    const endorsed = rotation(endorseKey(keyText(origin, other), { name: origin, key }))
    const lost = rotation(null)
    for (const by of [key, other]) expect(await verify(endorsed, await publishedAt(endorsed, 44, other), { key: publicKey(rows, by) })).toMatchObject({ ok: true, log: { signed: 44 } })
    expect(await verify(lost, await publishedAt(lost, 44, other), { key: publicKey(rows, other) })).toMatchObject({ ok: true })
    expect(await verify(lost, await publishedAt(lost, 44, other), { key: publicKey(rows, key) })).toMatchObject({ ok: false, brokenAt: 41, problem: 'key' })
    // A retired key signs nothing that came after it.
    expect(await verify(endorsed, await publishedAt(endorsed, 44, key))).toMatchObject({ ok: false, brokenAt: 44, problem: 'checkpoint' })
    expect(await verify(endorsed, await publishedAt(endorsed, 40, key))).toMatchObject({ ok: true, log: { signed: 40 } })
    const forged = rotation(endorseKey(keyText(origin, other), { name: origin, key: other }))
    expect(await verify(forged, new MemoryTiles())).toMatchObject({ ok: false, brokenAt: 41, problem: 'key' })
  })

  it('names the key that signed, and a key that nobody vouched for as a problem, unless it is the one that is trusted', async () => {
    const origin = logOrigin(rows[0] as StoredEvent)
    const rotation = (endorsement: string | null) => continued(rows, [{ kind: 'key-introduced', body: { key: keyText(origin, other), endorsement } }])
    const endorsed = rotation(endorseKey(keyText(origin, other), { name: origin, key }))
    expect(await verify(endorsed, await publishedAt(endorsed, 40))).toMatchObject({ ok: true, log: { signed: 40, signer: keyText(origin, key) } })
    expect(await verify(endorsed, await publishedAt(endorsed, 41, other))).toMatchObject({ ok: true, log: { signed: 41, signer: keyText(origin, other) } })
    const foreign = rotation(null)
    for (const store of [await publishedAt(foreign, 40), await publishedAt(foreign, 41, other), new MemoryTiles()]) expect(await verify(foreign, store)).toMatchObject({ ok: false, brokenAt: 41, problem: 'key' })
    expect(await verify(foreign, await publishedAt(foreign, 41, other), { key: publicKey(rows, other) })).toMatchObject({ ok: true, log: { signer: keyText(origin, other) } })
    expect(await verify(foreign, await publishedAt(foreign, 40), { key: publicKey(rows, other) })).toMatchObject({ ok: false })
  })

  it.each([
    ['a key without an endorsement', 'key', 'key-introduced', { key: 'k' }],
    ['a key with a number for one', 'key', 'key-introduced', { key: 'k', endorsement: 5 }],
    ['a kind that is too long', 'malformed', 'k'.repeat(70_000), {}],
    ['a verdict without rules', 'decision', 'decision-made', { proposal: 'p', purpose: 'search', trial: 0, alpha: 0.05, decision: { verdict: 'accepted' }, basis: { revision: decisionRevision, rules: null, gates: {} } }],
    ['a verdict with wrong rules', 'decision', 'decision-made', { proposal: 'p', purpose: 'search', trial: 0, alpha: 0.05, decision: { verdict: 'accepted' }, basis: { revision: decisionRevision, rules: { cost: null }, gates: {} } }],
  ])('names %s with its event, though the links hold', async (_, problem, kind, body) => {
    const event = { kind, body } as unknown as NewEvent
    const facts = [{ kind: 'proposal-screened', body: { run: null, proposal: 'p', screening: {} } }, { kind: 'evaluation-recorded', body: { run: null, proposal: 'p', purpose: 'search', trial: 0, evaluation: { baselineTrouble: null, build: null, testRuns: [], metrics: [], oracles: [] } } }] as unknown as readonly NewEvent[]
    const odd = continued(rows, [...facts, event, ...numbered(2, 'after')])
    expect(await verify(odd, await publishedAt(rows, 40))).toMatchObject({ ok: false, brokenAt: 43, problem })
  })

  it('does not say that a note was signed which nobody signed, nor lets it hide what is certain', async () => {
    const store = await publishedAt(rows, 40)
    const note = (text: string) => ({ source: 'a note', note: text, isGiven: false })
    const origin = logOrigin(rows[0] as StoredEvent)
    const forged = signCheckpoint({ origin, size: 90, root: new Uint8Array(32) }, [{ name: origin, key: other }])
    const unsigned = { ok: false, problem: 'checkpoint', detail: expect.stringContaining('signed by no key that is known') as string }
    for (const text of [forged, store.checkpoint().replace('\n40\n', '\n41\n')]) expect(await verify(rows, store, { kept: [note(text)] })).toMatchObject(unsigned)
    // By a key of who verifies, which the journal does not name: that is evidence.
    expect(await verify(rows, store, { kept: [note(forged)], own: [createPublicKey(other)] })).toMatchObject({ ok: false, problem: 'rolled-back', brokenAt: 41 })
    const [early, late] = [signCheckpoint({ origin, size: 3, root: new Uint8Array(32) }, [{ name: origin, key: other }]), store.checkpoint()]
    expect(await verify(rows.slice(0, 30), await publishedAt(rows, 30), { kept: [note(early), note(late)] })).toMatchObject({ ok: false, problem: 'rolled-back', brokenAt: 31 })
  })

  it('is not deceived by a forger whose own key vouches for the one that is trusted', async () => {
    const [thief, origin] = [other, logOrigin(rows[0] as StoredEvent)]
    const forged = continued(rows.slice(0, 1), [{ kind: 'key-introduced', body: { key: keyText(origin, thief), endorsement: null } }, ...numbered(20, 'forged')])
    const crowned = continued(forged, [{ kind: 'key-introduced', body: { key: keyText(origin, key), endorsement: endorseKey(keyText(origin, key), { name: origin, key: thief }) } }])
    expect(await verify(crowned, await publishedAt(crowned, 22, thief), { key: publicKey(rows, key) })).toMatchObject({ ok: false, brokenAt: 22, problem: 'checkpoint' })
    expect(await verify(crowned, await publishedAt(crowned, 23, thief), { key: publicKey(rows, key) })).toMatchObject({ ok: false, brokenAt: 23, problem: 'checkpoint' })
  })

  it('says so where nothing was signed, and needs a signature where a key is given', async () => {
    expect(await verify(rows, new MemoryTiles())).toMatchObject({ ok: true, log: { signed: null } })
    expect(await verify(rows, new MemoryTiles(), { key: publicKey(rows, key) })).toMatchObject({ ok: false, problem: 'checkpoint' })
    const unsigned = continued([], numbered(3, 'old'))
    expect(await verify(unsigned, new MemoryTiles())).toMatchObject({ ok: true, log: { keys: [], signed: null } })
    expect(await verify(unsigned, new MemoryTiles(), { key: publicKey(rows, key) })).toMatchObject({ ok: false, problem: 'key' })
    expect(await verify([], new MemoryTiles())).toMatchObject({ ok: true, events: 0, log: { origin: null } })
  })

  it('takes a checkpoint of another log for wrong where it is given, and for another matter where it lies in a note', async () => {
    const stranger = (await publishedAt(signedJournal(5, key, 'else'), 5)).checkpoint()
    const store = await publishedAt(rows, 40)
    expect(await verify(rows, store, { kept: given(stranger) })).toMatchObject({ ok: false, brokenAt: 1, problem: 'forked' })
    expect(await verify(rows, store, { kept: [{ source: 'a note', note: stranger, isGiven: false }, { source: 'a scribble', note: 'hello', isGiven: false }] })).toMatchObject({ ok: true, log: { foreign: ['a note', 'a scribble'] } })
    expect(await verify(rows, store, { kept: given('hello') })).toMatchObject({ ok: false, problem: 'checkpoint' })
  })

  it('is not led astray by tiles that were forged to point elsewhere', async () => {
    const fork = continued(rows.slice(0, 20), numbered(20, 'forged'))
    const store = await publishedAt(rows, 40)
    // Entries of the real log, another checkpoint with its tiles: the checkpoint was signed by nobody whom the journal names.
    const forged = await publishedAt(fork, 40, other)
    store.files.set('checkpoint', Buffer.from(forged.checkpoint()))
    expect(await verify(rows, store)).toMatchObject({ ok: false, problem: 'checkpoint', brokenAt: 40 })
  })
})
