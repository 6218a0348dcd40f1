import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DoorUse, Services } from '../../capability/door.ts'
import type { Denial, Grant } from '../../capability/grant.ts'
import type { GrantTable } from '../../capability/grant-table.ts'
import { destinationOf, presentedToken, readBody, webRequest, type Destination } from './door-request.ts'
import type { DoorLimits } from './unix-door.ts'

interface Setting {
  readonly grants: GrantTable
  readonly grant: Grant
  readonly services: Services
  readonly limits: DoorLimits
  readonly observe: (use: DoorUse) => void
  /** Fires when the launch is over. */
  readonly ending: AbortSignal
  readonly state: { underWay: number }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** How an exchange ended. `status` null: it was cut off. */
type Ended = Pick<DoorUse, 'outcome' | 'status'> & { readonly bytesIn?: number; readonly bytesOut?: number; readonly grant?: string | null }

/** The same for every reason why a token does not count: whoever holds a wrong one learns nothing from trying. */
const statusOf: Readonly<Record<Denial, number>> = { 'no-token': 401, 'unknown-token': 401, 'other-door': 401, expired: 401, revoked: 401, 'wrong-scope': 403, 'budget-spent': 429 }

const words: Readonly<Record<number, string>> = { 400: 'malformed', 401: 'unauthorized', 403: 'not granted', 404: 'nothing here', 408: 'too slow', 413: 'too large', 429: 'too many', 502: 'failed', 504: 'too slow' }

/** What an answer must not say about the connection that it comes on. */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'content-length', 'content-encoding'])

/** One request from inside, from its headers to the end of its answer. Never throws: whatever goes wrong ends the exchange, and is told to `observe`. */
export async function serveRequest(setting: Setting, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  // Whoever is gone is gone; the exchange notices by `close`.
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  const destination = destinationOf(request.url ?? '')
  const ended = destination === null ? refuse(response, 404, 'malformed') : await admitted(setting, exchange, destination)
  setting.observe({ grant: null, bytesIn: 0, bytesOut: 0, ...ended, scope: destination?.scope ?? null })
}

async function admitted(setting: Setting, exchange: Exchange, destination: Destination): Promise<Ended> {
  const { grants, grant, state, limits } = setting
  const admission = grants.admit(presentedToken(exchange.request), { door: grant.door, scope: destination.scope })
  if (admission.kind === 'denied') return { ...refuse(exchange.response, statusOf[admission.why], admission.why), grant: admission.grant?.id ?? null }
  if (state.underWay >= limits.atOnce) return { ...refuse(exchange.response, 429, 'too-many'), grant: grant.id }
  state.underWay++
  try {
    return { ...(await answered(setting, exchange, destination)), grant: grant.id }
  } finally {
    state.underWay--
  }
}

async function answered(setting: Setting, { request, response }: Exchange, { scope, path }: Destination): Promise<Ended> {
  const { grants, grant, services, limits, ending } = setting
  const service = services.get(scope)
  if (service === undefined) return refuse(response, 404, 'no-service')
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('nobody waits for the answer')))
  const time = AbortSignal.timeout(limits.requestMs)
  const signal = AbortSignal.any([ending, gone.signal, time])
  if (request.headers.expect !== undefined) response.writeContinue()
  const body = await readBody(request, limits.bodyBytes, signal)
  if (typeof body === 'string') return refuse(response, { 'too-large': 413, 'too-slow': 408, malformed: 400 }[body], body)
  if (!grants.spend(grant.id, 'bytesIn', body.length)) return refuse(response, 429, 'budget-spent')
  const asked = webRequest(request, { path, body, signal })
  if (asked === null) return refuse(response, 400, 'malformed')
  const answer = await orAborted(service(asked, grant, signal), signal)
  if (answer === 'aborted') return { ...refuse(response, 504, 'too-slow'), bytesIn: body.length }
  if (answer === 'failed') return { ...refuse(response, 502, 'failed'), bytesIn: body.length }
  return { ...(await sendAnswer(setting, { response, answer }, signal)), bytesIn: body.length }
}

/** A service that heeds no signal is not waited for. What it throws is for its own log, not for whoever asked. */
async function orAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response | 'aborted' | 'failed'> {
  const aborted = Promise.withResolvers<'aborted'>()
  const onAbort = (): void => aborted.resolve('aborted')
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([answer.then((response) => response, () => 'failed' as const), aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Piece by piece: an answer that is larger than it may be, or comes after the end, is cut off, never sent as if it were whole. */
async function sendAnswer({ grants, grant, limits }: Setting, { response, answer }: { readonly response: ServerResponse; readonly answer: Response }, signal: AbortSignal): Promise<Ended> {
  const headers = [...answer.headers].filter(([name]) => !hopByHop.has(name))
  let sent = 0
  const cut = (outcome: DoorUse['outcome']): Ended => {
    response.destroy()
    return { outcome, status: null, bytesOut: sent }
  }
  try {
    response.writeHead(answer.status, headers.flat())
    // The loop's own end, and any way out of it, gives the stream up.
    for await (const chunk of answer.body ?? []) {
      if (signal.aborted) return cut('too-slow')
      sent += chunk.length
      if (sent > limits.bodyBytes) return cut('too-large')
      if (!grants.spend(grant.id, 'bytesOut', chunk.length)) return cut('budget-spent')
      if (!response.write(chunk) && !(await drained(response, signal))) return cut('too-slow')
    }
  } catch (error) {
    // A stream that breaks off, or headers that HTTP does not take: nothing of it is told inside.
    if (!(error instanceof Error)) throw error
    return cut(signal.aborted ? 'too-slow' : 'failed')
  }
  response.end()
  return { outcome: 'answered', status: answer.status, bytesOut: sent }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isOpen: boolean) => (): void => {
      signal.removeEventListener('abort', onAbort)
      response.off('drain', onDrain)
      resolve(isOpen)
    }
    const [onAbort, onDrain] = [settle(false), settle(true)]
    signal.addEventListener('abort', onAbort)
    response.once('drain', onDrain)
    if (signal.aborted) onAbort()
  })
}

/** The connection ends with it: what is still being sent is not read. */
function refuse(response: ServerResponse, status: number, outcome: DoorUse['outcome']): Ended {
  if (response.destroyed || response.headersSent) {
    response.destroy()
    return { outcome, status: null }
  }
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(`${JSON.stringify({ error: words[status] ?? 'refused' })}\n`, () => response.socket?.destroySoon())
  return { outcome, status }
}
