// The command: reads what is asked, asks the model, changes the working directory, and prints its trajectory.
import { readFile, realpath } from 'node:fs/promises'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { openChatModel } from './chat-model.ts'
import { runAgent } from './run-agent.ts'
import type { Address } from './send.ts'
import { settings } from './settings.ts'
import { tools } from './tools.ts'
import { writeTrajectory } from './trajectory.ts'

const { env } = process
const trajectory = writeTrajectory((text) => process.stdout.write(text))
const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())

const statement = await readFile(required('RATCHET_STATEMENT', process.argv[2]), 'utf8')
const system = await readFile(new URL('../prompts/system.md', import.meta.url), 'utf8')
const model = openChatModel({ address: await addressOf(), model: required('RATCHET_MODEL', env['OPENAI_MODEL']), replyTokens: settings.replyTokens, trajectory, wait: (ms, signal) => sleep(ms, undefined, { signal }) })
await runAgent({ model, tools, settings, trajectory, clock: () => performance.now() }, { root: await realpath('.'), system, statement }, stop.signal)

/** The door of a sandbox, or any server that speaks as OpenAI does. */
async function addressOf(): Promise<Address> {
  const { RATCHET_DOOR: socket, OPENAI_API_KEY: key } = env
  if (socket !== undefined) return { url: new URL('http://door/model/v1/chat/completions'), socket, token: (await readFile(required('RATCHET_TOKEN_FILE'), 'utf8')).trim() }
  return { url: new URL(`${required('OPENAI_BASE_URL').replace(/\/$/, '')}/chat/completions`), token: key ?? null }
}

function required(name: string, other?: string): string {
  const value = other ?? env[name]
  if (value === undefined || value === '') throw new Error(`${name} must be set`)
  return value
}
