import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openChatModel } from './chat-model.ts'
import { tools } from './tools.ts'
import type { Line } from './trajectory.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
let cleanup = new AsyncDisposableStack()
afterEach(async () => {
  await cleanup.disposeAsync()
  cleanup = new AsyncDisposableStack()
})

interface Asked {
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: { readonly model: string; readonly max_tokens: number; readonly messages: readonly Readonly<Record<string, unknown>>[]; readonly tools: readonly { readonly function: { readonly name: string } }[] }
}

type Say = (response: ServerResponse) => void
const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Say => (response) => void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
const words = (content: string): Say => json({ choices: [{ message: { content }, finish_reason: 'stop' }], usage: { prompt_tokens: 7, completion_tokens: 3 } })
const calling = (name: string, given: unknown): Say => json({ choices: [{ message: { content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name, arguments: given } }] }, finish_reason: 'tool_calls' }] })

/** A server that says these things in turn, at a unix socket or at a port. */
async function serve(says: readonly Say[], socket?: string): Promise<{ readonly asked: Asked[]; readonly port: number }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void (async () => {
      asked.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(await text(request)) as Asked['body'] })
      const say = says[asked.length - 1] ?? words('Done.')
      say(response)
    })()
  })
  server.listen(socket ?? { port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  cleanup.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, port: socket === undefined ? (server.address() as AddressInfo).port : 0 }
}

async function ask(says: readonly Say[], signal = new AbortController().signal): Promise<{ readonly reply: unknown; readonly lines: readonly Line[]; readonly waits: readonly number[]; readonly asked: readonly Asked[] }> {
  const lines: Line[] = []
  const waits: number[] = []
  const { asked, port } = await serve(says)
  const model = openChatModel({ address: { url: new URL(`http://127.0.0.1:${port}/v1/chat/completions`), token: 't' }, model: 'm', replyTokens: 50, trajectory: (line) => void lines.push(line), wait: async (ms) => void waits.push(ms) })
  const reply = await model.ask([{ role: 'user', text: 'Hello' }], tools, signal).catch((error: unknown) => error)
  return { reply, lines, waits, asked }
}

describe('a chat model', () => {
  it('asks in the words of chat completions', async () => {
    const { reply, asked, lines } = await ask([calling('read', '{"path": "a"}')])
    expect(reply).toEqual({ text: '', calls: [{ id: 'c1', name: 'read', written: '{"path": "a"}' }], tokens: 0, isCut: false })
    expect(asked[0]).toMatchObject({ url: '/v1/chat/completions', authorization: 'Bearer t', body: { model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'Hello' }] } })
    expect(asked[0]?.body.tools.map(({ function: { name } }) => name)).toEqual(['read', 'list', 'search', 'edit', 'write', 'run'])
    expect(lines).toEqual([{ kind: 'model', call: 1, tokens: 0, text: '', tools: ['read'] }])
  })

  it('asks again, later and later, when it is busy or broken, and no more often than that', async () => {
    const { reply, waits, lines } = await ask([json('', 429, { 'retry-after': '3' }), json('', 500), (response) => void response.destroy(), words('Here.')])
    expect(reply).toMatchObject({ text: 'Here.', tokens: 10 })
    expect(waits).toEqual([3000, 1000, 2000])
    expect(lines.map((line) => (line.kind === 'retry' ? line.status : line.kind))).toEqual([429, 500, null, 'model'])
    const given = await ask(Array.from({ length: 9 }, () => json('', 429, { 'retry-after': '9999' })))
    expect([given.reply, given.asked.length, Math.max(...given.waits)]).toMatchObject([{ why: 'unreachable' }, 5, 20_000])
  })

  it('counts each reply that came, also one that says nothing readable', async () => {
    const cut: Say = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"choices"')
      setTimeout(() => response.destroy(), 10)
    }
    const { reply, lines } = await ask([json('{"choices": ['), json({ choices: [] }), json('null'), cut, words('Here.')])
    expect(reply).toMatchObject({ text: 'Here.' })
    expect(lines.filter(({ kind }) => kind === 'model').map((line) => 'problem' in line && line.problem)).toEqual(['unreadable', 'unreadable', 'unreadable', 'cut off', false])
    expect(lines.filter(({ kind }) => kind === 'model').map((line) => line.kind === 'model' && line.call)).toEqual([1, 2, 3, 4, 5])
  })

  it('ends at once where the money is gone or the request is not wanted', async () => {
    expect(await ask([json('', 402)])).toMatchObject({ reply: { why: 'budget' }, asked: { length: 1 } })
    expect(await ask([json({ error: { message: 'too long' } }, 400)])).toMatchObject({ reply: { why: 'refused', message: expect.stringContaining('too long') as string }, asked: { length: 1 } })
    expect(await ask([json('', 401)])).toMatchObject({ reply: { why: 'refused' } })
    expect(await ask([], AbortSignal.abort())).toMatchObject({ reply: { name: 'AbortError' }, asked: { length: 0 } })
  })

  it('takes calls as odd servers write them, and passes over what is none', async () => {
    const odd = json({ choices: [{ message: { content: [{ text: 'x' }], tool_calls: [null, {}, { function: { name: 'list' } }, { id: '', function: { name: 'read', arguments: { path: 'a' } } }] } }], usage: { prompt_tokens: -5, completion_tokens: 'many' } })
    expect((await ask([odd])).reply).toEqual({ text: '', tokens: 0, isCut: false, calls: [{ id: 'call-2', name: 'list', written: '{}' }, { id: 'call-3', name: 'read', written: '{"path":"a"}' }] })
  })
})

