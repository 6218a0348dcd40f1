import type { IncomingMessage } from 'node:http'
import { isScope, type Scope } from '../../capability/grant.ts'

/** Why a body was not read to its end. */
export type BodyProblem = 'too-large' | 'too-slow' | 'malformed'

/** What belongs to one connection, or to the door alone. */
const keptBack: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'host', 'content-length', 'expect', 'proxy-connection'])

export interface Destination {
  readonly scope: Scope
  /** With the query, beginning with a slash. */
  readonly path: string
}

/** From the path as it was sent: whatever would have to be normalised first leads nowhere. */
export function destinationOf(url: string): Destination | null {
  const match = /^\/(model|tool\/([a-z0-9-]{1,80}))(\/[^\s#?]*)?(\?[^\s#]*)?$/.exec(url)
  if (match === null || /\/(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|\\|%00/i.test(match[3] ?? '')) return null
  const scope = match[2] === undefined ? 'model' : `tool:${match[2]}`
  return isScope(scope) ? { scope, path: `${match[3] ?? '/'}${match[4] ?? ''}` } : null
}

/** The token that is presented; null where there is none, or more than one. */
export function presentedToken({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  const given = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization')
  const [first] = given
  if (given.length !== 1 || first === undefined) return null
  return /^Bearer ([A-Za-z0-9_-]+)$/i.exec(first)?.[1] ?? null
}

/** The whole body, or why not. `limit` in bytes. */
export async function readBody(message: IncomingMessage, limit: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | BodyProblem> {
  if (Number(message.headers['content-length'] ?? 0) > limit) return 'too-large'
  const chunks: Buffer[] = []
  let size = 0
  return await new Promise((resolve) => {
    const settle = (outcome: Uint8Array<ArrayBuffer> | BodyProblem): void => {
      signal.removeEventListener('abort', onAbort)
      message.pause()
      resolve(outcome)
    }
    const onAbort = (): void => settle('too-slow')
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) settle('too-large')
      else chunks.push(chunk)
    })
    message.once('end', () => settle(Uint8Array.from(Buffer.concat(chunks))))
    message.once('error', () => settle('malformed'))
    message.once('close', () => settle('malformed'))
  })
}

/** As a service gets it; null where no such request can be made. */
export function webRequest(message: IncomingMessage, { path, body, signal }: { readonly path: string; readonly body: Uint8Array<ArrayBuffer>; readonly signal: AbortSignal }): Request | null {
  const method = message.method ?? 'GET'
  const named = (message.headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim())
  const headers = new Headers()
  try {
    for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
      const name = (message.rawHeaders[index] ?? '').toLowerCase()
      if (!keptBack.has(name) && !named.includes(name)) headers.append(name, message.rawHeaders[index + 1] ?? '')
    }
    return new Request(new URL(`http://door.invalid${path}`), { method, headers, signal, ...(method === 'GET' || method === 'HEAD' ? {} : { body }) })
  } catch (error) {
    // A method or header that the web's Request does not take.
    if (error instanceof TypeError) return null
    throw error
  }
}
