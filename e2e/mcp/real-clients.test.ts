import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../packages/core/src/adapters/gvisor-sandbox/find-program.ts'
import { createTranscriptFiles } from '../../packages/core/src/adapters/transcript-files/transcript-files.ts'
import { createGatewayFront } from '../../packages/core/src/model/front/create-gateway-front.ts'
import { openGateway } from '../../packages/core/src/model/gateway.ts'
import type { ModelReply, ModelRequest } from '../../packages/core/src/model/model-request.ts'
import { createRedactor } from '../../packages/core/src/model/redaction.ts'
import { unlimited } from '../../packages/core/src/model/spending-budget.ts'
import { createMemoryJournal } from '../../packages/core/src/testing/memory-journal.ts'
import { tickingClock } from '../../packages/core/src/testing/sample-events.ts'
import { makeTarget, shellTarget, type Target } from '../target.ts'
import { change, command } from './client.ts'

interface Client {
  readonly name: string
  /** Settings in its home, as the guide has them, with the server's command line in place of COMMAND (as JSON, the program first) and ARGUMENTS. */
  readonly settings: Readonly<Record<string, string>>
  readonly prompt: string
}

const provider = (origin: string): string => `-c 'model_provider="own"' -c 'model_providers.own={name="own", base_url="${origin}/v1", env_key="OPENAI_API_KEY", wire_api="responses"}'`

/** MCP clients as their makers ship them; none is needed here. What is not on PATH, or in `bin` of RATCHET_AGENT_PROGRAMS, is skipped. */
const clients: readonly Client[] = [
  { name: 'claude', settings: { 'work/.mcp.json': '{"mcpServers":{"ratchet":{"command":"node","args":ARGUMENTS}}}' }, prompt: 'claude --print --dangerously-skip-permissions --mcp-config .mcp.json --model own "Improve it."' },
  { name: 'codex', settings: { '.codex/config.toml': '[mcp_servers.ratchet]\ncommand = "node"\nargs = ARGUMENTS\nrequired = true\ntool_timeout_sec = 320\n' }, prompt: 'codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox --model own PROVIDER "Improve it."' },
  { name: 'gemini', settings: { '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}},"mcpServers":{"ratchet":{"command":"node","args":ARGUMENTS}}}' }, prompt: 'gemini --approval-mode yolo --model own --prompt "Improve it."' },
  { name: 'opencode', settings: { 'work/opencode.json': '{"mcp":{"ratchet":{"type":"local","command":COMMAND,"timeout":320000}},"provider":{"own":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"ORIGIN/v1","apiKey":"k"},"models":{"own":{"name":"own"}}}}}' }, prompt: 'opencode run --title t --model own/own "Improve it."' },
]

const folder = process.env['RATCHET_AGENT_PROGRAMS']
const PATH = [...(folder === undefined ? [] : [path.join(folder, 'bin')]), path.dirname(process.execPath), process.env['PATH'] ?? ''].join(':')
const found = new Map(await Promise.all(clients.map(async ({ name }) => [name, await findProgram({ PATH }, name)] as const)))

/** Reads, proposes, asks for the verdict, and says what it is. The tools have other names in every client, and the same end. */
function says({ tools = [], messages }: ModelRequest): ModelReply {
  const told = messages.flatMap((message) => (message.role === 'tool' ? [message.text] : []))
  const text = (words: string): ModelReply => ({ text: words, toolCalls: [], finish: 'stop', usage: { input: 10, output: 5 } })
  const call = (name: string, input: object): ModelReply => {
    const offered = tools.find((tool) => tool.name.endsWith(name))
    return offered === undefined ? text(`there is no ${name}`) : { text: '', toolCalls: [{ id: `call_${told.length}`, name: offered.name, input: JSON.stringify(input) }], finish: 'tool-calls', usage: { input: 10, output: 5 } }
  }
  if (told.length === 0) return call('read_opportunities', { waitSeconds: 60 })
  if (told.length === 1) return call('submit_proposal', { patch: change('src/cost', '100', '50'), rationale: 'half of it' })
  if (told.length === 2) return call('get_verdict', { id: /id\W+([0-9a-f]{8,})/.exec(told[1] ?? '')?.[1] ?? 'none', waitSeconds: 60 })
  return text(`VERDICT ${/verdict\W+([a-z-]+)/.exec(told[2] ?? '')?.[1] ?? 'none'}`)
}

async function openModel(directory: string): Promise<AsyncDisposable & { readonly origin: string }> {
  const journal = createMemoryJournal({ clock: tickingClock() })
  const gateway = await openGateway(
    { journal, index: journal, transcripts: createTranscriptFiles(directory), redactor: createRedactor([]), clock: tickingClock(), wait: async () => undefined },
    { run: 'r1', limits: { run: unlimited, proposal: unlimited }, models: [{ model: { name: 'own', provider: 'ollama', id: 'scripted' }, price: { input: 0, output: 0 }, maxOutputTokens: 8192, attempts: 1, provider: { ask: async (request) => says(request) } }] },
  )
  const server = createServer(getRequestListener(createGatewayFront({ gateway, grantOf: () => ({ label: 'client', about: null, model: 'own', isOnlyModel: true }) })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A client may be gone before what it has started. */
async function openHome(): Promise<AsyncDisposable & { readonly path: string }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-client-'))
  return { path: home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }) }
}

async function promptOnce({ settings, prompt }: Client, { home, target, origin }: { readonly home: string; readonly target: Target; readonly origin: string }): Promise<string> {
  const line = ['node', command, 'mcp', '--target', target.directory]
  const filled = (text: string): string => text.replace('COMMAND', JSON.stringify(line)).replace('ARGUMENTS', JSON.stringify(line.slice(1))).replace('ORIGIN', origin).replace('PROVIDER', provider(origin))
  await mkdir(path.join(home, 'work'), { recursive: true })
  for (const [name, text] of Object.entries(settings)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true })
    await writeFile(path.join(home, name), filled(text))
  }
  const env = {
    PATH, HOME: home, XDG_CONFIG_HOME: target.configHome, LANG: 'C.UTF-8', IS_SANDBOX: '1',
    ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: origin, GEMINI_API_KEY: 'k',
    ENABLE_TOOL_SEARCH: 'false', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_TELEMETRY_ENABLED: 'false', OPENCODE_DISABLE_MODELS_FETCH: 'true', OPENCODE_DISABLE_AUTOUPDATE: 'true',
  }
  const child = spawn('/bin/sh', ['-c', filled(prompt)], { cwd: path.join(home, 'work'), env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 100_000 })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return said
}

describe.each(clients)('the real $name as an MCP client (skipped where it is not installed)', (client) => {
  it.skipIf(found.get(client.name) == null)('connects, reads, proposes and gets a verdict', { timeout: 120_000 }, async () => {
    await using target = await makeTarget(shellTarget)
    await using home = await openHome()
    await using model = await openModel(path.join(home.path, 'transcripts'))
    expect(await promptOnce(client, { home: home.path, target, origin: model.origin })).toContain('VERDICT accepted')
    expect((await target.json('proposals', '--all')).document).toMatchObject([{ proposer: 'agent', verdict: 'accepted' }])
    expect(await target.git('rev-list', '--count', 'HEAD')).toBe('1')
    expect((await target.ratchet('verify')).code).toBe(0)
  })
})