describe('the command', () => {
  async function start(says: readonly Say[], over: (home: string, port: number) => Readonly<Record<string, string>>, socket: boolean): Promise<{ readonly asked: readonly Asked[]; readonly lines: readonly Line[]; readonly home: string }> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'coder-'))
    cleanup.defer(() => rm(home, { recursive: true }))
    await writeFile(path.join(home, 'statement.md'), 'Say hello.')
    await writeFile(path.join(home, 'token'), 'secret\n')
    const { asked, port } = await serve(says, socket ? path.join(home, 'door') : undefined)
    const { stdout } = await promisify(execFile)(process.execPath, [main], { cwd: home, env: { PATH: process.env['PATH'], RATCHET_STATEMENT: path.join(home, 'statement.md'), RATCHET_MODEL: 'm', ...over(home, port) }, timeout: 30_000 })
    return { asked, home, lines: stdout.trim().split('\n').map((line) => JSON.parse(line) as Line) }
  }

  it('works through the door of a sandbox', async () => {
    const { asked, lines, home } = await start([calling('write', '{"path": "hello.txt", "content": "hello"}'), words('Said it.')], (home) => ({ RATCHET_DOOR: path.join(home, 'door'), RATCHET_TOKEN_FILE: path.join(home, 'token') }), true)
    expect(asked.map(({ url, authorization }) => [url, authorization])).toEqual(Array.from({ length: 2 }, () => ['/model/v1/chat/completions', 'Bearer secret']))
    expect(await readFile(path.join(home, 'hello.txt'), 'utf8')).toBe('hello')
    expect(lines.map(({ kind }) => kind)).toEqual(['model', 'tool', 'model', 'end'])
    expect(lines.at(-1)).toEqual({ kind: 'end', why: 'done', steps: 2, summary: 'Said it.' })
    expect(asked[1]?.body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
  })

  it('works with any server that speaks as OpenAI does, and ends well when the money is gone', async () => {
    const { asked, lines } = await start([json('', 402)], (_, port) => ({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`, OPENAI_API_KEY: 'key' }), false)
    expect(asked.map(({ url, authorization }) => [url, authorization])).toEqual([['/v1/chat/completions', 'Bearer key']])
    expect(lines).toEqual([{ kind: 'end', why: 'budget', steps: 0, summary: 'the budget is spent' }])
  })

  it('passes its own test, which says what it must never lose', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('../check/self-test.ts', import.meta.url))])
    expect(stdout).toBe('it can still edit code\n')
  })
})
