import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { plausibleUsage } from '../../model/count-tokens.ts'
import { isPassing, mayCost, ModelError } from '../../model/model-error.ts'
import type { ModelReply, ModelRequest } from '../../model/model-request.ts'
import { modelsSchema, type ModelProviderName } from '../../target/models-config.ts'
import { startStandIn, type StandIn, type StandInAnswer } from '../../testing/stand-in-models.ts'
import { openModel } from './open-model.ts'

const request: ModelRequest = { system: 'You edit code.', messages: [{ role: 'user', text: 'Make it faster.' }], temperature: 0.5, maxOutputTokens: 500 }

const dialects = [['openai-compatible', 'openai'], ['openai', 'openai'], ['anthropic', 'anthropic'], ['google', 'google']] as const

function endpointOf(provider: ModelProviderName, url: string, more: object = {}) {
  const [endpoint] = Object.values(modelsSchema.parse({ use: { m: { provider, model: 'some-model', url, key: 'SOME_KEY', stall: '150ms', timeout: '600ms', ...more } } }).use)
  if (endpoint === undefined) throw new TypeError('no endpoint')
  return endpoint
}

async function failure(promise: Promise<unknown>): Promise<ModelError> {
  const error = await promise.then(() => null, (reason: unknown) => reason)
  if (!(error instanceof ModelError)) throw new TypeError(`expected a ModelError, got ${String(error)}`)
  return error
}

const answering = (answer: StandInAnswer): Promise<StandIn> => startStandIn(() => answer)
const open = (provider: ModelProviderName, server: StandIn, dialect: keyof StandIn['url'], more?: object) => openModel({ endpoint: endpointOf(provider, server.url[dialect], more), key: 'secret-key-1', localOnly: false })
const signal = new AbortController().signal

describe.each(dialects)('%s', (provider, dialect) => {
  it.each([true, false])('gives text, usage and reason (streamed: %s), with the key in a header only', async (stream) => {
    await using server = await answering({ kind: 'text', text: 'some words', usage: { input: 1000, output: 3 } })
    const deltas: string[] = []
    const reply = await open(provider, server, dialect, { stream }).ask(request, { signal, observe: (delta) => void deltas.push(delta.kind === 'text' ? delta.text : '') })
    expect(reply).toEqual({ text: 'some words', toolCalls: [], finish: 'stop', usage: { input: 1000, output: 3 } })
    expect(deltas.join('')).toBe(stream ? 'some words' : '')
    const [sent] = server.requests
    expect(Object.values(sent?.headers ?? {}).join()).toContain('secret-key-1')
    expect(sent?.path).not.toContain('secret')
    expect(sent?.prompt).toContain('Make it faster.')
    expect(sent?.body).toContain('500')
  })

  it.each([true, false])('gives tool calls (streamed: %s)', async (stream) => {
    await using server = await answering({ kind: 'tool', name: 'edit_file', input: '{"path":"a.js"}' })
    const tools = [{ name: 'edit_file', description: 'edits', input: { type: 'object', properties: { path: { type: 'string' } } } }]
    const reply = await open(provider, server, dialect, { stream }).ask({ ...request, tools }, { signal })
    expect(reply.toolCalls.map(({ name, input }) => [name, JSON.parse(input)])).toEqual([['edit_file', { path: 'a.js' }]])
    expect(reply.finish).toBe('tool-calls')
  })

  it.each<[string, { readonly input: unknown; readonly output: unknown } | null]>([
    ['missing', null],
    ['negative', { input: -5, output: -1 }],
    ['no numbers', { input: 'many', output: [] }],
    ['absurd', { input: 1e300, output: 9e15 }],
    ['a fraction', { input: 0.5, output: 1.5 }],
  ])('gives the text where the usage is %s, and never a figure that could pass for one', async (_, usage) => {
    for (const stream of [true, false]) {
      await using server = await answering({ kind: 'text', text: 'some words', usage })
      const outcome = await open(provider, server, dialect, { stream }).ask(request, { signal }).then((reply) => reply, (error: unknown) => error)
      // Who checks the form of a reply may refuse it as a whole: then it counts as paid.
      if (outcome instanceof ModelError) expect([outcome.code, mayCost(outcome.code)]).toEqual(['bad-reply', true])
      else expect([(outcome as ModelReply).text, plausibleUsage(request, outcome as ModelReply)]).toEqual(['some words', null])
    }
  })

  it('says that a reply was cut short by the limit', async () => {
    await using server = await answering({ kind: 'text', text: 'half', finish: 'length' })
    expect((await open(provider, server, dialect).ask(request, { signal })).finish).toBe('length')
  })

  it.each<[string, StandInAnswer, readonly [code: string, passes: boolean, costs: boolean]]>([
    ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, ['rate-limited', true, false]],
    ['503', { kind: 'status', status: 503 }, ['overloaded', true, false]],
    ['500', { kind: 'status', status: 500 }, ['server-failed', true, true]],
    ['401', { kind: 'status', status: 401 }, ['unauthorised', false, false]],
    ['404', { kind: 'status', status: 404, body: 'not json' }, ['request-refused', false, false]],
    ['a redirect to elsewhere', { kind: 'status', status: 307, headers: { location: 'http://192.0.2.1/' } }, ['host-refused', false, false]],
    ['silence', { kind: 'stall' }, ['stalled', true, true]],
    ['silence after some words', { kind: 'stall', after: 'some' }, ['stalled', true, true]],
    ['a broken connection', { kind: 'cut', after: 'some', clean: false }, ['cut-off', true, true]],
    ['a stream that just ends', { kind: 'cut', after: 'some', clean: true }, ['cut-off', true, true]],
    ['a slow drip', { kind: 'drip', everyMs: 30 }, ['timed-out', false, true]],
  ])('makes a failure of %s', async (_, answer, expected) => {
    await using server = await answering(answer)
    const error = await failure(open(provider, server, dialect).ask(request, { signal }))
    expect([error.code, isPassing(error.code), mayCost(error.code)]).toEqual(expected)
    expect(error.retryAfterMs).toBe(answer.kind === 'status' && answer.status === 429 ? 7000 : null)
    expect(server.requests).toHaveLength(1)
  })

  it.each([true, false])('makes a failure of bad JSON that may cost (streamed: %s)', async (stream) => {
    await using server = await answering({ kind: 'bad-json' })
    const { code } = await failure(open(provider, server, dialect, { stream }).ask(request, { signal }))
    expect(['bad-reply', 'cut-off']).toContain(code)
    expect(mayCost(code)).toBe(true)
  })

  it('ends at once when it is aborted, with the reason of whoever did', async () => {
    await using server = await answering({ kind: 'stall', after: 'some' })
    const controller = new AbortController()
    const asked = open(provider, server, dialect, { stall: '1m', timeout: '1m' }).ask(request, { signal: controller.signal })
    setTimeout(() => controller.abort(new RangeError('enough')), 50)
    await expect(asked).rejects.toThrow('enough')
  })
})

