import { lookup as resolve } from 'node:dns'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { ModelError } from '../../model/model-error.ts'
import { isPrivateAddress } from '../../target/private-address.ts'

export interface GuardedFetchOptions {
  /** Only hosts that resolve to this machine or a private network. */
  readonly localOnly: boolean
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/**
 * A fetch that follows no redirect, since one would carry the key and the prompt to a host that nobody named, and knows no proxy. With `localOnly` the address that a name resolves to is looked at, and is the one that is
 * connected to: a name that resolves to something else the next time changes nothing.
 *
 * @throws ModelError `host-refused`, `unreachable`; the body fails with `reply-too-large` after 16 MiB
 */
export function createGuardedFetch({ localOnly }: GuardedFetchOptions): Fetch {
  return async (input, init = {}) => {
    const request = new Request(input, { ...init, redirect: 'manual' })
    const url = new URL(request.url)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (localOnly && isIP(host) !== 0 && !isPrivateAddress(host)) throw refused(host, host)
    const body = request.body === null ? null : Buffer.from(await request.arrayBuffer())
    const answer = await send({ url, request, body, localOnly })
    const status = answer.statusCode ?? 0
    if (status >= 300 && status < 400) {
      answer.destroy()
      throw new ModelError('host-refused', `${url.host} redirects, and redirects are not followed`, { remedy: 'Write the address that it leads to as `url`.' })
    }
    const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]]))
    return new Response(status === 204 ? null : bounded(answer), { status: status === 0 ? 502 : status, headers })
  }
}

/** In bytes, of whatever kind: what a library reads to the end before anybody counts characters is counted here. */
const mostBytes = 16 * 1024 * 1024

function bounded(answer: IncomingMessage): ReadableStream<Uint8Array> {
  let bytes = 0
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength
      if (bytes <= mostBytes) return controller.enqueue(chunk)
      answer.destroy()
      throw new ModelError('reply-too-large', `the reply has more than ${mostBytes} bytes`)
    },
  })
  return (Readable.toWeb(answer) as ReadableStream<Uint8Array>).pipeThrough(counting)
}

interface Outgoing {
  readonly url: URL
  readonly request: Request
  readonly body: Buffer | null
  readonly localOnly: boolean
}

function send({ url, request, body, localOnly }: Outgoing): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const { signal } = request
  const headers = { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity', ...(body === null ? {} : { 'content-length': String(body.length) }) }
  const client = url.protocol === 'http:' ? http : https
  const outgoing = client.request(url, { method: request.method, headers, agent: false, signal, ...(localOnly ? { lookup: privateLookup } : {}) }, resolve)
  let isSent = false
  outgoing.once('finish', () => {
    isSent = true
  })
  outgoing.once('error', (error) => {
    if (error instanceof ModelError) reject(error)
    else if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : error)
    // Once it was sent it may be answered, and paid, by whoever then went away.
    else reject(new ModelError(isSent ? 'cut-off' : 'unreachable', `${url.host} ${isSent ? 'broke the connection off' : 'cannot be reached'}`, { cause: error, remedy: 'See that the address is right and that something listens there.' }))
  })
  outgoing.end(body ?? undefined)
  return promise
}

const privateLookup: LookupFunction = (host, options, callback) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0)
    const odd = addresses.find(({ address }) => !isPrivateAddress(address))
    const [first] = addresses
    if (odd !== undefined || first === undefined) return callback(refused(host, odd?.address ?? 'nothing'), '', 0)
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}

function refused(host: string, address: string): ModelError {
  return new ModelError('host-refused', `${host} is ${address}, which is neither this machine nor a private network, and \`localOnly\` is set`, { remedy: 'Use an endpoint of your own network, or remove `localOnly`.' })
}
