import { spawn, type ChildProcess } from 'node:child_process'
import { request } from 'node:http'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, startRatchet, type Target } from '../target.ts'
import { call, change, command, hiddenTarget, processesWith, slow, until, type Refusal, type Stand } from './client.ts'

const token = 'a-token-of-the-tests-0123456789abcdef'

describe('a proposer over HTTP', () => {
  let target: Target
  let server: ChildProcess
  let said = ''
  let url = new URL('http://127.0.0.1/mcp')
  beforeAll(async () => {
    target = await makeTarget(hiddenTarget)
    server = spawn(process.execPath, [command, 'mcp', '--http', '0', '--evaluations', '3', '--target', target.directory], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, XDG_CONFIG_HOME: target.configHome, RATCHET_MCP_TOKEN: token } })
    server.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    server.stdout?.on('data', (chunk: Buffer) => (said += `STDOUT ${chunk.toString()}`))
    await until(async () => /serving MCP on (\S+)/.test(said), 'it serves')
    url = new URL(/serving MCP on (\S+)/.exec(said)?.[1] ?? '')
  })
  afterAll(async () => {
    server.kill('SIGKILL')
    await target[Symbol.asyncDispose]()
  })

  const connect = async (given: string, mode: 'auto' | 'legacy'): Promise<Client & AsyncDisposable> => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${given}` } } }))
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
  }

  const ask = (headers: Readonly<Record<string, string>>, place = '/mcp', method = 'POST'): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
      const sent = request({ host: '127.0.0.1', port: url.port, path: place, method, headers: { 'content-type': 'application/json', 'accept': 'application/json, text/event-stream', ...headers } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.once('error', reject)
      sent.end(method === 'POST' ? body : undefined)
    })
  const own = { authorization: `Bearer ${token}` }

  it('listens on this machine alone, and its token is shown to nobody', () => {
    expect([url.hostname, said.includes(token), said.includes('STDOUT')]).toEqual(['127.0.0.1', false, false])
  })

  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['its token', own, 200],
    ['its token, from a page of its own', { ...own, origin: 'http://HOST' }, 200],
    ['no token', {}, 401],
    ['another token', { authorization: `Bearer ${token.replace('a', 'b')}` }, 401],
    ['a part of the token', { authorization: `Bearer ${token.slice(0, -1)}` }, 401],
    ['its token as another kind', { authorization: `Basic ${token}` }, 401],
    ['a name that was made to point here', { ...own, host: 'rebound.example:HOST' }, 403],
    ['the right name on another port', { ...own, host: '127.0.0.1:1' }, 403],
    ['a page of somebody else', { ...own, origin: 'https://evil.example' }, 403],
    ['a page of no origin', { ...own, origin: 'null' }, 403],
    ['a page on this machine, of another port', { ...own, origin: 'http://localhost:1' }, 403],
  ])('answers a request with %s as it should', async (_, headers, status) => {
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('HOST', name === 'origin' ? url.host : url.port)]))
    expect(await ask(filled)).toBe(status)
  })

  it('has one place and one way to ask', async () => {
    expect([await ask(own, '/'), await ask(own, '/mcp/../approve'), await ask(own, '/mcp', 'GET'), await ask(own, '/mcp', 'DELETE')]).toEqual([404, 404, 405, 405])
  })

  it('waits for a command that writes to the journal, and gives clients of both kinds one budget', async () => {
    await using modern = await connect(token, 'auto')
    await using legacy = await connect(token, 'legacy')
    await writeFile(path.join(target.directory, '../slow.patch'), slow('4.8301'))
    const holder = startRatchet(['propose', path.join(target.directory, '../slow.patch'), '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
    await until(async () => (await processesWith('4.8301')) > 0, 'the command judges')
    const { id } = await call<Stand>(modern, 'submit_proposal', { patch: change('src/cost', '100', '50'), rationale: 'because' })
    await until(async () => (await call<Stand>(legacy, 'get_verdict', { id, waitSeconds: 0 })).stage.startsWith('waiting'), 'it waits')
    holder.child.kill('SIGTERM')
    expect((await holder.outcome).code).toBe(130)
    const heard: string[] = []
    expect(await call<Stand>(modern, 'get_verdict', { id, waitSeconds: 60 }, { onprogress: ({ message }) => heard.push(message ?? '') })).toMatchObject({ state: 'decided', proposal: { verdict: 'accepted', proposer: 'agent' } })
    expect(heard.length).toBeGreaterThan(0)
    await call<Stand>(legacy, 'submit_proposal', { patch: slow('4.8302'), rationale: 'because' })
    await call<Stand>(legacy, 'submit_proposal', { patch: slow('4.8303'), rationale: 'because' })
    await using another = await connect(token, 'auto')
    expect(await call<Refusal>(another, 'submit_proposal', { patch: slow('4.8304'), rationale: 'because' })).toMatchObject({ refused: { code: 'budget-spent' } })
  })

  it('ends by a signal with everything that it began, and breaks off no verdict without a word in the journal', async () => {
    await until(async () => (await processesWith('4.8302')) > 0, 'its tests run')
    const ended = new Promise<number | null>((resolve) => server.once('close', resolve))
    server.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(await processesWith('4.8302')).toBe(0)
    const { document } = await target.json<readonly { readonly verdict: string; readonly proposer: string; readonly reasons: readonly { readonly code: string }[] }[]>('proposals', '--all')
    expect(document.map(({ verdict, proposer, reasons }) => [proposer, verdict, reasons[0]?.code])).toEqual([['human', 'undecided', undefined], ['agent', 'accepted', 'proven-gain'], ['agent', 'inconclusive', 'broken-off']])
    expect((await target.ratchet('verify')).code).toBe(0)
  })
})
