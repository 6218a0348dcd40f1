import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { serve, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { encodeFrame } from './connect-frames.ts'
import type { Fetch } from './e2b-api.ts'

/** What a stand-in shall do wrong, each once, in the order of requests of that kind. */
export interface Faults {
  readonly create: { readonly status: number; readonly retryAfter?: string; readonly body?: string }[]
  readonly end: { readonly status: number }[]
  /** What happens instead of the next command's stream. */
  stream: 'none' | 'cut' | 'cut-in-frame' | 'silent' | 'huge-frame' | 'no-end' | 'lies'
  report: string | null
  kept: Buffer | null
}

export interface SeenRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface StandInMachine {
  readonly directory: string
  readonly token: string
  readonly processes: ChildProcess[]
}

/** Prefix that stands for a machine's own directory. */
export const standInRoot = '/stand-in'
export const standInKey = 'e2b_0123456789abcdef'

/**
 * Speaks the service's protocol on this machine: the control plane, and for each sandbox a daemon that really runs commands, in a directory of its own. Machines' host names
 * are answered by the fetch that comes with it.
 */
export class StandIn implements AsyncDisposable {
  readonly faults: Faults = { create: [], end: [], stream: 'none', report: null, kept: null }
  readonly seen: SeenRequest[] = []
  readonly machines = new Map<string, StandInMachine>()
  ended = 0
  readonly #server: ServerType
  readonly #port: Promise<number>

  constructor() {
    let ready: (port: number) => void = () => undefined
    this.#port = new Promise((resolve) => (ready = resolve))
    this.#server = serve({ fetch: this.#app().fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port))
  }

  async baseUrl(): Promise<string> {
    return `http://127.0.0.1:${await this.#port}`
  }

  readonly fetch: Fetch = async (url, init) => {
    const headers = Object.fromEntries(new Headers(init.headers))
    this.seen.push({ url, headers, body: init.body instanceof Uint8Array ? Buffer.from(init.body).toString('latin1') : typeof init.body === 'string' ? init.body : '' })
    const [, id, rest] = /^https:\/\/49983-([a-z0-9]+)\.machines\.test(\/.*)$/.exec(url) ?? []
    return await fetch(id === undefined ? url : `${await this.baseUrl()}/vm/${id}${rest}`, init)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.machines.keys()) await this.#end(id)
    this.#server.close()
  }

  #app(): Hono {
    const app = new Hono()
    app.post('/sandboxes', async (context) => {
      const fault = this.faults.create.shift()
      if (fault !== undefined) return new Response(fault.body ?? '{"code":1,"message":"fault"}', { status: fault.status, headers: fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter } })
      if (context.req.header('x-api-key') !== standInKey) return context.json({ code: 401, message: 'no' }, 401)
      const id = randomBytes(8).toString('hex')
      const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-stand-in-'))
      await chmod(directory, 0o755)
      this.machines.set(id, { directory, token: randomBytes(16).toString('hex'), processes: [] })
      return context.json({ sandboxID: id, templateID: 'base', clientID: 'x', envdVersion: '0.4.0', envdAccessToken: this.machines.get(id)?.token, domain: 'machines.test' }, 201)
    })
    app.delete('/sandboxes/:id', async (context) => {
      const fault = this.faults.end.shift()
      if (fault !== undefined) return new Response('', { status: fault.status })
      return new Response(null, { status: (await this.#end(context.req.param('id'))) ? 204 : 404 })
    })
    app.use('/vm/:id/*', async (context, next) => {
      const machine = this.machines.get(context.req.param('id'))
      if (machine === undefined) return new Response('{"code":502}', { status: 502 })
      if (context.req.header('x-access-token') !== machine.token) return new Response('', { status: 401 })
      await next()
      return undefined
    })
    app.post('/vm/:id/files', async (context) => {
      const file = this.#place(context.req.param('id'), context.req.query('path') ?? '')
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, Buffer.from(await context.req.arrayBuffer()))
      return context.json([{ path: file, name: path.basename(file), type: 'file' }])
    })
    app.get('/vm/:id/files', async (context) => {
      const name = context.req.query('path') ?? ''
      if (name.endsWith('/report') && this.faults.report !== null) return new Response(this.faults.report)
      if (name.endsWith('/kept.tar') && this.faults.kept !== null) return new Response(new Uint8Array(this.faults.kept))
      try {
        return new Response(new Uint8Array(await readFile(this.#place(context.req.param('id'), name))))
      } catch {
        return context.json({ code: 404, message: 'none' }, 404)
      }
    })
    app.post('/vm/:id/process.Process/Start', async (context) => this.#start(context.req.param('id'), Buffer.from(await context.req.arrayBuffer())))
    return app
  }

  #place(id: string, text: string): string {
    return text.replaceAll(standInRoot, this.machines.get(id)?.directory ?? '/nonexistent')
  }

  #start(id: string, body: Buffer): Response {
    const request = JSON.parse(body.toString('utf8', 5)) as { process: { cmd: string; args: string[]; envs: Record<string, string> } }
    const isCommand = request.process.args[3] === 'run'
    const fault = isCommand ? this.faults.stream : 'none'
    if (isCommand) this.faults.stream = 'none'
    const place = (text: string): string => this.#place(id, text)
    const child = spawn(request.process.cmd, request.process.args.map(place), { env: Object.fromEntries(Object.entries(request.process.envs).map(([name, value]) => [name, place(value)])), cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.machines.get(id)?.processes.push(child)
    return new Response(new ReadableStream<Uint8Array>({ start: (stream) => follow(child, stream, fault) }), { headers: { 'content-type': 'application/connect+json' } })
  }

  async #end(id: string): Promise<boolean> {
    const machine = this.machines.get(id)
    if (machine === undefined) return false
    this.machines.delete(id)
    this.ended++
    for (const { pid, exitCode } of machine.processes) if (pid !== undefined && exitCode === null) killGroup(pid)
    await rm(machine.directory, { recursive: true, force: true })
    return true
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function follow(child: ChildProcess, stream: ReadableStreamDefaultController<Uint8Array>, fault: Faults['stream']): void {
  let isOpen = true
  const send = (value: unknown): void => {
    if (!isOpen) return
    try {
      stream.enqueue(encodeFrame(value))
    } catch {
      isOpen = false
    }
  }
  const over = (): void => {
    if (!isOpen) return
    isOpen = false
    stream.close()
  }
  const finish = (flags: Uint8Array): void => {
    if (isOpen) stream.enqueue(flags)
    over()
  }
  send({ event: { start: { pid: child.pid } } })
  if (fault === 'silent') return
  if (fault === 'lies') return finish(Buffer.concat([encodeFrame({ event: { end: { exited: true } } }), closing]))
  child.stdout?.on('data', (chunk: Buffer) => {
    send({ event: { data: { stdout: chunk.toString('base64') } } })
    if (fault === 'cut') isOpen = abandon(stream)
    if (fault === 'cut-in-frame') finish(new Uint8Array([0, 0, 0, 1, 0, 1]))
    if (fault === 'huge-frame') finish(new Uint8Array([0, 255, 255, 255, 255, 1]))
  })
  child.stderr?.on('data', (chunk: Buffer) => send({ event: { data: { stderr: chunk.toString('base64') } } }))
  child.once('close', (code, signal) => {
    send({ event: { keepalive: {} } })
    if (fault !== 'no-end') send({ event: { end: code === null ? { exitCode: -1, status: String(signal) } : { exited: true, ...(code === 0 ? {} : { exitCode: code }), status: `exit status ${code}` } } })
    finish(closing)
  })
}

const closing = new Uint8Array([2, 0, 0, 0, 2, 0x7b, 0x7d])

function abandon(stream: ReadableStreamDefaultController<Uint8Array>): boolean {
  stream.error(new Error('cut'))
  return false
}
