import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTranscriptFiles } from '../adapters/transcript-files/transcript-files.ts'
import type { JournalEvent } from '../journal/event.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { tickingClock } from '../testing/sample-events.ts'
import { mostInputTokens } from './count-tokens.ts'
import { openGateway, type CallRefusal, type Gateway, type GatewayModel, type GatewayOptions } from './gateway.ts'
import { ModelError } from './model-error.ts'
import type { ModelProvider } from './model-provider.ts'
import type { ModelReply, ModelRequest } from './model-request.ts'
import { readRecording } from './recording.ts'
import { createRedactor } from './redaction.ts'
import type { ReplyPiece } from './reply-flow.ts'
import { unlimited } from './spending-budget.ts'
import { verifyModelCalls } from './verify-model-calls.ts'

let root = ''
let places = 0
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'ratchet-gateway-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const request: ModelRequest = { system: 'short', messages: [{ role: 'user', text: 'hello there' }], maxOutputTokens: 100 }
const price = { input: 1000, output: 5000 }
const worst = mostInputTokens(request) * price.input + 100 * price.output
const reply = (change: Partial<ModelReply> = {}): ModelReply => ({ text: 'fine', toolCalls: [], finish: 'stop', usage: { input: 20, output: 2 }, ...change })
const signal = new AbortController().signal

type Ask = (request: ModelRequest, count: number) => Promise<ModelReply> | ModelReply

function setting(directory = path.join(root, String(places++)), journal = createMemoryJournal({ clock: tickingClock() })) {
  const waited: number[] = []
  let count = 0
  const ports = { journal, index: journal, transcripts: createTranscriptFiles(directory), redactor: createRedactor(['secret-key-12']), clock: tickingClock(), wait: async (ms: number) => void waited.push(ms) }
  const open = (ask: Ask, options: Partial<GatewayOptions> = {}, model: Partial<GatewayModel> = {}): Promise<Gateway> =>
    openGateway(ports, {
      run: 'r1',
      models: [{ model: { name: 'm', provider: 'ollama', id: 'some' }, provider: { ask: async (asked) => ask(asked, ++count) }, price, maxOutputTokens: 4096, attempts: 3, ...model }],
      limits: { run: unlimited, proposal: unlimited },
      ...options,
    })
  const events = async (): Promise<readonly JournalEvent[]> => {
    const all: JournalEvent[] = []
    for await (const event of journal.read(0)) all.push(event)
    return all
  }
  return { directory, journal, ports, open, events, waited, asked: () => count }
}

const call = (label: string, change: object = {}) => ({ model: 'm', purpose: 'propose' as const, label, about: label, request, ...change })
const verify = async (journal: ReturnType<typeof setting>['journal']) => verifyModelCalls(journal.read(0))

