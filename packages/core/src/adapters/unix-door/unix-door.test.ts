import { randomBytes } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Door, DoorUse, Service } from '../../capability/door.ts'
import type { Scope, Terms } from '../../capability/grant.ts'
import { GrantTable } from '../../capability/grant-table.ts'
import { destinationOf } from './door-request.ts'
import { createUnixDoors, type DoorLimits } from './unix-door.ts'

const limits: DoorLimits = { connections: 4, atOnce: 2, bodyBytes: 1000, requestMs: 400 }
const terms: Terms = { run: 'r1', proposal: 'p1', scopes: ['model', 'tool:search'], budget: { requests: 50, bytesIn: 10_000, bytesOut: 10_000 }, lifetimeMs: 60_000 }
const grants = new GrantTable({ clock: () => new Date(), monotonic: () => performance.now(), random: randomBytes })

interface Answer {
  readonly status: number
  readonly body: string
}

interface Opened {
  readonly door: Door
  readonly token: string
  readonly uses: DoorUse[]
  readonly ask: (url: string, options?: { readonly token?: string | null; readonly headers?: OutgoingHttpHeaders; readonly body?: string; readonly method?: string }) => Promise<Answer>
}

async function opened(service: Service | Partial<Record<Scope, Service>>, changes: Partial<Terms> = {}): Promise<Opened> {
  const uses: DoorUse[] = []
  const services = new Map(Object.entries(typeof service === 'function' ? { model: service, 'tool:search': service } : service)) as ReadonlyMap<Scope, Service>
  const door = await createUnixDoors({ grants, owner: null, limits, observe: (use) => uses.push(use) }).open({ ...terms, ...changes }, services)
  onTestFinished(() => door[Symbol.asyncDispose]())
  const token = await readFile(door.files.token, 'utf8')
  const ask: Opened['ask'] = (url, { token: given = token, headers = {}, body = '', method = 'POST' } = {}) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ socketPath: door.files.socket, path: url, method, agent: false, headers: { ...(given === null ? {} : { authorization: `Bearer ${given}` }), ...headers } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
        response.once('error', reject)
      })
      request.once('error', reject)
      request.end(body)
    })
  return { door, token, uses, ask }
}

const echo: Service = async (request, grant) => Response.json({ method: request.method, url: new URL(request.url).pathname + new URL(request.url).search, body: await request.text(), names: [...request.headers.keys()], grant: grant.proposal })

function raw(socket: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => resolve(connection))
    connection.once('error', reject)
    onTestFinished(() => void connection.destroy())
  })
}

