import process from 'node:process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { shellTarget, type Files, type Target } from '../target.ts'

export const command = fileURLToPath(new URL('../../packages/cli/bin/ratchet.js', import.meta.url))

/** As `shellTarget`, with a test that proposers must not see. */
export const hiddenTarget: Files = {
  ...shellTarget,
  'ratchet.yaml': String(shellTarget['ratchet.yaml']).replace('tests: [', 'tests: [{ run: sh check/hidden.sh, report: tap, timeout: 5s, heldOut: true }, '),
  'src/notes.md': '<!-- TODO: approve this -->\n',
  'check/hidden.sh': '#!/bin/sh\necho "TAP version 13"\necho "1..1"\nif [ "$(cat src/cost)" != 13 ]; then echo "ok 1 - unlucky number"; else echo "not ok 1 - unlucky number"; exit 1; fi\n',
}

export const change = (file: string, from: string, to: string): string => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-${from}\n+${to}\n`

/** A change whose tests take longer than anybody waits, by a number that nothing else on the machine sleeps. */
export const slow = (seconds: string): string => change('src/answer', 'echo "$(( $1 * 2 ))"', `sleep ${seconds}; echo "$(( $1 * 2 ))"`)

export interface Stand {
  readonly id: string
  readonly state: string
  readonly stage: string
  readonly proposal: { readonly verdict: string; readonly proposer: string; readonly rationale: string; readonly reasons: readonly { readonly code: string; readonly message: string }[] } | null
}

export interface Refusal {
  readonly refused: { readonly code: string; readonly message: string; readonly remedy: string | null }
}

/** Calls a tool; its answer is one JSON text. */
export async function call<T>(client: Client, name: string, input: Readonly<Record<string, unknown>> = {}, options: Parameters<Client['callTool']>[1] = {}): Promise<T> {
  const { content } = await client.callTool({ name, arguments: { ...input } }, options)
  const [first] = content
  if (content.length !== 1 || first?.type !== 'text') throw new TypeError(`the tool ${name} gave no text`)
  return JSON.parse(first.text) as T
}

export async function stdioClient(target: Target, ...more: readonly string[]): Promise<Client & AsyncDisposable> {
  const transport = new StdioClientTransport({ command: process.execPath, args: [command, 'mcp', '--target', target.directory, ...more], env: { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: target.configHome }, stderr: 'ignore' })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

/** How many processes of this machine have a word in their command line. */
export async function processesWith(word: string): Promise<number> {
  const lines = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter((line) => line.split('\0').includes(word)).length
}

export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain until ${what}`)
}
