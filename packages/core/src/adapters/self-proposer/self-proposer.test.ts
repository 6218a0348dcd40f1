import { randomBytes } from 'node:crypto'
import { chmod, cp, lchown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GrantTable } from '../../capability/grant-table.ts'
import { openGateway, type Gateway } from '../../model/gateway.ts'
import type { ModelRequest } from '../../model/model-request.ts'
import { createRedactor } from '../../model/redaction.ts'
import { unlimited } from '../../model/spending-budget.ts'
import type { ProposalDraft, ProposalRequest } from '../../proposal/proposer.ts'
import { readTemplates } from '../../proposal/prompt/prompt-templates.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { configSchema } from '../../target/config.ts'
import { createMemoryJournal } from '../../testing/memory-journal.ts'
import { tickingClock } from '../../testing/sample-events.ts'
import type { TaskFailure } from '../../weakness/task-failure.ts'
import { createBubblewrapSandbox } from '../bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from '../bubblewrap-sandbox/stage.ts'
import { createTranscriptFiles } from '../transcript-files/transcript-files.ts'
import { createUnixDoors } from '../unix-door/unix-door.ts'
import { createSelfProposer, type SelfAgent } from './self-proposer.ts'

/** An agent of a few lines: asks its model once, and does as a shell command what it says, in its own copy. */
const agentCode = `const http = require("node:http"), fs = require("node:fs"), { execSync } = require("node:child_process")
const body = JSON.stringify({ model: process.env.RATCHET_MODEL, messages: [{ role: "user", content: fs.readFileSync(process.env.RATCHET_STATEMENT, "utf8") }], max_tokens: 200 })
const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: "/model/v1/chat/completions", method: "POST", headers: { authorization: "Bearer " + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, "utf8") } }, (response) => {
  let text = ""
  response.on("data", (chunk) => (text += chunk))
  response.on("end", () => {
    if (response.statusCode !== 200) process.exit(7)
    const said = JSON.parse(text).choices[0].message.content
    if (!said.startsWith("quiet")) console.log(JSON.stringify({ kind: "model", call: 1 }))
    execSync(said.replace(/^quiet /, ""), { stdio: "ignore" })
    console.log(JSON.stringify({ kind: "end", why: "done", summary: "did  as\\nit was told\\u001b[31m" }))
  })
})
request.end(body)
`
const files = { 'src/agent.cjs': agentCode, 'src/prompt.md': 'be careful\n', 'check/test.cjs': 'process.exit(0)\n' }
const agent: SelfAgent = {
  command: 'node "$RATCHET_AGENT/src/agent.cjs"', model: { name: 'own', provider: 'ollama', id: 'some-model' }, analyst: null, calls: 5, usd: null, needsTrajectory: true, bridge: false,
  limits: { memoryBytes: 512 * 1024 ** 2, cpuMs: 10_000, wallMs: 10_000, processes: 64, diskBytes: 64 * 1024 ** 2, outputBytes: 1024 ** 2 },
}
const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'node check/test.cjs' }], metrics: { solved: { run: agent.command, measure: 'pass-rate', tasks: 3 } }, models: { use: { own: { provider: 'ollama', model: 'some-model' } } }, search: { self: true } })
const failures: readonly TaskFailure[] = [{ task: 'calc', why: 'no-change', calls: 2, nanoUsd: 0, failing: ['adds'], tail: 'the edit did not apply' }]
const analysis = JSON.stringify({ primaryWeakness: 'it edits blindly', rootCause: 'src/agent.cjs', suggestedFix: 'read first' })

