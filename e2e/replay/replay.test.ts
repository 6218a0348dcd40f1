import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalEvent } from '@ratchet/core'
import { createTranscriptFiles } from '@ratchet/core/adapters/transcript-files/transcript-files'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyJournal, type JournalVerification } from '../../packages/core/src/cycle/verify-journal.ts'
import type { NewEvent } from '../../packages/core/src/journal/event.ts'
import { createMemoryJournal } from '../../packages/core/src/testing/memory-journal.ts'
import { MemoryTiles } from '../../packages/core/src/testing/signed-journal.ts'
import { startStandIn, type StandIn } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, ratchet, startRatchet, type Outcome, type Target } from '../target.ts'
import { cloneOf, eventsOf, modelTarget, outcomeHashes, withKey, withoutKey } from './recorded-run.ts'
import { standInKey, variedReplies } from './varied-replies.ts'

type Of<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { readonly kind: Kind }>

let server: StandIn
let target: Target
let recorded: readonly JournalEvent[] = []
let asked = 0
const of = <Kind extends JournalEvent['kind']>(events: readonly JournalEvent[], kind: Kind): readonly Of<Kind>[] => events.filter((event): event is Of<Kind> => event.kind === kind)
const ofRun = (events: readonly JournalEvent[], run: string): readonly JournalEvent[] => events.filter(({ body }) => 'run' in body && body.run === run)
const charges = (events: readonly JournalEvent[]): number => of(events, 'model-call-settled').reduce((sum, { body }) => sum + body.charged.nanoUsd, 0)
const run = async (...args: readonly string[]): Promise<Outcome> => ratchet(['run', ...args, '--target', target.directory], { environment: withKey(target.configHome) })

beforeAll(async () => {
  server = await startStandIn(variedReplies())
  target = await makeTarget(modelTarget(server.url.openai, 5))
  expect((await run('--seed', '11')).code).toBe(0)
  recorded = await eventsOf(target.directory)
  asked = server.requests.length
}, 120_000)

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

describe('a run of proposals by models', () => {
  it('holds good replies and bad ones, and what they cost', () => {
    expect(of(recorded, 'proposal-made').length).toBeGreaterThan(4)
    expect(of(recorded, 'step-skipped').filter(({ body }) => body.refusal !== undefined).length).toBeGreaterThan(0)
    expect(new Set([...of(recorded, 'step-skipped').flatMap(({ body }) => body.refusal?.code ?? []), ...of(recorded, 'model-call-settled').flatMap(({ body }) => body.code ?? [])]).size).toBeGreaterThan(1)
    expect(charges(recorded)).toBeGreaterThan(0)
  })

  it('is made again elsewhere, to the hash of every proposal, refusal and decision, without key, network or cost', async () => {
    const clone = await cloneOf(target)
    const { code, stderr } = await ratchet(['run', '--replay', target.directory, '--target', clone.directory], { environment: withoutKey(clone.configHome) })
    expect([code, stderr]).toEqual([0, expect.any(String)])
    const replayed = await eventsOf(clone.directory)
    expect(outcomeHashes(replayed)).toEqual(outcomeHashes(recorded))
    expect([charges(replayed), server.requests.length - asked]).toEqual([0, 0])
    expect(of(replayed, 'model-call-settled').map(({ body }) => [body.attempt, body.code, body.detail, body.transcript === null])).toEqual(of(recorded, 'model-call-settled').map(({ body }) => [body.attempt, body.code, body.detail, body.transcript === null]))
    expect((await ratchet(['verify', '--target', clone.directory], { environment: withoutKey(clone.configHome) })).code).toBe(0)
  }, 60_000)

  it('is gone on with after a kill of its replay, from the recording that it was made from, not from the last one', async () => {
    const replay = startRatchet(['run', '--replay', '--target', target.directory], { environment: withoutKey(target.configHome) })
    const begun = async (): Promise<Of<'run-started'> | undefined> => of(await eventsOf(target.directory), 'run-started').find(({ body }) => body.replayed === true)
    for (let wait = 0; wait < 600; wait++) {
      const started = await begun()
      if (started !== undefined && of(ofRun(await eventsOf(target.directory), started.body.run), 'decision-made').length > 0) break
      await sleep(50)
    }
    replay.child.kill('SIGKILL')
    await replay.outcome
    expect((await run('--seed', '12', '--evaluations', '1')).code).not.toBe(1)
    const [started, before] = [await begun(), server.requests.length]
    const first = of(recorded, 'run-started')[0]?.body.run ?? ''
    expect(started?.body.recording).toBe(first)
    const resumed = await ratchet(['run', '--resume', started?.body.run ?? '', '--replay', '--target', target.directory], { environment: withoutKey(target.configHome) })
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.any(String)])
    // Under a run id of its own the ids of proposals differ; what was proposed and decided does not.
    const all = await eventsOf(target.directory)
    const [left, right] = [ofRun(all, first), ofRun(all, started?.body.run ?? '')]
    expect(of(right, 'proposal-made').map(({ body }) => [body.step, body.tree])).toEqual(of(left, 'proposal-made').map(({ body }) => [body.step, body.tree]))
    expect(of(right, 'step-skipped').map(({ body }) => [body.step, body.refusal?.code, body.refusal?.detail])).toEqual(of(left, 'step-skipped').map(({ body }) => [body.step, body.refusal?.code, body.refusal?.detail]))
    expect(of(right, 'decision-made').map(({ body }) => [body.purpose, body.decision.verdict])).toEqual(of(left, 'decision-made').map(({ body }) => [body.purpose, body.decision.verdict]))
    expect([charges(right), server.requests.length - before]).toEqual([0, 0])
    expect((await ratchet(['verify', '--target', target.directory])).code).toBe(0)
  }, 90_000)
})

