// For tests only: the real sandbox, doors and gateway, with a provider in memory.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { createBubblewrapSandbox } from '../adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from '../adapters/bubblewrap-sandbox/stage.ts'
import { createTranscriptFiles } from '../adapters/transcript-files/transcript-files.ts'
import { createUnixDoors } from '../adapters/unix-door/unix-door.ts'
import { GrantTable } from '../capability/grant-table.ts'
import { recordedDoors } from '../capability/recorded-doors.ts'
import { openGateway, type Gateway } from '../model/gateway.ts'
import type { ModelReply, ModelRequest } from '../model/model-request.ts'
import { createRedactor } from '../model/redaction.ts'
import { unlimited } from '../model/spending-budget.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { tickingClock } from '../testing/sample-events.ts'
import { launchAgent, type AgentLaunch, type AgentResult } from './launch-agent.ts'

const limits = { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 64, diskBytes: 64 * 1024 ** 2, outputBytes: 1024 ** 2 }

export interface AgentStand extends AsyncDisposable {
  readonly journal: ReturnType<typeof createMemoryJournal>
  /** What the provider was asked, in order. */
  readonly asked: readonly ModelRequest[]
  /** As a process that starts anew would find it. */
  gateway(): Promise<Gateway>
  /** A folder with these files. */
  folder(files: Readonly<Record<string, string>>): Promise<string>
  /** Launches on three small files, unless `changes` name another folder. */
  run(command: string, changes?: Partial<AgentLaunch>): Promise<AgentResult>
}

/** `answer`: what the provider says to its n-th question, from 1. `programs`: executables on PATH inside, by name and text. */
export async function openAgentStand(answer: (asked: ModelRequest, count: number) => ModelReply, programs: Readonly<Record<string, string>> = {}): Promise<AgentStand> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-agent-'))
  const executables: Record<string, string> = { node: process.execPath }
  for (const [name, text] of Object.entries(programs)) {
    executables[name] = path.join(home, name)
    await writeFile(path.join(home, name), text, { mode: 0o755 })
  }
  const sandbox = await createBubblewrapSandbox({ environment: process.env, executables })
  const journal = createMemoryJournal({ clock: tickingClock() })
  const asked: ModelRequest[] = []
  const provider = { ask: async (request: ModelRequest) => answer(request, asked.push(request)) }
  let number = 0
  const stand: AgentStand = {
    journal,
    asked,
    gateway: () =>
      openGateway(
        { journal, index: journal, transcripts: createTranscriptFiles(path.join(home, 'transcripts')), redactor: createRedactor([]), clock: tickingClock(), wait: async () => undefined },
        { run: 'r1', limits: { run: unlimited, proposal: unlimited }, models: [{ model: { name: 'own', provider: 'ollama', id: 'some-model' }, price: { input: 1000, output: 1000 }, maxOutputTokens: 4096, attempts: 1, provider }] },
      ),
    folder: async (files) => {
      const work = path.join(home, 'work', String(++number))
      for (const [name, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(work, name)), { recursive: true })
        await writeFile(path.join(work, name), text)
      }
      return work
    },
    run: async (command, changes = {}) => {
      const grants = new GrantTable({ clock: () => new Date(), monotonic: () => performance.now(), random: randomBytes })
      const doors = recordedDoors(createUnixDoors({ grants, owner: commandOwner(ownRights()) }), journal)
      const work = changes.work ?? (await stand.folder({ 'src/a.js': 'old\n', 'src/b.js': 'stays\n', 'c.js': 'goes\n' }))
      const grant = { run: 'r1', about: null, label: `agent ${number}`, requests: 10 }
      return await launchAgent({ sandbox, doors, gateway: await stand.gateway() }, { command, code: null, work, statement: 'make it better', model: 'own', limits, grant, ...changes }, AbortSignal.timeout(30_000))
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true })
    },
  }
  return stand
}
