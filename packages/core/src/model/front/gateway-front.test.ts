import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '../../adapters/model-providers/open-model.ts'
import { createTranscriptFiles } from '../../adapters/transcript-files/transcript-files.ts'
import { modelsSchema, type ModelProviderName } from '../../target/models-config.ts'
import { createMemoryJournal } from '../../testing/memory-journal.ts'
import { tickingClock } from '../../testing/sample-events.ts'
import { openGateway } from '../gateway.ts'
import type { ModelReply, ModelRequest } from '../model-request.ts'
import { createRedactor } from '../redaction.ts'
import { unlimited } from '../spending-budget.ts'
import { createGatewayFront } from './create-gateway-front.ts'

let origin = ''
const asked: ModelRequest[] = []
let next: ModelReply
const server = createServer()

beforeAll(async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-front-'))
  afterAll(() => rm(directory, { recursive: true, force: true }))
  const journal = createMemoryJournal({ clock: tickingClock() })
  const gateway = await openGateway(
    { journal, index: journal, transcripts: createTranscriptFiles(directory), redactor: createRedactor([]), clock: tickingClock(), wait: async () => undefined },
    { run: 'r1', limits: { run: { nanoUsd: null, tokens: null, calls: 75 }, proposal: { ...unlimited, calls: 50 } }, models: [{ model: { name: 'own', provider: 'ollama', id: 'some-model' }, price: { input: 1, output: 1 }, maxOutputTokens: 4096, attempts: 1, provider: { ask: async (request) => {
      asked.push(request)
      return next
    } } }] },
  )
  const token = (request: Request): string | null => request.headers.get('x-api-key') ?? request.headers.get('x-goog-api-key') ?? request.headers.get('authorization')?.replace('Bearer ', '') ?? null
  const front = createGatewayFront({ gateway, grantOf: (request) => (token(request) === 'token-1' ? { label: 'agent 1', about: 'p1', model: 'own' } : token(request) === 'token-2' ? { label: 'agent 2', about: 'p2', model: 'own' } : null) })
  server.on('request', getRequestListener(front))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const tools = [{ name: 'read', description: 'reads a file', input: { type: 'object', properties: { path: { type: 'string' } } } }]
const conversation: ModelRequest = {
  system: 'be brief',
  messages: [{ role: 'user', text: 'look' }, { role: 'assistant', text: 'yes', toolCalls: [{ id: 'c1', name: 'read', input: '{"path":"a"}' }] }, { role: 'tool', callId: 'c1', name: 'read', text: 'content' }, { role: 'user', text: 'and now?' }],
  tools, maxOutputTokens: 300, temperature: 0.25,
}

/** Through the providers that others made: what they send is read, and what is answered they can read. */
describe.each([['openai-compatible', '/v1'], ['anthropic', '/v1'], ['google', '/v1beta']] as const)('the front for %s', (provider: ModelProviderName, at) => {
  const client = (key: string, stream: boolean) => {
    const [endpoint] = Object.values(modelsSchema.parse({ use: { m: { provider, model: 'whatever-model', url: `${origin}${at}`, key: 'K', stream, timeout: '5s', stall: '5s' } } }).use)
    if (endpoint === undefined) throw new TypeError('none')
    return openModel({ endpoint, key, localOnly: true })
  }
  const signal = new AbortController().signal

  it.each([true, false])('passes a conversation with tools on, and the answer back (streamed: %s)', async (stream) => {
    next = { text: 'now this', toolCalls: [{ id: 'c2', name: 'read', input: '{"path":"b"}' }], finish: 'tool-calls', usage: { input: 800, output: 30 } }
    const reply = await client('token-1', stream).ask(conversation, { signal })
    expect(reply).toMatchObject({ text: 'now this', finish: 'tool-calls', usage: { input: 800, output: 30 } })
    expect(reply.toolCalls.map(({ name, input }) => [name, JSON.parse(input)])).toEqual([['read', { path: 'b' }]])
    const seen = asked.at(-1)
    expect(seen).toMatchObject({ system: 'be brief', maxOutputTokens: 300, temperature: 0.25 })
    expect(seen?.messages.map(({ role, text }) => [role, text.replace(/^\{.*content.*\}$/, 'content')])).toEqual([['user', 'look'], ['assistant', 'yes'], ['tool', 'content'], ['user', 'and now?']])
    expect(seen?.tools?.map(({ name }) => name)).toEqual(['read'])
  })

  it('refuses who has no token, and who has spent what it may', async () => {
    next = { text: 'ok', toolCalls: [], finish: 'stop', usage: { input: 100, output: 3 } }
    await expect(client('stolen', true).ask(conversation, { signal })).rejects.toMatchObject({ code: 'unauthorised' })
    const calls = await Promise.allSettled(Array.from({ length: 60 }, () => client('token-2', false).ask({ ...conversation, messages: [{ role: 'user', text: `for ${provider}` }] }, { signal })))
    const refused = calls.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThanOrEqual(10)
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'request-refused' } })
  })
})

