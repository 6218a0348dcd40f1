import * as http from 'node:http'
import * as https from 'node:https'

/** Where the model is asked: a unix socket of a sandbox, or an address. */
export interface Address {
  readonly url: URL
  readonly socket?: string
  readonly token: string | null
}

export interface Answer {
  readonly status: number
  /** Seconds that it asks to wait, where it does. */
  readonly retryAfter: number | null
  /** Null where the connection broke before the end of it. */
  readonly body: string | null
}

const mostBytes = 16 * 1024 * 1024
const timeMs = 150_000

/** Posts JSON; rejects where there was no answer at all. */
export function send({ url, socket, token }: Address, body: string, signal: AbortSignal): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(token === null ? {} : { authorization: `Bearer ${token}` }) }
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers, signal: AbortSignal.any([signal, AbortSignal.timeout(timeMs)]), ...(socket === undefined ? {} : { socketPath: socket }) }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const answer = (isWhole: boolean): void => {
        const retryAfter = Number(response.headers['retry-after'])
        resolve({ status: response.statusCode ?? 0, retryAfter: Number.isFinite(retryAfter) ? retryAfter : null, body: isWhole ? Buffer.concat(chunks).toString('utf8') : null })
      }
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > mostBytes) response.destroy()
        else chunks.push(chunk)
      })
      response.once('end', () => answer(true))
      response.once('error', () => answer(false))
      response.once('close', () => answer(false))
    })
    asked.once('error', reject)
    asked.end(body)
  })
}
