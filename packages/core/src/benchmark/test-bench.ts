// For tests only: real agents of a few lines, in the real sandbox, with a model that answers what a test says.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createBubblewrapSandbox } from '../adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from '../adapters/bubblewrap-sandbox/stage.ts'
import { createTranscriptFiles } from '../adapters/transcript-files/transcript-files.ts'
import { createUnixDoors } from '../adapters/unix-door/unix-door.ts'
import { GrantTable } from '../capability/grant-table.ts'
import { openGateway, type Gateway } from '../model/gateway.ts'
import type { ModelReply, ModelRequest } from '../model/model-request.ts'
import type { Recording } from '../model/recording.ts'
import { createRedactor } from '../model/redaction.ts'
import { unlimited, type SpendingLimits } from '../model/spending-budget.ts'
import { configSchema, type Config } from '../target/config.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { tickingClock } from '../testing/sample-events.ts'
import type { AttemptPorts, TaskAgent } from './attempt-task.ts'
import type { BenchmarkTask } from './benchmark-task.ts'

export type Ask = (request: ModelRequest) => Promise<ModelReply>

export interface TestBench extends AsyncDisposable {
  readonly home: string
  readonly config: Config
  readonly journal: ReturnType<typeof createMemoryJournal>
  readonly ports: Omit<AttemptPorts, 'gateway'>
  /** With a recording nobody is asked, and what is done goes to a journal of its own. */
  gateway(ask: Ask, run?: SpendingLimits, recording?: Recording): Promise<Gateway>
}

export async function openTestBench({ toolchains = [] }: { readonly toolchains?: readonly string[] } = {}): Promise<TestBench> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-benchmark-test-'))
  const sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath }, toolchains })
  const owner = commandOwner(ownRights())
  const journal = createMemoryJournal({ clock: tickingClock() })
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } }, sandbox: { memory: '1GiB', cpu: '20s', wall: '20s' } })
  return {
    home,
    config,
    journal,
    ports: { sandbox, scratch: home, owner, config, mounts: [], doors: createUnixDoors({ grants: new GrantTable({ clock: () => new Date(), monotonic: () => performance.now(), random: randomBytes }), owner }) },
    gateway: (ask, run = unlimited, recording) => {
      const own = recording === undefined ? journal : createMemoryJournal({ clock: tickingClock() })
      return openGateway(
        { journal: own, index: own, transcripts: createTranscriptFiles(path.join(home, 'transcripts')), redactor: createRedactor([]), clock: tickingClock(), wait: async () => undefined },
        { run: 'r1', limits: { run, proposal: unlimited }, models: [{ model: { name: 'own', provider: 'ollama', id: 'some-model' }, price: { input: 1000, output: 1000 }, maxOutputTokens: 4096, attempts: 1, provider: { ask } }], ...(recording === undefined ? {} : { recording }) },
      )
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export function saying(text: string): Ask {
  return async () => ({ text, toolCalls: [], finish: 'stop', usage: { input: 50, output: 10 } })
}

/** Asks its model once, prints that it did, and writes the answer to a file. */
export const askingAgent = `node -e '
const http = require("node:http"), fs = require("node:fs")
const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: "/model/v1/chat/completions", method: "POST", headers: { authorization: "Bearer " + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, "utf8") } }, (response) => {
  let body = ""
  response.on("data", (chunk) => (body += chunk))
  response.on("end", () => {
    if (response.statusCode !== 200) process.exit(3)
    if (process.argv[1] !== "quiet") console.log(JSON.stringify({ kind: "model", call: 1 }))
    fs.writeFileSync("add.js", JSON.parse(body).choices[0].message.content)
  })
})
request.end(JSON.stringify({ model: process.env.RATCHET_MODEL, messages: [{ role: "user", content: fs.readFileSync(process.env.RATCHET_STATEMENT, "utf8") }], max_tokens: 100 }))'`

/** The same, in one conversation of so many turns. */
export const talkingAgent = (turns: number): string => `node -e '
const http = require("node:http"), fs = require("node:fs")
const messages = [{ role: "user", content: fs.readFileSync(process.env.RATCHET_STATEMENT, "utf8") }]
const turn = (left) => {
  const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: "/model/v1/chat/completions", method: "POST", headers: { authorization: "Bearer " + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, "utf8") } }, (response) => {
    let body = ""
    response.on("data", (chunk) => (body += chunk))
    response.on("end", () => {
      if (response.statusCode !== 200) process.exit(3)
      const text = JSON.parse(body).choices[0].message.content
      messages.push({ role: "assistant", content: text }, { role: "user", content: "go on" })
      if (left > 1) turn(left - 1)
      else fs.writeFileSync("add.js", text)
    })
  })
  request.end(JSON.stringify({ model: process.env.RATCHET_MODEL, messages, max_tokens: 100 }))
}
turn(${turns})'`

export function agentOf(command: string, changes: Partial<TaskAgent> = {}): TaskAgent {
  return { command, code: null, mounts: [], model: 'own', limits: { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 64, diskBytes: 64 * 1024 ** 2, outputBytes: 1024 ** 2 }, requests: 5, needsTrajectory: false, bridge: false, ...changes }
}

const file = (name: string, text: string): BenchmarkTask['files'][number] => ({ path: name, content: Buffer.from(text) })

export const rightAnswer = 'exports.add = (a, b) => a + b\n'

/** `add` in add.js is to be made right. */
export const addTask: BenchmarkTask = {
  id: 'add',
  statement: 'Make add(a, b) in add.js add.',
  files: [file('add.js', 'exports.add = (a, b) => a - b\n'), file('package.json', '{"scripts": {"test": "node --test"}}'), file('visible.test.js', `require('node:test').test('one and one', () => require('node:assert').equal(require('./add.js').add(1, 1), 2))\n`)],
  tests: { run: 'node --test', report: 'node', reportFile: null, mustPass: [], least: 3, files: [file('hidden.test.js', `const { test } = require('node:test')\nconst assert = require('node:assert')\nconst { add } = require('./add.js')\ntest('small', () => assert.equal(add(2, 3), 5))\ntest('secret-4711', () => assert.equal(add(-4, 1), -3))\n`)] },
  visible: { run: 'node --test visible.test.js', report: 'node', reportFile: null, mustPass: [], least: 1, files: [] },
  mayChange: [],
  timeoutMs: 20_000,
}