describe('an agent that writes its own next version', () => {
  let home: string
  let sandbox: Sandbox
  const journal = createMemoryJournal({ clock: tickingClock() })
  const asked: ModelRequest[] = []
  let answers: readonly string[] = []

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-self-'))
    sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(home, 'tree', name)), { recursive: true })
      await writeFile(path.join(home, 'tree', name), text)
    }
  })
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  const gateway = (): Promise<Gateway> =>
    openGateway(
      { journal, index: journal, transcripts: createTranscriptFiles(path.join(home, 'transcripts')), redactor: createRedactor([]), clock: tickingClock(), wait: async () => undefined },
      { run: 'r1', limits: { run: unlimited, proposal: unlimited }, models: [{ model: agent.model, price: { input: 10, output: 10 }, maxOutputTokens: 4096, attempts: 1, provider: { ask: async (request) => {
        asked.push(request)
        return { text: answers[asked.length - 1] ?? 'true', toolCalls: [], finish: 'stop', usage: { input: 50, output: 10 } }
      } } }] },
    )

  const events = async (): Promise<number> => {
    let count = 0
    for await (const _ of journal.read(0)) count++
    return count
  }

  /** One step on the tree, with these answers of the model. */
  const step = async (number: number, said: readonly string[], changes: { readonly agent?: Partial<SelfAgent>; readonly request?: Partial<ProposalRequest> } = {}): Promise<ProposalDraft | null> => {
    asked.length = 0
    answers = said
    const grants = new GrantTable({ clock: () => new Date(), monotonic: () => performance.now(), random: randomBytes })
    const proposer = createSelfProposer({
      sandbox, doors: createUnixDoors({ grants, owner: commandOwner(ownRights()) }), gateway: await gateway(), config, agent: { ...agent, ...changes.agent }, baseline: 'b'.repeat(40), isProtected: (file) => file.startsWith('check/'), mounts: [], run: 'r1', scratch: home,
      brief: { objective: 'maximize solved', constraints: '- Only src.', templates: await readTemplates() },
      slots: {
        materialise: async () => {
          const slot = await mkdtemp(path.join(home, 'slot-'))
          await cp(path.join(home, 'tree'), slot, { recursive: true })
          const owner = commandOwner(ownRights())
          return { path: await shown(slot, owner), protectedPaths: ['check/test.cjs'], [Symbol.asyncDispose]: () => rm(slot, { recursive: true, force: true }) }
        },
        [Symbol.asyncDispose]: async () => undefined,
      },
    })
    const sources = Object.entries(files).flatMap(([name, text]) => (name.startsWith('src/') ? [{ path: name, text }] : []))
    return proposer.propose({ parent: 'p'.repeat(40), sources, opportunities: [], random: seededRandom(1, 'proposal', number), tried: new Set(), step: number, tasks: async () => ({ failures, solved: 2 }), history: async () => ({ lineage: [], best: [], attempts: [] }), ...changes.request }, AbortSignal.timeout(30_000))
  }
  const shown = async (folder: string, owner: number | null): Promise<string> => {
    await chmod(folder, 0o755)
    if (owner !== null) await lchown(folder, owner, owner)
    return folder
  }

  it('runs on its own code, is told what it failed at, and leaves its child', async () => {
    const draft = await step(1, ['echo "read before editing" >> src/prompt.md; rm -f src/none; mkdir -p node_modules/x; echo x > node_modules/x/y; echo new > src/retry.cjs'])
    expect(draft).toMatchObject({ edits: [], operator: 'self-edit', rationale: 'did as it was told [31m', weakness: { source: 'facts', tasks: ['calc'], unsolved: 1 }, model: { name: 'own', calls: [expect.any(String)], transcripts: [expect.any(String)], nanoUsd: 600 } })
    expect(draft?.changes?.map(({ path: file, content }) => [file, Buffer.from(content ?? []).toString()])).toEqual([['src/prompt.md', 'be careful\nread before editing\n'], ['src/retry.cjs', 'new\n']])
    const statement = asked[0]?.messages[0]?.text ?? ''
    for (const part of ['# Improve this agent', 'Primary weakness: it ends without having changed anything, in 1 of 1', 'solved 2 of 3 tasks', 'the edit did not apply', 'visible tests that fail: adds', '- Only src.']) expect(statement).toContain(part)
  })

  it('made again by a resumed run, is answered from the record and gives the same child', async () => {
    const before = await events()
    const draft = await step(1, ['echo other > src/prompt.md'])
    expect([asked.length, Buffer.from(draft?.changes?.[0]?.content ?? []).toString(), await events()]).toEqual([0, 'be careful\nread before editing\n', before])
  })

  it('is told what a model makes of its failures where one is asked, and what that took is told', async () => {
    const draft = await step(2, [analysis, 'echo x >> src/prompt.md'], { agent: { analyst: agent.model } })
    expect(draft).toMatchObject({ weakness: { source: 'model', primary: 'it edits blindly', model: { nanoUsd: 600 } }, model: { calls: [expect.any(String)], nanoUsd: 600 } })
    expect(asked[1]?.messages[0]?.text).toContain('Suggested fix: read first')
    const other = await step(3, ['no analysis', 'echo x >> src/prompt.md'], { agent: { analyst: agent.model } })
    expect(other).toMatchObject({ weakness: { source: 'facts', model: { nanoUsd: 600 } }, model: { nanoUsd: 600 } })
  })

  it('begins without failures where nothing was measured yet', async () => {
    const draft = await step(4, ['echo x >> src/prompt.md'], { agent: { analyst: agent.model }, request: { tasks: async () => ({ failures: [], solved: 0 }) } })
    expect(draft?.weakness?.primary).toContain('nothing is known yet')
    expect(asked).toHaveLength(1)
  })

  it.each<[string, string, string, Partial<SelfAgent>]>([
    ['leaves itself as it was', 'true', 'no-change', {}],
    ['ends with an error', 'false', 'agent-failed', {}],
    ['is ended by a limit', 'sleep 20', 'agent-failed', { limits: { ...agent.limits, wallMs: 1_000 } }],
    ['leaves a link out', 'ln -s /etc/passwd src/link', 'changes-refused', {}],
    ['says less than its model did', 'quiet echo x >> src/prompt.md', 'trajectory-incomplete', {}],
  ])('is refused, with what it cost, when it %s', async (name, command, code, change) => {
    expect(await step(10 + name.length, [command], { agent: change })).toMatchObject({ edits: [], refusal: { code, model: { name: 'own', calls: [expect.any(String)], nanoUsd: 600 } } })
  })

  it('cannot reach its tests, nor the code that it runs on, to change them; what it leaves in their place is seen', async () => {
    const draft = await step(50, ['ls check 2>/dev/null && touch seen; echo x > "$RATCHET_AGENT/src/agent.cjs" 2>/dev/null; echo x > "$RATCHET_AGENT/check/test.cjs" 2>/dev/null; mkdir check; echo "process.exit(0) //" > check/test.cjs'])
    expect(draft?.changes?.map(({ path: file }) => file)).toEqual(['check/test.cjs'])
  })
})
