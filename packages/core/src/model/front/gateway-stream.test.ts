import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '../../adapters/model-providers/open-model.ts'
import { createTranscriptFiles } from '../../adapters/transcript-files/transcript-files.ts'
import type { JournalEvent } from '../../journal/event.ts'
import { modelsSchema } from '../../target/models-config.ts'
import { createMemoryJournal } from '../../testing/memory-journal.ts'
import { tickingClock } from '../../testing/sample-events.ts'
import { openGateway } from '../gateway.ts'
import { readRecording, type Recording } from '../recording.ts'
import { createRedactor } from '../redaction.ts'
import { unlimited } from '../spending-budget.ts'
import { verifyModelCalls } from '../verify-model-calls.ts'
import { createGatewayFront } from './create-gateway-front.ts'

let home = ''
const servers: Server[] = []
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-stream-'))
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(home, { recursive: true, force: true })
})

async function listening(server: Server): Promise<string> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const frame = (delta: object, reason: string | null = null, more: object = {}): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }], ...more })}\n\n`
const say = (content: string): string => frame({ content })
const usage = { usage: { prompt_tokens: 500, completion_tokens: 20, total_tokens: 520 } }
const ending = (reason = 'stop', more: object = usage): string => `${frame({}, reason, more)}data: [DONE]\n\n`
const tool = (call: object): string => frame({ tool_calls: [{ index: 0, ...call }] })
const withCall = [say('one '), say('two '), say('three.'), tool({ id: 't1', type: 'function', function: { name: 'edit', arguments: '' } }), tool({ function: { arguments: '{"path": ' } }), tool({ function: { arguments: '"a.js" }' } }), ending('tool_calls')]

type Upstream = (response: ServerResponse, count: number) => Promise<void> | void

let places = 0
interface Setting {
  readonly origin: string
  readonly asked: () => number
  readonly events: () => Promise<readonly JournalEvent[]>
  readonly directory: string
}

/** A real upstream, the provider that speaks to it, the gateway, and its front on a socket. */
async function setting(upstream: Upstream, { directory = path.join(home, String(places++)), before = [], recording, endpoint = {} }: { readonly directory?: string; readonly before?: readonly JournalEvent[]; readonly recording?: Recording; readonly endpoint?: object } = {}): Promise<Setting> {
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void upstream(response, ++count)
  })
  const [model] = Object.values(modelsSchema.parse({ use: { m: { provider: 'openai-compatible', model: 'some', url: `${await listening(server)}/v1`, key: 'K', timeout: '20s', stall: '20s', ...endpoint } } }).use)
  if (model === undefined) throw new TypeError('none')
  const journal = createMemoryJournal({ clock: tickingClock() })
  await journal.append(before)
  const gateway = await openGateway(
    { journal, index: journal, transcripts: createTranscriptFiles(directory), redactor: createRedactor(['secret-key-12']), clock: tickingClock(), wait: async () => undefined },
    { run: 'r1', limits: { run: unlimited, proposal: unlimited }, models: [{ model: { name: 'm', provider: 'openai-compatible', id: 'some' }, price: { input: 1, output: 1 }, maxOutputTokens: 4096, attempts: 3, provider: openModel({ endpoint: model, key: 'k', localOnly: true }) }], ...(recording === undefined ? {} : { recording }) },
  )
  const front = createGatewayFront({ gateway, grantOf: () => ({ label: 'agent', about: 'p1', model: 'm', isOnlyModel: true }) })
  const origin = await listening(createServer(getRequestListener(front)))
  const events = async (): Promise<readonly JournalEvent[]> => {
    const all: JournalEvent[] = []
    for await (const event of journal.read(0)) all.push(event)
    return all
  }
  return { origin, asked: () => count, events, directory }
}

const settledOf = (events: readonly JournalEvent[]) => events.flatMap((event) => (event.kind === 'model-call-settled' ? [event.body] : []))
const verified = (events: readonly JournalEvent[]) => verifyModelCalls((async function* () { yield* events })())

interface Heard {
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly input: string }[]
  readonly error: string | null
  readonly isEnded: boolean
  readonly usage: unknown
}

type Data = Readonly<Record<string, unknown>>
interface Client {
  readonly name: string
  readonly path: string
  readonly body: object
  readonly pick: (event: Data) => Picked
}

interface Picked {
  readonly text?: unknown
  readonly name?: unknown
  readonly input?: unknown
  readonly error?: unknown
  readonly isEnded?: boolean
  readonly usage?: readonly unknown[]
}

/** What lies there, or nothing. */
function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((found, key) => (typeof found === 'object' && found !== null ? (found as Readonly<Record<string | number, unknown>>)[key] : undefined), value)
}

function hear(events: readonly Data[], pick: Client['pick']): Heard {
  const all = events.map(pick)
  const calls: { readonly name: string; input: string }[] = []
  for (const { name, input } of all) {
    if (typeof name === 'string') calls.push({ name, input: '' })
    const last = calls.at(-1)
    if (last !== undefined && typeof input === 'string') last.input += input
  }
  const error = all.find((one) => typeof one.error === 'string')?.error
  return { text: all.map(({ text }) => (typeof text === 'string' ? text : '')).join(''), calls, error: typeof error === 'string' ? error : null, isEnded: all.some(({ isEnded }) => isEnded === true), usage: all.findLast((one) => one.usage?.[0] !== undefined)?.usage }
}

const messages = [{ role: 'user', content: 'hello' }]
const clients: readonly Client[] = [
  {
    name: 'OpenAI chat', path: '/v1/chat/completions', body: { model: 'x', stream: true, messages, max_tokens: 100 },
    pick: (event) => {
      const call = at(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function')
      return { text: at(event, 'choices', 0, 'delta', 'content'), name: at(call, 'name'), input: at(call, 'arguments'), error: at(event, 'error', 'message'), isEnded: typeof at(event, 'choices', 0, 'finish_reason') === 'string', usage: [at(event, 'usage', 'prompt_tokens'), at(event, 'usage', 'completion_tokens')] }
    },
  },
  {
    name: 'OpenAI responses', path: '/v1/responses', body: { model: 'x', stream: true, input: 'hello', max_output_tokens: 100 },
    pick: (event) => ({
      ...(event['type'] === 'response.output_text.delta' ? { text: event['delta'] } : event['type'] === 'response.function_call_arguments.delta' ? { input: event['delta'] } : event['type'] === 'response.output_item.added' ? { name: at(event, 'item', 'name') } : {}),
      error: event['type'] === 'response.failed' ? at(event, 'response', 'error', 'message') : null, isEnded: event['type'] === 'response.completed', ...(event['type'] === 'response.completed' ? { usage: [at(event, 'response', 'usage', 'input_tokens'), at(event, 'response', 'usage', 'output_tokens')] } : {}),
    }),
  },
  {
    name: 'Anthropic messages', path: '/v1/messages', body: { model: 'x', stream: true, messages, max_tokens: 100 },
    pick: (event) => ({ text: at(event, 'delta', 'text'), name: at(event, 'content_block', 'name'), input: at(event, 'delta', 'partial_json'), error: at(event, 'error', 'message'), isEnded: event['type'] === 'message_stop', usage: [at(event, 'usage', 'input_tokens'), at(event, 'usage', 'output_tokens')] }),
  },
  {
    name: 'Gemini', path: '/v1beta/models/x:streamGenerateContent?alt=sse', body: { contents: [{ parts: [{ text: 'hello' }] }], generationConfig: { maxOutputTokens: 100 } },
    pick: (event) => {
      const part = at(event, 'candidates', 0, 'content', 'parts', 0)
      const call = at(part, 'functionCall')
      return { text: at(part, 'text'), name: at(call, 'name'), input: call === undefined ? undefined : JSON.stringify(at(call, 'args')), error: at(event, 'error', 'message'), isEnded: at(event, 'candidates', 0, 'finishReason') !== undefined, usage: [at(event, 'usageMetadata', 'promptTokenCount'), at(event, 'usageMetadata', 'candidatesTokenCount')] }
    },
  },
]
const [chat] = clients as readonly [Client]

/** Reads events as they come; `heed` is told all so far with every one. */
async function read({ origin }: Setting, { path: place, body, pick }: Client, heed: (heard: Heard) => void = () => undefined, signal: AbortSignal | null = null): Promise<Heard & { readonly status: number }> {
  const response = await fetch(`${origin}${place}`, { method: 'POST', body: JSON.stringify(body), signal })
  const events: Data[] = []
  let text = ''
  if (response.status !== 200) return { ...hear([await response.json() as Data], pick), status: response.status }
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const one of frames) {
      const data = one.split('\n').find((line) => line.startsWith('data: '))?.slice(6) ?? '[DONE]'
      if (data !== '[DONE]') events.push(JSON.parse(data) as Data)
      heed(hear(events, pick))
    }
  }
  return { ...hear(events, pick), status: response.status }
}

/** An upstream that says the next only when the one before was heard: whoever collects a reply first would wait for ever. */
function inTurns(frames: readonly string[], isHeard: readonly ((heard: Heard) => boolean)[]): { readonly upstream: Upstream; readonly heed: (heard: Heard) => void } {
  const turns = frames.map(() => Promise.withResolvers<void>())
  return {
    upstream: async (response) => {
      for (const [index, one] of frames.entries()) {
        response.write(one)
        if (isHeard[index] !== undefined) await turns[index]?.promise
      }
      response.end()
    },
    heed: (sofar) => isHeard.forEach((is, index) => {
      if (is(sofar)) turns[index]?.resolve()
    }),
  }
}

/** An upstream that breaks off when its words were heard. */
function cutAfter(words: string): { readonly upstream: Upstream; readonly heed: (heard: Heard) => void } {
  const turn = Promise.withResolvers<void>()
  return {
    upstream: async (response) => {
      response.write(say(words))
      await turn.promise
      response.destroy()
    },
    heed: ({ text }) => {
      if (text === words) turn.resolve()
    },
  }
}

describe.each(clients)('a stream to a client that speaks $name', (client) => {
  const isGemini = client.name === 'Gemini'
  const begins = (words: string) => ({ text }: Heard): boolean => text.startsWith(words)
  const whole = { text: 'one two three.', calls: [{ name: 'edit', input: isGemini ? '{"path":"a.js"}' : '{"path": "a.js" }' }], error: null, isEnded: true, usage: [500, 20], status: 200 }

  it('goes out piece by piece while the model speaks, and is the same from the record and from a recording', async () => {
    const { upstream, heed } = inTurns(withCall, [begins('one'), begins('one two'), () => true, ({ calls }) => isGemini || calls.length === 1, ({ calls }) => isGemini || calls[0]?.input.startsWith('{') === true])
    const first = await setting(upstream)
    expect(await read(first, client, heed)).toEqual(whole)
    const events = await first.events()
    expect(events.map(({ kind }) => kind)).toEqual(['model-call-intended', 'model-call-settled'])
    expect(settledOf(events)).toMatchObject([{ outcome: 'answered', basis: 'usage', usage: { input: 500, output: 20 } }])
    expect(settledOf(events)[0]).not.toHaveProperty('shown')
    const never: Upstream = (response) => void response.destroy()
    const resumed = await setting(never, { directory: first.directory, before: events })
    expect(await read(resumed, client)).toEqual(whole)
    const recording = await readRecording((async function* () { yield* events })(), createTranscriptFiles(first.directory))
    const replayed = await setting(never, { recording })
    expect(await read(replayed, client)).toEqual(whole)
    expect([resumed.asked(), replayed.asked()]).toEqual([0, 0])
  })

  it('tries again before the first word, and not after it: then it ends with an error in its own words, and is paid', async () => {
    const cut = cutAfter('one ')
    const place = await setting((response, count) => (count === 1 ? void response.destroy() : cut.upstream(response, count)))
    expect(await read(place, client, cut.heed)).toMatchObject({ status: 200, text: 'one ', isEnded: false, error: expect.stringContaining('broke off') as string })
    const settled = settledOf(await place.events())
    expect(settled.map(({ code, basis, shown }) => [code, basis, shown])).toEqual([['cut-off', 'reserved', undefined], ['cut-off', 'reserved', true]])
    expect(place.asked()).toBe(2)
    expect(await verified(await place.events())).toMatchObject({ ok: true })
    const resumed = await setting((response) => void response.end(ending()), { directory: place.directory, before: await place.events() })
    expect(await read(resumed, client)).toMatchObject({ status: 200, text: '', isEnded: false, error: expect.stringContaining('broke off') as string })
    expect(resumed.asked()).toBe(0)
  })
})

describe('a stream', () => {
  it('ends the call when its reader goes away, and the call is paid', async () => {
    const closed = Promise.withResolvers<void>()
    const place = await setting((response) => {
      response.write(say('one '))
      response.once('close', () => closed.resolve())
    })
    const controller = new AbortController()
    await expect(read(place, chat, ({ text }) => (text === 'one ' ? controller.abort() : undefined), controller.signal)).rejects.toThrow()
    await closed.promise
    await expect.poll(async () => settledOf(await place.events()), { timeout: 10_000 }).toMatchObject([{ outcome: 'failed', code: 'cut-off', basis: 'reserved', shown: true }])
    expect(await verified(await place.events())).toMatchObject({ ok: true })
  })

  it.each([['stalled', { stall: '1s' }, 0], ['timed-out', { timeout: '1500ms' }, 20]] as const)('is ended when it has %s', async (code, endpoint, everyMs) => {
    const place = await setting((response) => {
      response.write(say('one '))
      if (everyMs === 0) return
      const timer = setInterval(() => response.write(say('more ')), everyMs)
      response.once('close', () => clearInterval(timer))
    }, { endpoint })
    expect(await read(place, chat)).toMatchObject({ text: expect.stringMatching(/^one /) as string, isEnded: false, error: expect.any(String) as string })
    expect(settledOf(await place.events()).at(-1)).toMatchObject({ outcome: 'failed', code, basis: 'reserved', shown: true })
  })

  it.each<[string, object]>([['no usage', {}], ['one that cannot be', { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }]])('is charged in full where it states %s', async (_, more) => {
    const place = await setting((response) => void response.end(`${say('one ')}${say('two')}${ending('stop', more)}`))
    expect(await read(place, chat)).toMatchObject({ text: 'one two', isEnded: true })
    expect(settledOf(await place.events())).toMatchObject([{ outcome: 'answered', basis: 'reserved' }])
  })

  it('tells no key, however it is cut into pieces, and what it told is what the record holds', async () => {
    const secret = `AKIA${'Q'.repeat(16)}`
    const text = `first, the key is secret-key-12 or ${Buffer.from('secret-key-12').toString('hex')}; ${secret} too.\n-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(20)}\n-----END PRIVATE KEY-----\nand on`
    const place = await setting((response) => void response.end(`${[...text].map(say).join('')}${ending('stop', { usage: { prompt_tokens: 500, completion_tokens: 90, total_tokens: 590 } })}`))
    const answer = await read(place, chat)
    expect(answer.text).toBe(createRedactor(['secret-key-12']).redact(text))
    for (const hidden of ['secret-key', secret, 'QUJD', '7365']) expect(answer.text).not.toContain(hidden)
    const [settled] = settledOf(await place.events())
    expect((await createTranscriptFiles(place.directory).load(settled?.transcript ?? ''))?.reply.text).toBe(answer.text)
  })

  it('that a kill cut off is lost and not asked for again; one that was whole is answered from the record', async () => {
    const { upstream, heed } = inTurns([say('one '), say('two'), ending()], [() => false])
    const place = await setting(upstream)
    const killed = Promise.withResolvers<readonly JournalEvent[]>()
    // What is on the disk when half of the reply is out is what a killed process leaves.
    const half = read(place, chat, ({ text }) => (text === 'one ' ? killed.resolve(place.events()) : heed({ text, calls: [], error: null, isEnded: false, usage: null })))
    const left = await killed.promise
    expect(left.map(({ kind }) => kind)).toEqual(['model-call-intended'])
    const resumed = await setting((response) => void response.end(ending()), { directory: place.directory, before: left })
    expect(await read(resumed, chat)).toMatchObject({ status: 410 })
    expect(resumed.asked()).toBe(0)
    expect(settledOf(await resumed.events())).toMatchObject([{ outcome: 'lost', basis: 'reserved' }])
    half.catch(() => undefined)
    const whole = await setting((response) => void response.end(`${say('one two')}${ending()}`))
    await read(whole, chat)
    const again = await setting((response) => void response.destroy(), { directory: whole.directory, before: (await whole.events()).slice(0, 1) })
    expect(await read(again, chat)).toMatchObject({ status: 200, text: 'one two', isEnded: true })
    expect([again.asked(), settledOf(await again.events())[0]?.outcome]).toEqual([0, 'answered'])
  })

  it('leaves a record in which another try after it, or half a reply that cost nothing, is found', async () => {
    const cut = cutAfter('one ')
    const place = await setting(cut.upstream)
    await read(place, chat, cut.heed)
    const [intended, settled] = await place.events()
    if (intended?.kind !== 'model-call-intended' || settled?.kind !== 'model-call-settled') throw new TypeError('other events')
    expect(await verified([intended, settled])).toMatchObject({ ok: true })
    expect(await verified([intended, settled, { ...intended, body: { ...intended.body, attempt: 2 } }])).toMatchObject({ ok: false, detail: expect.stringContaining('tried again') as string })
    expect(await verified([intended, { ...settled, body: { ...settled.body, code: 'overloaded', basis: 'nothing', charged: { nanoUsd: 0, tokens: 0, calls: 0 } } }])).toMatchObject({ ok: false })
  })

  it('keeps the order of a reply whose calls come mixed, and words that come after a call', async () => {
    const mixed = [say('first. '), ...[0, 1].map((index) => frame({ tool_calls: [{ index, id: `t${index}`, type: 'function', function: { name: `tool${index}`, arguments: '{"a":' } }] })), say('late'), frame({ tool_calls: [{ index: 1, function: { arguments: '1}' } }] }), frame({ tool_calls: [{ index: 0, function: { arguments: '0}' } }] }), ending('tool_calls')]
    for (const client of clients) {
      const place = await setting((response) => void response.end(mixed.join('')))
      const answer = await read(place, client)
      expect(answer).toMatchObject({ text: 'first. late', calls: [{ name: 'tool0', input: '{"a":0}' }, ...(client.name === 'Gemini' ? [] : [{ name: 'tool1', input: '{"a":1}' }])], isEnded: true })
    }
  })
})
