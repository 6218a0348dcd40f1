import { randomBytes } from 'node:crypto'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { loadOwnJudge } from '../compose-judging.ts'
import { openTarget } from '../compose-target.ts'
import type { Invocation } from '../invocation.ts'
import { UsageError } from '../usage-error.ts'
import { openProposerDesk, type DeskOptions } from './open-proposer-desk.ts'
import type { ProposerDesk } from './proposer-desk.ts'
import { createProposerServer } from './proposer-server.ts'
import { serveHttp } from './serve-http.ts'

/** Serves proposers until they or the operator end it; then nothing runs any more, and nothing is held. `port` null: standard input and output. */
export async function serveMcp(invocation: Invocation, { port, ...options }: DeskOptions & { readonly port: number | null }): Promise<void> {
  const { console } = invocation
  // Standard output belongs to the protocol: whatever is said goes elsewhere.
  const quiet: Invocation = { ...invocation, get stdin() { return invocation.stdin }, console: { ...console, json: false, live: false, document: () => undefined, print: console.note } }
  await loadJudge(quiet, options)
  await using desk = openProposerDesk(quiet, options)
  // Said now rather than to every caller.
  await desk.list({ limit: 1, skip: 0 })
  await (port === null ? overStdio(quiet, desk) : overHttp(quiet, desk, port))
}

/** The first submission may come hours after the start. */
async function loadJudge(invocation: Invocation, { target: options }: DeskOptions): Promise<void> {
  await using target = await openTarget(invocation, options, 'read')
  await loadOwnJudge(target.workspace, (await target.workspace.revisions.commit('HEAD')).id)
}

/** Until the client closes our standard input, goes away, or a signal comes. */
async function overStdio({ stdin, stdout, signal, console }: Invocation, desk: ProposerDesk): Promise<void> {
  const onerror = (error: Error): void => console.note(`mcp: ${error.message}`)
  const ended = Promise.withResolvers<void>()
  const end = (): void => ended.resolve()
  for (const event of ['end', 'close', 'error']) stdin.once(event, end)
  stdout.once('error', end)
  signal.addEventListener('abort', end)
  const handle = serveStdio(() => createProposerServer(desk), { transport: new StdioServerTransport(stdin, stdout), onerror })
  console.note('serving MCP on standard input and output')
  await ended.promise
  await handle.close()
  stdin.destroy()
}

async function overHttp({ environment, signal, console }: Invocation, desk: ProposerDesk, port: number): Promise<void> {
  const given = environment['RATCHET_MCP_TOKEN']
  if (given !== undefined && !/^[\w.~+/=-]{32,512}$/.test(given)) throw new UsageError('bad-argument', 'RATCHET_MCP_TOKEN holds no token: at least 32 letters, digits or -._~+/= are needed', { remedy: 'Make one with `openssl rand -hex 32`, or leave it out and take the one that is shown.' })
  const token = given ?? randomBytes(32).toString('hex')
  const handler = createMcpHandler(() => createProposerServer(desk), { onerror: (error) => console.note(`mcp: ${error.message}`) })
  await using front = await serveHttp({ handler, port, token, note: console.note })
  console.note(`serving MCP on ${front.url}`)
  if (given === undefined) console.note(`token: ${token}`)
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  await handler.close()
}