describe('the gateway', () => {
  it('writes the intent first, then the reply, then the outcome, and charges what was used', async () => {
    const { open, events, directory, journal } = setting()
    const seen: string[] = []
    const gateway = await open(async () => {
      seen.push(...(await events()).map(({ kind }) => kind))
      return reply()
    })
    const answer = await gateway.ask(call('step 1'), { signal })
    expect(answer).toMatchObject({ kind: 'answered', reply: { text: 'fine' }, cost: 20 * 1000 + 2 * 5000 })
    expect(seen).toEqual(['model-call-intended'])
    const [intended, settled] = await events()
    if (intended?.kind !== 'model-call-intended' || settled?.kind !== 'model-call-settled') throw new TypeError('other events')
    expect(intended.body).toMatchObject({ call: settled.body.call, reserved: { nanoUsd: worst, calls: 1 } })
    expect(settled.body).toMatchObject({ outcome: 'answered', basis: 'usage', charged: { nanoUsd: 30_000, tokens: 22, calls: 1 } })
    expect(await createTranscriptFiles(directory).load(settled.body.transcript ?? '')).toMatchObject({ label: 'step 1', reply: { text: 'fine' } })
    expect(await verify(journal)).toEqual({ ok: true, calls: 1 })
  })

  it('answers the same call again from its transcript, in another process as well, whatever is asked then', async () => {
    const first = setting()
    await (await first.open(() => reply())).ask(call('step 1'), { signal })
    const again = setting(first.directory, first.journal)
    const gateway = await again.open(() => reply({ text: 'never' }))
    expect(gateway.spent).toEqual({ nanoUsd: 30_000, tokens: 22, calls: 1 })
    expect(await gateway.ask(call('step 1', { request: { ...request, system: 'other' } }), { signal })).toMatchObject({ kind: 'answered', reply: { text: 'fine' }, cost: 30_000 })
    expect(again.asked()).toBe(0)
  })

  it.each<[string, ModelReply['usage']]>([
    ['missing', { input: null, output: null }],
    ['negative', { input: -5, output: 2 }],
    ['no whole number', { input: 1.5, output: Number.NaN }],
    ['nothing for a text that is there', { input: 20, output: 0 }],
    ['nothing for a prompt that was sent', { input: 0, output: 2 }],
    ['more than was asked for', { input: 20, output: 101 }],
    ['more than the prompt can have, and less than was kept in all', { input: mostInputTokens(request) + 1, output: 2 }],
  ])('charges the worst case where the usage is %s', async (_, usage) => {
    const { open, events, journal } = setting()
    await (await open(() => reply({ usage }))).ask(call('step 1'), { signal })
    expect((await events())[1]?.body).toMatchObject({ outcome: 'answered', basis: 'reserved', usage: null, charged: { nanoUsd: worst } })
    expect(await verify(journal)).toMatchObject({ ok: true })
  })

  it.each<[string, ModelReply['usage']]>([
    ['honestly, because the bound was wrong', { input: 20, output: 6_030_000 }],
    ['of one kind only', { input: null, output: 6_030_000 }],
    ['beyond all numbers', { input: Number.MAX_SAFE_INTEGER, output: 2 }],
  ])('charges what is stated where that is more than was kept, %s, and asks that model no more', async (_, usage) => {
    const first = setting()
    const limits = { run: { nanoUsd: 1e9, tokens: null, calls: 10 }, proposal: unlimited }
    const gateway = await first.open(() => reply({ usage }), { limits })
    expect(await gateway.ask(call('step 0'), { signal })).toMatchObject({ kind: 'answered' })
    for (let step = 1; step < 10; step++) expect(await gateway.ask(call(`step ${step}`), { signal })).toMatchObject({ kind: 'refused', reason: 'overcharged' })
    expect(first.asked()).toBe(1)
    const [intended, settled] = await first.events()
    if (intended?.kind !== 'model-call-intended' || settled?.kind !== 'model-call-settled') throw new TypeError('other events')
    expect(settled.body).toMatchObject({ outcome: 'answered', basis: 'stated' })
    expect(settled.body.charged.nanoUsd).toBeGreaterThan(worst)
    expect(gateway.spent).toEqual(settled.body.charged)
    expect(await verify(first.journal)).toEqual({ ok: true, calls: 1 })
    const again = setting(first.directory, first.journal)
    const resumed = await again.open(() => reply(), { limits: { run: unlimited, proposal: unlimited } })
    expect(resumed.spent).toEqual(settled.body.charged)
    expect(await resumed.ask(call('step 11'), { signal })).toMatchObject({ reason: 'overcharged' })
    const check = async (...list: readonly JournalEvent[]) => verifyModelCalls((async function* () { yield* list })())
    expect(await check(intended, { ...settled, body: { ...settled.body, basis: 'usage' } })).toMatchObject({ ok: false })
    expect(await check(intended, { ...settled, body: { ...settled.body, charged: intended.body.reserved } })).toMatchObject({ ok: false })
    expect(await check({ ...intended, body: { ...intended.body, limits: unlimited } }, settled, { ...intended, body: { ...intended.body, limits: unlimited, attempt: 2 } })).toMatchObject({ ok: false, detail: expect.stringContaining('stated more') as string })
  })

  it('tries again after what passes, waits as long as it is told, and charges what may have been answered', async () => {
    const { open, events, waited, journal } = setting()
    const gateway = await open((_, count) => {
      if (count === 1) throw new ModelError('rate-limited', 'busy', { retryAfterMs: 5000 })
      if (count === 2) throw new ModelError('stalled', 'silent')
      return reply()
    })
    expect(await gateway.ask(call('step 1'), { signal })).toMatchObject({ kind: 'answered' })
    expect(waited[0]).toBeGreaterThanOrEqual(5000)
    expect(waited).toHaveLength(2)
    const charges = (await events()).flatMap((event) => (event.kind === 'model-call-settled' ? [[event.body.attempt, event.body.basis, event.body.charged.nanoUsd]] : []))
    expect(charges).toEqual([[1, 'nothing', 0], [2, 'reserved', worst], [3, 'usage', 30_000]])
    expect(await verify(journal)).toMatchObject({ ok: true })
  })

  it('hears nothing of a try that is over, however long its stream goes on', async () => {
    const tries: ((text: string) => void)[] = []
    const failing: ModelProvider = {
      ask: async (_, { observe }) => {
        const say = (text: string): void => observe?.({ kind: 'text', text })
        // Also what an earlier try says while a later one speaks.
        for (const earlier of tries) earlier('ghost ')
        if (tries.push(say) === 1) throw new ModelError('stalled', 'nothing came')
        say('right ')
        return reply({ text: 'right words' })
      },
    }
    const told: ReplyPiece[] = []
    const gateway = await setting().open(() => reply(), {}, { provider: failing })
    expect(await gateway.ask(call('step 1'), { signal, observe: (piece) => void told.push(piece) })).toMatchObject({ kind: 'answered', reply: { text: 'right words' } })
    for (const say of tries) say('ghost ')
    expect(told.map((piece) => (piece.kind === 'text' ? piece.text : piece.kind)).join('')).toBe('right words')
  })

  it('gives up after its tries, and on what never passes at once; a refusal is an answer', async () => {
    const busy = setting()
    const gateway = await busy.open(() => { throw new ModelError('overloaded', 'busy') })
    expect(await gateway.ask(call('a'), { signal })).toMatchObject({ kind: 'refused', reason: 'overloaded' })
    expect(busy.asked()).toBe(3)
    const closed = setting()
    expect(await (await closed.open(() => { throw new ModelError('unauthorised', 'no') })).ask(call('a'), { signal })).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
    expect(closed.asked()).toBe(1)
    expect(await (await closed.open(() => { throw new ModelError('rate-limited', 'later', { retryAfterMs: 3_600_000 }) })).ask(call('b'), { signal })).toMatchObject({ reason: 'rate-limited' })
    expect(closed.waited).toEqual([])
  })

  it('keeps to its limits with fifty callers at once, and never passes them by anything', async () => {
    const { open, journal } = setting()
    const cap = worst * 7 + 12_345
    let running = 0
    let most = 0
    const gateway = await open(async (_, count) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, count % 7))
      running--
      return reply(count % 3 === 0 ? { usage: { input: null, output: null } } : {})
    }, { limits: { run: { nanoUsd: cap, tokens: null, calls: null }, proposal: unlimited } })
    const answers = []
    for (let round = 0; round < 4; round++) answers.push(...(await Promise.all(Array.from({ length: 50 }, (_, k) => gateway.ask(call(`step ${round}-${k}`), { signal })))))
    expect(most).toBe(7)
    expect(gateway.spent.nanoUsd).toBeLessThanOrEqual(cap)
    expect(answers.some((answer) => answer.kind === 'refused' && answer.reason === 'budget')).toBe(true)
    expect(answers.filter(({ kind }) => kind === 'answered').length).toBeGreaterThan(7)
    expect(await verify(journal)).toMatchObject({ ok: true })
  })

  it.each([['tokens', { tokens: 3_000 }], ['calls', { calls: 2 }]] as const)('keeps to a limit in %s for each proposal', async (_, limit) => {
    const { open } = setting()
    const gateway = await open(() => reply({ usage: { input: 1_100, output: 50 } }), { limits: { run: unlimited, proposal: { ...unlimited, ...limit } } })
    const ask = (about: string, label: string) => gateway.ask(call(label, { about }), { signal })
    expect([await ask('a', '1'), await ask('a', '2'), await ask('a', '3'), await ask('b', '4')].map(({ kind }) => kind)).toEqual(['answered', 'answered', 'refused', 'answered'])
  })

  it('asks nobody whose price is not known where a limit in money holds', async () => {
    const { open, asked } = setting()
    const limits = { run: { nanoUsd: 1e12, tokens: null, calls: null }, proposal: unlimited }
    expect(await (await open(() => reply(), { limits }, { price: null })).ask(call('a'), { signal })).toMatchObject({ reason: 'price-unknown' })
    expect(asked()).toBe(0)
    expect(await (await open(() => reply(), {}, { price: null })).ask(call('b'), { signal })).toMatchObject({ kind: 'answered' })
  })

  it('leaves a record in which every charge that was changed, dropped or invented is found', async () => {
    const { open, events } = setting()
    await (await open(() => reply(), { limits: { run: { nanoUsd: worst, tokens: null, calls: null }, proposal: unlimited } })).ask(call('step 1'), { signal })
    const [intended, settled] = await events()
    if (intended?.kind !== 'model-call-intended' || settled?.kind !== 'model-call-settled') throw new TypeError('other events')
    const check = async (...list: readonly JournalEvent[]) => verifyModelCalls((async function* () { yield* list })())
    expect(await check(intended, settled)).toMatchObject({ ok: true })
    const other = (body: object): JournalEvent => ({ ...settled, body: { ...settled.body, ...body } })
    const forged = [other({ charged: { ...settled.body.charged, nanoUsd: 1 } }), other({ charged: { nanoUsd: 0, tokens: 0, calls: 0 }, basis: 'nothing' }), other({ usage: { input: 1, output: 1 } }), other({ basis: 'reserved' }), other({ transcript: null }), other({ attempt: 2 })]
    for (const one of forged) expect(await check(intended, one)).toMatchObject({ ok: false, problem: 'model-call' })
    const free = { outcome: 'failed', usage: null, transcript: null, charged: { nanoUsd: 0, tokens: 0, calls: 0 }, basis: 'nothing' }
    for (const code of ['stalled', 'cut-off', 'server-failed', null]) expect(await check(intended, other({ ...free, code }))).toMatchObject({ ok: false, problem: 'model-call' })
    expect(await check(intended, other({ ...free, outcome: 'lost', code: null }))).toMatchObject({ ok: false })
    for (const code of ['rate-limited', 'unreachable']) expect(await check(intended, other({ ...free, code }))).toMatchObject({ ok: true })
    expect(await check(settled)).toMatchObject({ ok: false })
    expect(await check(intended, { ...intended, body: { ...intended.body, attempt: 2 } })).toMatchObject({ ok: false, detail: expect.stringContaining('did not have room') as string })
  })

  it('counts a call that a kill cut off as spent, and never asks for it again', async () => {
    const first = setting()
    const killed = new AbortController()
    const gateway = await first.open(() => new Promise<ModelReply>(() => undefined))
    void gateway.ask(call('step 1'), { signal: killed.signal })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await first.events()).map(({ kind }) => kind)).toEqual(['model-call-intended'])
    const after = setting(first.directory, first.journal)
    const resumed = await after.open(() => reply())
    expect(resumed.spent.nanoUsd).toBe(worst)
    expect(await resumed.ask(call('step 1'), { signal })).toMatchObject({ kind: 'refused', reason: 'lost' })
    expect(after.asked()).toBe(0)
    expect(await verify(first.journal)).toMatchObject({ ok: true })
  })

  it('finds the reply of a call whose outcome was not written down any more', async () => {
    const whole = setting()
    await (await whole.open(() => reply())).ask(call('step 1'), { signal })
    const cut = setting(whole.directory)
    const [intended] = await whole.events()
    if (intended?.kind !== 'model-call-intended') throw new TypeError('no intent')
    await cut.journal.append([intended])
    const resumed = await cut.open(() => reply({ text: 'never' }))
    expect(await resumed.ask(call('step 1'), { signal })).toMatchObject({ kind: 'answered', reply: { text: 'fine' } })
    expect([cut.asked(), resumed.spent.nanoUsd]).toEqual([0, 30_000])
  })

  it('takes no transcript that was changed for the reply', async () => {
    const first = setting()
    await (await first.open(() => reply())).ask(call('step 1'), { signal })
    const folder = (await readdir(first.directory)).find((name) => name.length === 2) ?? ''
    const [file] = await readdir(path.join(first.directory, folder))
    const place = path.join(first.directory, folder, file ?? '')
    await writeFile(place, (await readFile(place, 'utf8')).replace('fine', 'evil'))
    expect(await (await setting(first.directory, first.journal).open(() => reply())).ask(call('step 1'), { signal })).toMatchObject({ kind: 'refused', reason: 'lost' })
  })

  it('lets no key out: not to the model, not into transcripts, not into what is used', async () => {
    const { open, directory, events } = setting()
    const key = 'secret-key-12'
    const spellings = [key, Buffer.from(`x${key}`).toString('base64'), Buffer.from(key).toString('hex'), [...key].toReversed().join(''), [...key].join(' '), key.toUpperCase()]
    let sent: ModelRequest | null = null
    const gateway = await open((asked) => {
      sent = asked
      return reply({ text: `the key is ${spellings.join(' or ')}`, toolCalls: [{ id: key, name: 'x', input: JSON.stringify({ key }) }], usage: { input: 60, output: 60 } })
    })
    const answer = await gateway.ask(call('step 1', { request: { ...request, messages: [{ role: 'user', text: `const a = "${key}"; AKIA${'Q'.repeat(16)}` }] } }), { signal })
    const everything = JSON.stringify([sent, answer, await events(), ...(await Promise.all((await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8'))))])
    for (const spelling of [...spellings, 'AKIAQQQ', Buffer.from(key).toString('base64').slice(0, 12)]) expect(everything).not.toContain(spelling)
  })

  it('replays a recording with nothing sent and nothing spent, failures included', async () => {
    const recorded = setting()
    const gateway = await recorded.open((_, count) => {
      if (count === 2) throw new ModelError('request-refused', 'no')
      return reply({ text: `answer ${count}` })
    })
    for (const label of ['a', 'b', 'c']) await gateway.ask(call(label), { signal })
    const replayed = setting()
    const recording = await readRecording(recorded.journal.read(0), recorded.ports.transcripts)
    const again = await replayed.open(() => reply({ text: 'never' }), { recording, limits: { run: { nanoUsd: 1, tokens: 1, calls: 1 }, proposal: unlimited } })
    const answers = []
    for (const [label, change] of [['a', {}], ['b', {}], ['c', {}], ['d', {}], ['c2', {}]] as const) answers.push(await again.ask(call(label, change), { signal }))
    expect(answers).toMatchObject([{ reply: { text: 'answer 1' } }, { reason: 'request-refused' }, { reply: { text: 'answer 3' } }, { reason: 'recording-missing' }, { reason: 'recording-missing' }])
    expect(await (await setting().open(() => reply(), { recording })).ask(call('a', { request: { ...request, system: 'other' } }), { signal })).toMatchObject({ reason: 'recording-missing' })
    expect([replayed.asked(), again.spent, replayed.waited]).toEqual([0, { nanoUsd: 0, tokens: 0, calls: 0 }, []])
    expect(await verify(replayed.journal)).toMatchObject({ ok: true })
  })

  it('replays what the recorded run had no room for, tried again, or lost, as it was; and goes on with a replay that was killed', async () => {
    const recorded = setting()
    const limits = { run: { nanoUsd: 3 * worst, tokens: null, calls: null }, proposal: unlimited }
    const said: Ask = (_, count) => {
      if (count === 1) throw new ModelError('overloaded', 'busy\u202e\nsecret-key-12')
      if (count === 3) throw new ModelError('server-failed', 'broken')
      if (count === 4) throw new ModelError('bad-reply', `no\n\treply: ${'x'.repeat(1000)}`)
      return reply()
    }
    const gateway = await recorded.open(said, { limits })
    const ask = async (of: Gateway, labels: readonly string[]) => {
      const answers = []
      for (const label of labels) answers.push(await of.ask(call(label), { signal }))
      return answers.map((answer) => (answer.kind === 'answered' ? [answer.kind, answer.transcript, answer.cost] : [answer.reason, answer.detail]))
    }
    // Try 3 fails in a way that may have cost, and so does try 4: then there is room for less than one call.
    const labels = ['a', 'b', 'c', 'd']
    const first = await ask(gateway, labels)
    expect(first.map(([kind]) => kind)).toEqual(['answered', 'bad-reply', 'budget', 'budget'])
    expect(JSON.stringify(await recorded.events())).not.toContain('secret-key-12')
    const recording = await readRecording(recorded.journal.read(0), recorded.ports.transcripts)
    const replayed = setting()
    const again = await replayed.open(() => reply({ text: 'never' }), { recording, limits: { run: unlimited, proposal: unlimited } })
    expect(await ask(again, labels)).toEqual(first)
    expect([replayed.asked(), again.spent, replayed.waited]).toEqual([0, { nanoUsd: 0, tokens: 0, calls: 0 }, []])
    const attempts = (events: readonly JournalEvent[]) => events.flatMap((event) => (event.kind === 'model-call-settled' ? [[event.body.attempt, event.body.code, event.body.detail]] : []))
    expect(attempts(await replayed.events())).toEqual(attempts(await recorded.events()))
    // A kill after every event that the replay wrote: whatever was cut off is read again, and costs nothing.
    const events = await replayed.events()
    for (let cut = 1; cut < events.length; cut++) {
      const killed = setting()
      await killed.journal.append(events.slice(0, cut))
      for (const event of events.slice(0, cut + 1)) {
        const transcript = event.kind === 'model-call-settled' && event.body.transcript !== null ? await replayed.ports.transcripts.load(event.body.transcript) : null
        if (transcript !== null) await killed.ports.transcripts.save(transcript)
      }
      const resumed = await killed.open(() => reply({ text: 'never' }), { recording, limits: { run: unlimited, proposal: unlimited } })
      expect(await ask(resumed, labels)).toEqual(first)
      expect(await verify(killed.journal)).toMatchObject({ ok: true })
      expect([killed.asked(), resumed.spent.nanoUsd]).toEqual([0, 0])
    }
  })

  it('replays whose budget was spent: what an agent used up itself is no end of the run', async () => {
    const one = { nanoUsd: null, tokens: null, calls: 1 }
    const asked = [['a', { granted: { to: 'agent', limits: one } }], ['b', { granted: { to: 'agent', limits: one } }], ['c', { about: 'p' }], ['d', { about: 'p' }], ['e', {}]] as const
    const limits = { run: { ...one, calls: 2 }, proposal: one }
    const scopes = async (of: Gateway) => {
      const found = []
      for (const [label, change] of asked) {
        const answer = await of.ask(call(label, change), { signal })
        found.push(answer.kind === 'refused' ? [answer.reason, answer.scope] : [answer.kind])
      }
      return found
    }
    const recorded = setting()
    const first = await scopes(await recorded.open(() => reply(), { limits }))
    expect(first).toEqual([['answered'], ['budget', 'grant'], ['answered'], ['budget', 'run'], ['budget', 'run']])
    const recording = await readRecording(recorded.journal.read(0), recorded.ports.transcripts)
    expect(await scopes(await setting().open(() => reply(), { limits, recording }))).toEqual(first)
  })

  it('replays a call that a kill cut off as lost', async () => {
    const first = setting()
    void (await first.open(() => new Promise<ModelReply>(() => undefined))).ask(call('a'), { signal: new AbortController().signal })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { isRecorded, ...lost } = (await (await setting(first.directory, first.journal).open(() => reply())).ask(call('a'), { signal })) as CallRefusal
    expect(isRecorded).toBe(true)
    const replayed = setting()
    const recording = await readRecording(first.journal.read(0), first.ports.transcripts)
    expect(await (await replayed.open(() => reply(), { recording })).ask(call('a'), { signal })).toEqual(lost)
    expect(await verify(replayed.journal)).toMatchObject({ ok: true })
  })
})
