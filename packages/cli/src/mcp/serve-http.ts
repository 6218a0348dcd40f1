import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { McpHttpHandler } from '@modelcontextprotocol/server'

export interface HttpFront extends AsyncDisposable {
  readonly url: string
}

export interface HttpFrontOptions {
  readonly handler: Pick<McpHttpHandler, 'fetch'>
  /** 0 takes any that is free. */
  readonly port: number
  readonly token: string
  readonly note: (text: string) => void
}

const address = '127.0.0.1'
const place = '/mcp'

/**
 * The server on this machine's loopback only. Threats: another user's program, which has no token; a web page that the user has open, whose requests carry an Origin, or, where its name was made to point here, a Host that is
 * not ours. Neither reaches anything that reads their body.
 */
export async function serveHttp({ handler, port, token, note }: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    answer(request, response, { handler, token, names: namesOf(server) }).catch((error: unknown) => {
      if (!response.destroyed) note(`an HTTP request failed: ${String(error)}`)
      response.destroy()
    })
  })
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true }, resolve)
  })
  return {
    url: `http://${address}:${portOf(server)}${place}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function namesOf(server: Server): ReadonlySet<string> {
  const port = portOf(server)
  return new Set([`${address}:${port}`, `localhost:${port}`])
}

interface Gate {
  readonly handler: Pick<McpHttpHandler, 'fetch'>
  readonly token: string
  readonly names: ReadonlySet<string>
}

async function answer(request: IncomingMessage, response: ServerResponse, { handler, token, names }: Gate): Promise<void> {
  const status = refusedStatus(request, { token, names })
  if (status !== null) {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) }).end(JSON.stringify({ error: refusals[status] }))
    return
  }
  const stop = new AbortController()
  response.once('close', () => stop.abort(new Error('the client is gone')))
  const answered = await handler.fetch(webRequest(request, stop.signal))
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  if (answered.body === null) response.end()
  else await pipeline(Readable.fromWeb(answered.body as ReadableStream), response)
}

const refusals = { 401: 'a bearer token is needed', 403: 'this server answers programs of this machine only', 404: `the server is at ${place}` } as const

function refusedStatus({ headers, url = '' }: IncomingMessage, { token, names }: Omit<Gate, 'handler'>): keyof typeof refusals | null {
  // A browser cannot leave these out, nor choose them.
  if (headers.host === undefined || !names.has(headers.host.toLowerCase())) return 403
  if (headers.origin !== undefined && !names.has(headers.origin.toLowerCase().replace(/^http:\/\//, ''))) return 403
  const given = /^Bearer ([^\s]{1,512})$/i.exec(headers.authorization ?? '')?.[1]
  if (given === undefined || !isSame(given, token)) return 401
  return url.split('?')[0] === place ? null : 404
}

/** Takes the same time whatever is right of it. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    // The handler needs no token, and what it hands on must not hold one.
    if (value !== undefined && name !== 'authorization') headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const method = request.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://${request.headers.host}${request.url}`, { method, headers, signal, ...(hasBody ? { body: Readable.toWeb(request) as unknown as RequestInit['body'], duplex: 'half' } : {}) } as RequestInit)
}
