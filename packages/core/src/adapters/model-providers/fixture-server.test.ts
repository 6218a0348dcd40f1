import { LLMock, type FixtureOpts } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mayCost, ModelError } from '../../model/model-error.ts'
import type { ModelRequest } from '../../model/model-request.ts'
import { modelsSchema, type ModelProviderName } from '../../target/models-config.ts'
import { openModel } from './open-model.ts'

/** A server that others made, and keep in step with the providers: what ours gets wrong about an interface it would get wrong on both sides. */
let server: LLMock
const words = 'Ask for less of it, and keep what is there already for whoever comes again.'
const faulty: readonly (readonly [string, FixtureOpts])[] = [
  ['stalls', { latency: 60_000 }],
  ['is cut', { chunkSize: 4, truncateAfterChunks: 3 }],
  ['breaks', { chunkSize: 4, latency: 20, disconnectAfterMs: 60 }],
  ['drips', { chunkSize: 1, latency: 60 }],
  ['is dropped', { chaos: { dropRate: 1 } }],
  ['is malformed', { chaos: { malformedRate: 1 } }],
  ['is too many', { chaos: { rateLimitRate: 1 } }],
  ['hangs up', { chaos: { disconnectRate: 1 } }],
]

beforeAll(async () => {
  server = new LLMock({ port: 0 })
  server.onMessage('plain', { content: words })
  server.onMessage('tools', { toolCalls: [{ name: 'edit_file', arguments: '{"path":"a.js"}' }] })
  server.onMessage('429', { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429 })
  server.onMessage('500', { error: { message: 'broken', type: 'server_error' }, status: 500 })
  for (const [name, options] of faulty) server.onMessage(name, { content: words.repeat(4) }, options)
  await server.start()
})
afterAll(() => server.stop())

const tools = [{ name: 'edit_file', description: 'edits', input: { type: 'object', properties: { path: { type: 'string' } } } }]

describe.each<[ModelProviderName, string]>([['openai-compatible', '/v1'], ['openai', '/v1'], ['anthropic', '/v1'], ['google', '/v1beta']])('%s at a fixture server from elsewhere', (provider, place) => {
  const ask = (text: string, more: object = {}, request: Partial<ModelRequest> = {}) => {
    const [endpoint] = Object.values(modelsSchema.parse({ use: { m: { provider, model: 'some-model', url: `${server.url}${place}`, key: 'SOME_KEY', stall: '250ms', timeout: '800ms', ...more } } }).use)
    if (endpoint === undefined) throw new TypeError('no endpoint')
    return openModel({ endpoint, key: 'k', localOnly: true }).ask({ system: 'You edit code.', messages: [{ role: 'user', text }], maxOutputTokens: 500, ...request }, { signal: new AbortController().signal })
  }
  const failure = async (text: string, more: object = {}): Promise<string> => {
    const error = await ask(text, more).then(() => null, (reason: unknown) => reason)
    if (!(error instanceof ModelError)) throw new TypeError(`expected a ModelError, got ${String(error)}`)
    return `${error.code}${mayCost(error.code) ? ', may cost' : ''}`
  }

  it.each([true, false])('gives text and calls of tools (streamed: %s)', async (stream) => {
    expect(await ask('plain', { stream })).toMatchObject({ text: words, finish: 'stop' })
    const reply = await ask('tools', { stream }, { tools })
    expect(reply.toolCalls.map(({ name, input }) => [name, JSON.parse(input)])).toEqual([['edit_file', { path: 'a.js' }]])
  })

  it('makes of every fault what it is, and of none that may have been answered one that costs nothing', async () => {
    const said = Object.fromEntries(await Promise.all(['429', '500', ...faulty.map(([name]) => name)].map(async (name) => [name, await failure(name)] as const)))
    expect(said).toEqual({
      '429': 'rate-limited', '500': 'server-failed, may cost', 'stalls': 'stalled, may cost', 'is cut': 'cut-off, may cost', 'breaks': 'cut-off, may cost', 'drips': 'timed-out, may cost', 'is dropped': 'server-failed, may cost', 'is malformed': expect.stringMatching(/^(?:bad-reply|cut-off), may cost$/) as string, 'is too many': 'rate-limited', 'hangs up': 'cut-off, may cost',
    })
  })
})