it('takes 4 MiB of a reply and no more', async () => {
  await using server = await answering({ kind: 'text', text: 'x'.repeat(5 * 1024 * 1024) })
  expect((await failure(open('openai-compatible', server, 'openai', { timeout: '20s', stall: '20s' }).ask(request, { signal }))).code).toBe('reply-too-large')
})

it.each([[200, true], [200, false], [500, false]] as const)('reads no more than 16 MiB of an answer with status %s, whatever it is (streamed: %s)', async (status, stream) => {
  let sent = 0
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': stream ? 'text/event-stream' : 'application/json' })
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, ' '))) sent++
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const { code } = await failure(openModel({ endpoint: endpointOf('openai-compatible', url, { timeout: '20s', stall: '20s', stream }), key: 'k', localOnly: false }).ask(request, { signal }))
    expect(code).toBe('reply-too-large')
    expect(sent).toBeLessThan(64)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

it('never says the key in a failure', async () => {
  await using server = await startStandIn(({ headers }) => ({ kind: 'status', status: 400, body: JSON.stringify({ error: { message: `bad: ${headers.authorization}` } }) }))
  const error = await failure(open('openai-compatible', server, 'openai').ask(request, { signal }))
  expect(JSON.stringify([error.message, error.remedy, error.cause])).not.toContain('secret-key-1')
})

describe('localOnly', () => {
  const ask = (url: string) => openModel({ endpoint: endpointOf('openai-compatible', url), key: null, localOnly: true })

  it('lets this machine answer, by address and by name', async () => {
    await using server = await answering({ kind: 'text', text: 'here' })
    for (const url of [server.url.openai, server.url.openai.replace('127.0.0.1', 'localhost')]) expect((await openModel({ endpoint: endpointOf('openai-compatible', url), key: 'k', localOnly: true }).ask(request, { signal })).text).toBe('here')
  })

  it.each(['http://192.0.2.1/v1', 'http://169.254.169.254/v1', 'http://[2001:db8::1]/v1', 'http://3221225985/v1', 'http://[::ffff:192.0.2.1]/v1'])('refuses %s', async (url) => {
    expect((await failure(openModel({ endpoint: endpointOf('openai-compatible', url), key: 'k', localOnly: true }).ask(request, { signal }))).code).toBe('host-refused')
  })

  it('says what is missing without a key', async () => {
    expect((await failure(ask('http://127.0.0.1:9/v1').ask(request, { signal }))).code).toBe('key-missing')
  })
})