describe('the front for responses', () => {
  const post = (body: object, path = '/v1/responses') => fetch(`${origin}${path}`, { method: 'POST', headers: { authorization: 'Bearer token-1' }, body: JSON.stringify(body) })
  const body = { model: 'own', instructions: 'be brief', input: [{ role: 'user', content: [{ type: 'input_text', text: 'look' }] }, { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{}' }, { type: 'function_call_output', call_id: 'c1', output: 'content' }], max_output_tokens: 50 }

  it('answers whole and streamed', async () => {
    next = { text: 'done', toolCalls: [{ id: 'c2', name: 'read', input: '{}' }], finish: 'tool-calls', usage: { input: 100, output: 9 } }
    expect(await (await post(body)).json()).toMatchObject({ status: 'completed', output: [{ type: 'message', content: [{ text: 'done' }] }, { type: 'function_call', call_id: 'c2', name: 'read' }], usage: { input_tokens: 100 } })
    expect(asked.at(-1)).toMatchObject({ system: 'be brief', messages: [{ role: 'user', text: 'look' }, { role: 'assistant' }, { role: 'tool', name: 'read', text: 'content' }], maxOutputTokens: 50 })
    const text = await (await post({ ...body, stream: true })).text()
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(expect.arrayContaining(['response.created', 'response.output_text.delta', 'response.function_call_arguments.done', 'response.completed']))
  })

  it('makes one turn of what a model said and called in one, so that every call stands beside its result', async () => {
    next = { text: 'done', toolCalls: [], finish: 'stop', usage: { input: 100, output: 9 } }
    const call = (id: string): object => ({ type: 'function_call', call_id: id, name: 'read', arguments: '{}' })
    const result = (id: string): object => ({ type: 'function_call_output', call_id: id, output: `of ${id}` })
    await post({ ...body, input: [{ role: 'user', content: 'look' }, { role: 'assistant', content: [{ type: 'output_text', text: 'both' }] }, call('c1'), { type: 'reasoning', summary: [] }, call('c2'), result('c1'), result('c2'), call('c3'), result('c3')] })
    expect(asked.at(-1)?.messages).toEqual([
      { role: 'user', text: 'look' },
      { role: 'assistant', text: 'both', toolCalls: [{ id: 'c1', name: 'read', input: '{}' }, { id: 'c2', name: 'read', input: '{}' }] },
      { role: 'tool', callId: 'c1', name: 'read', text: 'of c1' },
      { role: 'tool', callId: 'c2', name: 'read', text: 'of c2' },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c3', name: 'read', input: '{}' }] },
      { role: 'tool', callId: 'c3', name: 'read', text: 'of c3' },
    ])
  })

  it('gives tools of a namespace names of one word, and their calls both words again', async () => {
    next = { text: '', toolCalls: [{ id: 'c2', name: 'mcp__own--read_it', input: '{}' }, { id: 'c3', name: '--odd--', input: '{}' }], finish: 'tool-calls', usage: { input: 100, output: 9 } }
    const tools = [{ type: 'function', name: 'read', parameters: { type: 'object' } }, { type: 'namespace', name: 'mcp__own', tools: [{ type: 'function', name: 'read_it', description: 'reads', parameters: { type: 'object' } }, { type: 'custom', name: 'other' }] }, { type: 'web_search' }]
    const input = [{ role: 'user', content: 'look' }, { type: 'function_call', call_id: 'c1', name: 'read_it', namespace: 'mcp__own', arguments: '{}' }, { type: 'function_call_output', call_id: 'c1', output: 'content' }]
    const calls = [{ call_id: 'c2', name: 'read_it', namespace: 'mcp__own' }, { call_id: 'c3', name: '--odd--' }]
    expect(await (await post({ ...body, tools, input })).json()).toMatchObject({ output: calls })
    expect(asked.at(-1)?.tools?.map(({ name }) => name)).toEqual(['read', 'mcp__own--read_it'])
    expect(asked.at(-1)?.messages.slice(1)).toEqual([{ role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'mcp__own--read_it', input: '{}' }] }, { role: 'tool', callId: 'c1', name: 'mcp__own--read_it', text: 'content' }])
    const streamed = await (await post({ ...body, tools, input, stream: true })).text()
    expect(streamed).toContain('"call_id":"c2","namespace":"mcp__own","name":"read_it"')
  })

  it.each([false, true])('takes no name apart that it did not put together (streamed: %s)', async (stream) => {
    const offered = (name: string): object => ({ type: 'function', name, parameters: { type: 'object' } })
    // Plain, in spite of a field that is none of the interface; of a namespace that holds the sign itself; named like one that is plain; and offered by nobody.
    const tools = [{ ...offered('db--drop'), namespace: 'db' }, offered('x--y'), { type: 'namespace', name: 'a--b', tools: [offered('c')] }, { type: 'namespace', name: 'x', tools: [offered('y')] }]
    const names = ['db--drop', 'a--b--c', 'x--y', 'other--tool']
    next = { text: '', toolCalls: names.map((name, index) => ({ id: `c${index}`, name, input: '{}' })), finish: 'tool-calls', usage: { input: 100, output: 9 } }
    const text = await (await post({ ...body, tools, input: [{ role: 'user', content: `look ${stream}` }], stream })).text()
    const last = text.split('\n').findLast((line) => line.startsWith('data: {'))
    const { output } = stream ? (JSON.parse(last?.slice('data: '.length) ?? '') as { readonly response: { readonly output: readonly object[] } }).response : (JSON.parse(text) as { readonly output: readonly object[] })
    expect(output.map((item) => ({ name: null, namespace: null, ...item })).map(({ name, namespace }) => [namespace, name])).toEqual([[null, 'db--drop'], ['a--b', 'c'], [null, 'x--y'], [null, 'other--tool']])
  })

  it('names a picture that a tool found, where it refuses one that is shown', async () => {
    next = { text: 'done', toolCalls: [], finish: 'stop', usage: { input: 100, output: 9 } }
    const call = { type: 'function_call', call_id: 'c1', name: 'view_image', arguments: '{}' }
    await post({ ...body, input: [{ role: 'user', content: 'look' }, call, { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_image', image_url: 'data:,' }, { type: 'input_text', text: 'a cat' }] }] })
    expect(asked.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', text: '[input_image: only text can be passed on]\na cat' })
    const messages = (shown: object): object[] => [{ role: 'user', content: 'look' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'Read', input: {} }] }, { role: 'user', content: [shown] }]
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } }
    expect((await post({ model: 'own', max_tokens: 50, messages: messages({ type: 'tool_result', tool_use_id: 'c1', content: [image] }) }, '/v1/messages')).status).toBe(200)
    expect(asked.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', name: 'Read', text: '[image: only text can be passed on]' })
    expect((await post({ model: 'own', max_tokens: 50, messages: messages(image) }, '/v1/messages')).status).toBe(400)
    const picture = { inlineData: { mimeType: 'image/png', data: '' } }
    const contents = (parts: readonly object[]): object[] => [{ role: 'user', parts: [{ text: 'look' }] }, { role: 'model', parts: [{ text: 'yes' }, { functionCall: { name: 'read_file', args: {} } }] }, { role: 'user', parts }]
    expect((await post({ contents: contents([{ functionResponse: { name: 'read_file', response: { output: 'a picture' } } }, picture]) }, '/v1beta/models/own:generateContent')).status).toBe(200)
    expect(asked.at(-1)?.messages.slice(1)).toEqual([{ role: 'assistant', text: 'yes', toolCalls: [{ id: 'call_1_0', name: 'read_file', input: '{}' }] }, { role: 'tool', callId: 'call_1_0', name: 'read_file', text: '{"output":"a picture"}' }, { role: 'user', text: '[a part that is no text: only text can be passed on]' }])
    expect((await post({ contents: contents([picture]) }, '/v1beta/models/own:generateContent')).status).toBe(400)
  })

  it('passes on rules that stand between the turns of Anthropic messages', async () => {
    next = { text: 'done', toolCalls: [], finish: 'stop', usage: { input: 100, output: 9 } }
    const response = await post({ model: 'own', max_tokens: 50, system: 'be brief', messages: [{ role: 'user', content: 'look' }, { role: 'system', content: [{ type: 'text', text: 'be kind' }] }] }, '/v1/messages?beta=true')
    expect(response.status).toBe(200)
    expect(asked.at(-1)).toMatchObject({ system: 'be brief\n\nbe kind', messages: [{ role: 'user', text: 'look' }] })
  })

  it.each([
    ['no JSON', '{', 400], ['no model', '{"input":"x"}', 400], ['a picture', '{"model":"own","input":[{"role":"user","content":[{"type":"input_image"}]}]}', 400],
  ])('refuses %s', async (_, raw, status) => {
    const response = await fetch(`${origin}/v1/responses`, { method: 'POST', headers: { authorization: 'Bearer token-1' }, body: raw })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) as string } })
  })

  it('lists models, and serves nothing else', async () => {
    const get = (at: string) => fetch(`${origin}${at}`, { headers: { authorization: 'Bearer token-1' } })
    expect(await (await get('/v1/models')).json()).toMatchObject({ data: [{ id: 'own' }] })
    expect((await get('/v1/files')).status).toBe(404)
    expect((await post({}, '/v1/embeddings')).status).toBe(404)
  })
})