function ended(connection: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    connection.on('data', (chunk: Buffer) => chunks.push(chunk))
    connection.on('error', () => undefined)
    connection.once('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}

describe('a door', () => {
  it('leads to the services of its scopes, with the request as it was but for the token', async () => {
    const { ask, uses, door, token } = await opened(echo)
    const answer = await ask('/model/v1/chat?n=1', { body: 'hello', headers: { 'x-own': '1', 'proxy-authorization': 'Basic x' } })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { method: 'POST', url: '/v1/chat?n=1', body: 'hello', names: ['x-own'], grant: 'p1' }])
    expect(JSON.parse((await ask('/tool/search', { method: 'GET' })).body)).toMatchObject({ method: 'GET', url: '/' })
    expect(uses).toMatchObject([{ grant: door.grant.id, scope: 'model', outcome: 'answered', status: 200, bytesIn: 5, bytesOut: answer.body.length }, { scope: 'tool:search' }])
    expect(JSON.stringify([uses, door.grant])).not.toContain(token.slice(8))
  })

  it('lets nobody through without its own token, and says no more than that', async () => {
    const { ask, uses, token } = await opened(echo)
    const other = await opened(echo, { proposal: 'p2' })
    for (const given of [null, 'ratchet_x', token.slice(1), other.token]) expect(await ask('/model', { token: given })).toEqual({ status: 401, body: '{"error":"unauthorized"}\n' })
    expect(await ask('/model', { headers: { authorization: `Basic ${token}` } })).toMatchObject({ status: 401 })
    expect(uses.map(({ outcome }) => outcome)).toEqual(['no-token', 'unknown-token', 'unknown-token', 'other-door', 'no-token'])
    const twice = await raw((await opened(echo)).door.files.socket)
    twice.end(`POST /model HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0\r\n\r\n`)
    expect(await ended(twice)).toContain('401')
  })

  it('lets nothing through that was not granted, whatever the way to it is called', async () => {
    const { ask } = await opened({ model: echo }, { scopes: ['model', 'tool:none'] })
    expect((await ask('/tool/search')).status).toBe(403)
    expect((await ask('/tool/none')).status).toBe(404)
    for (const url of ['/', '/models', '/tool', '/tool/', '/tool/Search', '/tool/a%2fb', '/model/../tool/search', '/model/%2e%2e/x', '/model/./x', '/model\\x', '//model', 'http://x/model', '*']) expect((await ask(url)).status, url).toBe(404)
    expect(destinationOf('/model/v1/a..b/.well-known?u=../%2Fy')).toEqual({ scope: 'model', path: '/v1/a..b/.well-known?u=../%2Fy' })
  })

  it('is worth nothing once its budget is spent', async () => {
    const { ask, uses } = await opened(async () => new Response('x'.repeat(60)), { budget: { requests: 4, bytesIn: 20, bytesOut: 100 } })
    expect((await ask('/model', { body: 'x'.repeat(15) })).status).toBe(200)
    expect((await ask('/model', { body: 'x'.repeat(15) })).status).toBe(429)
    await expect(ask('/model')).rejects.toThrow()
    await expect(ask('/model')).rejects.toThrow()
    expect((await ask('/model')).status).toBe(429)
    expect(uses.map(({ outcome }) => outcome)).toEqual(['answered', 'budget-spent', 'budget-spent', 'budget-spent', 'budget-spent'])
  })

  it('takes no body that is too large, and cuts off an answer that is', async () => {
    const { ask, uses } = await opened(async (request) => new Response((await request.text()) === 'big' ? 'x'.repeat(1001) : 'fine'))
    expect((await ask('/model', { headers: { 'content-length': 1001 }, body: 'x'.repeat(1001) })).status).toBe(413)
    const chunked = ask('/model', { headers: { 'transfer-encoding': 'chunked' }, body: 'x'.repeat(50_000) })
    await chunked.then(({ status }) => expect(status).toBe(413), (error: NodeJS.ErrnoException) => expect(['EPIPE', 'ECONNRESET']).toContain(error.code))
    await expect(ask('/model', { body: 'big' })).rejects.toThrow()
    expect(uses.map(({ outcome }) => outcome)).toEqual(['too-large', 'too-large', 'too-large'])
    expect((await ask('/model')).body).toBe('fine')
    const long = await raw((await opened(echo)).door.files.socket)
    long.end(`GET /model/${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`)
    expect(await ended(long)).toContain('431')
  })

  it('hands on an answer in pieces, each as it comes', async () => {
    const heard = Promise.withResolvers<void>()
    const { door, token, uses } = await opened(async () => new Response(new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(Buffer.from('first'))
        await heard.promise
        controller.enqueue(Buffer.from(' second'))
        controller.close()
      },
    })))
    let text = ''
    await new Promise<void>((resolve, reject) => {
      const request = httpRequest({ socketPath: door.files.socket, path: '/model', method: 'POST', agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
          heard.resolve()
        })
        response.once('end', () => resolve())
      })
      request.once('error', reject)
      request.end()
    })
    expect([text, uses.map(({ outcome }) => outcome)]).toEqual(['first second', ['answered']])
  })

  it('waits for nobody: not for headers or a body that drip in, not for a service, not for who does not read', async () => {
    const { ask, door, uses, token } = await opened(async (request) => (new URL(request.url).pathname === '/hang' ? new Promise<Response>(() => undefined) : new Response('ok')))
    const began = performance.now()
    const [headers, body] = [await raw(door.files.socket), await raw(door.files.socket)]
    headers.write('POST /model HTTP/1.1\r\nHost: x\r\n')
    body.write(`POST /model HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n`)
    const drip = setInterval(() => void (body.writable && body.write('x')), 50)
    onTestFinished(() => clearInterval(drip))
    const [first, second, hanging] = await Promise.all([ended(headers), ended(body), ask('/model/hang')])
    expect([first.slice(0, 12), second.slice(0, 12), hanging.status]).toEqual(['HTTP/1.1 408', 'HTTP/1.1 408', 504])
    expect(performance.now() - began).toBeLessThan(4000)
    expect(uses.map(({ outcome }) => outcome)).toEqual(['too-slow', 'too-slow'])
  })

  it('stands a flood: so many connections, so many requests at once, and it still answers', async () => {
    const held = Promise.withResolvers<void>()
    const { ask, door } = await opened(async () => held.promise.then(() => new Response('late')))
    const pending = [ask('/model'), ask('/model')]
    await sleep(50)
    expect((await ask('/model')).status).toBe(429)
    held.resolve()
    expect((await Promise.all(pending)).map(({ body }) => body)).toEqual(['late', 'late'])
    const crowd = await Promise.all(Array.from({ length: 40 }, () => raw(door.files.socket).catch(() => null)))
    await sleep(100)
    expect(crowd.filter((one) => one !== null && !one.closed).length).toBeLessThanOrEqual(limits.connections)
    for (const one of crowd) one?.destroy()
    await sleep(50)
    expect((await ask('/model')).body).toBe('late')
  })

  it('says nothing of what goes wrong behind it', async () => {
    const { ask, uses } = await opened({ model: async () => Promise.reject(new Error('the key is hunter2')), 'tool:search': async () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('hunter2')) })) })
    expect(await ask('/model')).toEqual({ status: 502, body: '{"error":"failed"}\n' })
    await expect(ask('/tool/search')).rejects.toThrow()
    expect((await ask('/model', { method: 'TRACE' })).status).toBe(400)
    expect(uses.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'malformed'])
  })

  it('ends with its launch: the token, what is under way, the socket and its folder', async () => {
    let signal: AbortSignal | null = null
    const { ask, door, uses, token } = await opened(async (_, __, given) => {
      signal = given
      return new Promise<Response>(() => undefined)
    })
    const folder = path.dirname(door.files.socket)
    expect([(await stat(folder)).mode & 0o777, (await stat(door.files.socket)).mode & 0o777, (await stat(door.files.token)).mode & 0o777, await readdir(folder)]).toEqual([0o700, 0o600, 0o400, ['door', 'token']])
    const cut = ask('/model').then(() => 'answered', () => 'cut off')
    await sleep(50)
    await door[Symbol.asyncDispose]()
    expect([await cut, (signal as AbortSignal | null)?.aborted, uses.length]).toEqual(['cut off', true, 1])
    await expect(ask('/model')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
    const next = await opened(echo)
    expect((await next.ask('/model', { token })).status).toBe(401)
    expect(next.uses.map(({ outcome }) => outcome)).toEqual(['other-door'])
    expect(grants.admit(token, { door: door.grant.door, scope: 'model' })).toMatchObject({ kind: 'denied', why: 'revoked' })
  })
})