describe('verify', () => {
  /** The record as somebody would forge it who links it again and knows every rule but those of models. */
  async function verified(change: (event: JournalEvent) => object | null): Promise<JournalVerification> {
    const journal = createMemoryJournal({ clock: () => new Date(0) })
    // Without what the log's own key comes in at the end.
    for (const event of recorded.filter(({ kind }) => kind !== 'key-introduced' && !kind.startsWith('attestation-'))) {
      const changed = change(event)
      await journal.append([{ kind: event.kind, body: changed ?? event.body } as NewEvent])
    }
    return verifyJournal(journal.stored(), { store: new MemoryTiles(), kept: [], key: null, transcripts: createTranscriptFiles(path.join(target.directory, '.ratchet', 'transcripts')) })
  }
  const made = (): Of<'proposal-made'> => of(recorded, 'proposal-made').filter(({ body }) => body.proposal.model !== undefined)[1]!
  const refused = (): Of<'step-skipped'> => of(recorded, 'step-skipped').find(({ body }) => body.refusal?.model != null)!
  const withModel = (change: object) => (event: JournalEvent): object | null => (event.kind === 'proposal-made' && event.sequence === made().sequence ? { ...event.body, proposal: { ...event.body.proposal, model: { ...event.body.proposal.model, ...change } } } : null)

  it('finds nothing in the record as it is, and counts what it read', async () => {
    expect(await verified(() => null)).toMatchObject({ ok: true, transcripts: { missing: 0, read: of(recorded, 'model-call-settled').filter(({ body }) => body.transcript !== null).length } })
  })

  it('finds a proposal that names calls which were never made, were made later, or stand behind another one', async () => {
    const other = of(recorded, 'proposal-made')[0]?.body.proposal.model
    const later = of(recorded, 'model-call-settled').find(({ body, sequence }) => sequence > made().sequence && body.transcript !== null)?.body
    const forged: readonly [object, string][] = [
      [{ calls: ['0123456789abcdef'], transcripts: [made().body.proposal.model?.transcripts[0]] }, 'not in the journal before it'],
      [{ calls: [later?.call], transcripts: [later?.transcript] }, 'not in the journal before it'],
      [{ calls: [], transcripts: [] }, '0 calls'],
      [{ ...other, nanoUsd: 1 }, 'which something else rests on'],
      [{ transcripts: made().body.proposal.model?.transcripts.map(() => '0'.repeat(64)) }, 'another transcript'],
      [{ promptDigest: '0'.repeat(64) }, 'another prompt'],
      [{ nanoUsd: 0 }, 'cost'],
      [{ name: 'large' }, 'as its model'],
    ]
    for (const [change, detail] of forged) expect(await verified(withModel(change))).toMatchObject({ ok: false, problem: 'model-call', brokenAt: made().sequence, detail: expect.stringContaining(detail) as string })
  })

  it('finds a refusal that hides what it cost, and a transcript that was swapped, changed or taken for another', async () => {
    const cheap = await verified((event) => (event.sequence === refused().sequence && event.kind === 'step-skipped' ? { ...event.body, refusal: { ...event.body.refusal, model: { ...event.body.refusal?.model, nanoUsd: 12 } } } : null))
    expect(cheap).toMatchObject({ ok: false, problem: 'model-call', brokenAt: refused().sequence })
    const answered = of(recorded, 'model-call-settled').filter(({ body }) => body.transcript !== null)
    const swapped = await verified((event) => (event.sequence === answered[0]?.sequence ? { ...event.body, transcript: answered[1]?.body.transcript } : null))
    expect(swapped).toMatchObject({ ok: false, problem: 'model-call', brokenAt: answered[0]?.sequence })
    const file = path.join(target.directory, '.ratchet', 'transcripts', answered[2]?.body.transcript?.slice(0, 2) ?? '', `${answered[2]?.body.transcript}.json`)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"finish"', '"finish" '))
    expect(await verified(() => null)).toMatchObject({ ok: false, brokenAt: answered[2]?.sequence, detail: expect.stringContaining('is not what was written down') as string })
    await rm(file)
    expect(await verified(() => null)).toMatchObject({ ok: true, transcripts: { missing: 1 } })
    await writeFile(file, text)
  })

  it('finds no key in what was kept', async () => {
    const folder = path.join(target.directory, '.ratchet', 'transcripts')
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    expect((await Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')))).join()).not.toContain(standInKey)
    expect(JSON.stringify(recorded)).not.toContain(standInKey)
  })
})
