import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { SandboxError } from '../../sandbox/sandbox.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface ApiOptions {
  readonly baseUrl: string
  readonly apiKey: () => Promise<string>
  readonly fetch: Fetch
}

export interface NewMachine {
  readonly template: string
  /** The service ends the machine after this even when nobody asks it to any more. */
  readonly seconds: number
  readonly network: boolean
}

/** A running machine: where it is and the token for it, which is good for this one alone. */
export interface Machine {
  readonly id: string
  readonly token: string | null
  readonly domain: string | null
}

const attempts = 4
const longestWaitMs = 30_000
const largestAnswer = 64 * 1024
// Both become part of a host name.
const machineSchema = z.object({
  sandboxID: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,100}$/),
  envdAccessToken: z.string().min(1).max(4096).nullish(),
  domain: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,250}$/).nullish(),
})

/** The control plane. The key goes into requests to it and nowhere else: redirects are refused, since they would carry the header along. */
export class E2bApi {
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    this.#options = options
  }

  async start({ template, seconds, network }: NewMachine, signal: AbortSignal): Promise<Machine> {
    const body = JSON.stringify({ templateID: template, timeout: seconds, secure: true, autoPause: false, allow_internet_access: network, metadata: { purpose: 'ratchet' } })
    const response = await this.#request('/sandboxes', { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal })
    const parsed = machineSchema.safeParse(await jsonOf(response))
    if (!parsed.success) throw new SandboxError('sandbox-unavailable', 'the service answered something else than a sandbox', { cause: parsed.error })
    const { sandboxID, envdAccessToken, domain } = parsed.data
    return { id: sandboxID, token: envdAccessToken ?? null, domain: domain ?? null }
  }

  /** Not to be called with the signal of a launch: a machine has to go, above all after an abort. */
  async end(machine: Machine, signal: AbortSignal): Promise<void> {
    try {
      const response = await this.#request(`/sandboxes/${machine.id}`, { method: 'DELETE', signal }, [404])
      await response.body?.cancel()
    } catch (error) {
      throw new SandboxError('sandbox-teardown-failed', `the machine ${machine.id} could not be ended`, { cause: error, remedy: 'The service ends it when its time is over; it can be ended earlier on its dashboard.' })
    }
  }

  async #request(path: string, init: RequestInit & { readonly signal: AbortSignal }, fine: readonly number[] = []): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#once(path, init)
      if (response.ok || fine.includes(response.status)) return response
      await response.body?.cancel()
      const isPassing = response.status === 429 || response.status >= 500
      if (!isPassing || attempt === attempts) throw failureOf(response.status)
      await sleep(waitMs(response, attempt), undefined, { signal: init.signal })
    }
  }

  async #once(path: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
    const { baseUrl, apiKey, fetch } = this.#options
    const headers = { ...(init.headers as Record<string, string> | undefined), 'x-api-key': await apiKey() }
    try {
      return await fetch(new URL(path, baseUrl).href, { ...init, headers, redirect: 'error' })
    } catch (error) {
      init.signal.throwIfAborted()
      throw new SandboxError('sandbox-unavailable', 'the service cannot be reached', { cause: error, remedy: `Check that ${baseUrl} can be reached from here.` })
    }
  }
}

function failureOf(status: number): SandboxError {
  if (status === 401 || status === 403) return new SandboxError('sandbox-unavailable', `the service refuses the key (${status})`, { remedy: 'Set a valid E2B API key.' })
  if (status === 429) return new SandboxError('sandbox-unavailable', 'the service says that there were too many requests (429)', { remedy: 'Wait, run fewer launches side by side, or raise the limit of the account.' })
  if (status === 404) return new SandboxError('sandbox-unavailable', 'the service does not know the template (404)', { remedy: 'Name a template of the account, or leave it out.' })
  return new SandboxError('sandbox-unavailable', `the service answered ${status}`, status >= 500 ? { remedy: 'Try again later; nothing was evaluated.' } : {})
}

/** What the service asks for, else twice as long each time; never longer than somebody would wait. */
function waitMs(response: Response, attempt: number): number {
  const asked = Number(response.headers.get('retry-after') ?? Number.NaN) * 1000
  return Math.min(longestWaitMs, Number.isFinite(asked) && asked >= 0 ? asked : 250 * 2 ** attempt)
}

async function jsonOf(response: Response): Promise<unknown> {
  const bytes = await readCapped(response, largestAnswer)
  try {
    return JSON.parse(Buffer.from(bytes.bytes).toString('utf8'))
  } catch (error) {
    throw new SandboxError('sandbox-unavailable', 'the service answered something else than JSON', { cause: error })
  }
}

/** The first bytes of an answer, and whether that was all. What comes from a machine may have no end. */
export async function readCapped(response: Response, limit: number): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = []
  let left = limit
  let isWhole = true
  if (response.body !== null) {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk.subarray(0, left))
      isWhole = chunk.length <= left
      left -= Math.min(left, chunk.length)
      if (!isWhole) break
    }
  }
  return { bytes: Buffer.concat(chunks), isWhole }
}
