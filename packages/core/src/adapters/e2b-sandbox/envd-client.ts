import { z } from 'zod'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { decodeFrames, encodeFrame } from './connect-frames.ts'
import { readCapped, type Fetch, type Machine } from './e2b-api.ts'

/** Port of the daemon in every machine. */
const envdPort = 49_983
const rootAuthorization = `Basic ${Buffer.from('root:').toString('base64')}`

export interface VmProcess {
  readonly command: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

export type VmEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly exitCode: number | null }

const text = z.string()
const eventSchema = z.object({
  event: z.object({
    start: z.object({}).optional(),
    data: z.object({ stdout: text.optional(), stderr: text.optional() }).optional(),
    // As in every JSON form of a protocol buffer, what is zero or false is left out.
    end: z.object({ exitCode: z.number().int().optional(), exited: z.boolean().optional() }).optional(),
  }),
})

/**
 * The daemon in one machine: files and processes. It knows the machine's own token and nothing of ours. Whatever comes from it may have been written by the
 * command, so that all of it is bounded and none of it believed but as data.
 */
export class EnvdClient {
  readonly #base: string
  readonly #fetch: Fetch
  readonly #headers: Readonly<Record<string, string>>

  constructor(machine: Machine, domain: string, fetch: Fetch) {
    this.#base = `https://${envdPort}-${machine.id}.${machine.domain ?? domain}`
    this.#fetch = fetch
    this.#headers = { 'e2b-sandbox-id': machine.id, 'e2b-sandbox-port': String(envdPort), ...(machine.token === null ? {} : { 'x-access-token': machine.token }) }
  }

  async upload(file: string, content: Blob, signal: AbortSignal): Promise<void> {
    const response = await this.#ask(`/files?${new URLSearchParams({ path: file, username: 'root' })}`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: content, signal })
    await response.body?.cancel()
    if (!response.ok) throw new SandboxError('sandbox-setup-failed', `a file could not be put into the machine (${response.status})`, response.status === 507 ? { remedy: 'The disk of the template is too small for the tree.' } : {})
  }

  /** Null when there is no such file. */
  async download(file: string, limit: number, signal: AbortSignal): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean } | null> {
    const response = await this.#ask(`/files?${new URLSearchParams({ path: file, username: 'root' })}`, { method: 'GET', headers: { 'accept-encoding': 'identity' }, signal })
    if (response.ok) return await this.#guarded(() => readCapped(response, limit), signal)
    await response.body?.cancel()
    if (response.status === 404) return null
    throw new SandboxError('sandbox-unavailable', `a file could not be read from the machine (${response.status})`)
  }

  /** Events until the process has ended. A stream that ends before that throws: nobody knows then what became of the command. */
  async *run({ command, args, environment, timeoutMs }: VmProcess, signal: AbortSignal): AsyncGenerator<VmEvent> {
    const response = await this.#ask('/process.Process/Start', {
      method: 'POST',
      headers: { 'content-type': 'application/connect+json', 'connect-protocol-version': '1', 'connect-timeout-ms': String(timeoutMs), 'keepalive-ping-interval': '30', authorization: rootAuthorization },
      body: encodeFrame({ process: { cmd: command, args, envs: environment, cwd: '/' }, stdin: false }),
      signal,
    })
    if (!response.ok || response.body === null) throw new SandboxError('sandbox-setup-failed', `a process could not be started in the machine (${response.status})`)
    let hasEnded = false
    try {
      for await (const { isLast, value } of decodeFrames(response.body as unknown as AsyncIterable<Uint8Array>)) {
        if (isLast) break
        const event = eventOf(value)
        if (event === null) continue
        yield event
        if (event.kind === 'ended') hasEnded = true
      }
    } catch (error) {
      signal.throwIfAborted()
      throw new SandboxError('sandbox-unavailable', 'the connection to the machine broke while a command ran', { cause: error, remedy: 'Try again; the launch was not counted.' })
    }
    if (!hasEnded) throw new SandboxError('sandbox-unavailable', 'the machine was gone before a command had ended', { remedy: 'Try again; the launch was not counted.' })
  }

  async #ask(path: string, init: RequestInit & { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> }): Promise<Response> {
    return await this.#guarded(() => this.#fetch(`${this.#base}${path}`, { ...init, headers: { ...this.#headers, ...init.headers }, redirect: 'error' }), init.signal)
  }

  async #guarded<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await action()
    } catch (error) {
      signal.throwIfAborted()
      throw new SandboxError('sandbox-unavailable', 'the machine cannot be reached', { cause: error, remedy: 'Try again; the launch was not counted.' })
    }
  }
}

/** Null for what says nothing, such as a sign of life. */
function eventOf(value: unknown): VmEvent | null {
  const { start, data, end } = eventSchema.parse(value).event
  if (end !== undefined) return { kind: 'ended', exitCode: end.exited === true ? (end.exitCode ?? 0) : null }
  if (data?.stdout !== undefined) return { kind: 'output', stream: 'stdout', bytes: Buffer.from(data.stdout, 'base64') }
  if (data?.stderr !== undefined) return { kind: 'output', stream: 'stderr', bytes: Buffer.from(data.stderr, 'base64') }
  return start === undefined ? null : { kind: 'started' }
}
