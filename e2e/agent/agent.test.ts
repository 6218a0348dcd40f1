import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, ratchet, shellTarget, startRatchet, type Files, type Outcome, type Target } from '../target.ts'

const exec = promisify(execFile)

/** A whole coding agent: does what its model says in the shell, and tells it what came of it. */
const agentProgram = `
const http = require('node:http'), fs = require('node:fs'), { spawnSync } = require('node:child_process')
const messages = [{ role: 'system', content: fs.readFileSync(process.env.RATCHET_STATEMENT, 'utf8') }, { role: 'user', content: 'Here is: ' + fs.readdirSync('.').join(' ') + ' ' + fs.readdirSync('check').join(' ') }]
const ask = () => new Promise((resolve) => {
  const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: '/model/v1/chat/completions', method: 'POST', headers: { authorization: 'Bearer ' + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, 'utf8') } }, (response) => {
    let body = ''
    response.on('data', (chunk) => (body += chunk))
    response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(body) }))
  })
  request.end(JSON.stringify({ model: process.env.RATCHET_MODEL, messages, max_tokens: 200 }))
})
const say = (line) => console.log(JSON.stringify(line))
;(async () => {
  for (let call = 1; call < 9; call++) {
    const { status, body } = await ask()
    if (status !== 200) return say({ kind: 'end', why: 'The model did not answer: ' + status })
    const { content } = body.choices[0].message
    say({ kind: 'model', call })
    if (content.startsWith('DONE ')) return say({ kind: 'end', why: content.slice(5) })
    const { stdout, stderr } = spawnSync('sh', ['-c', content], { encoding: 'utf8' })
    say({ kind: 'tool', tool: 'sh' })
    messages.push({ role: 'assistant', content }, { role: 'user', content: 'output: ' + stdout + stderr })
  }
})()
`

/** What the model tells each agent to do, one after the other. */
const plan = [
  'ln -s /etc/passwd src/link',
  'cp "$RATCHET_TOKEN_FILE" src/notes',
  'echo "exit 0" > check/test.sh; echo 1 > src/cost',
  'echo 70 > src/cheap; rm src/unused; mkdir -p out; echo x > out/log; echo y > src/.aider.tmp',
  'echo 50 > src/cheap; printf "# doubles\\n" >> src/answer',
]

const files: Files = {
  ...shellTarget,
  'ratchet.yaml': '',
  '.gitignore': 'out/\n',
  'src/unused': 'nothing\n',
  'agent/main.js': agentProgram,
  'check/bench.sh': '#!/bin/sh\nif [ -f src/cheap ]; then cat src/cheap; else cat src/cost; fi\n',
  'check/hidden.sh': '#!/bin/sh\n[ "$(sh src/answer 21)" = 42 ]\n',
}

const config = (url: string): string => shellTarget['ratchet.yaml']!.toString()
  .replace('timeout: 5s }]', 'timeout: 5s }, { run: sh check/hidden.sh, heldOut: true, timeout: 5s }]')
  .replace('accept:', [
    'proposers: [agent]',
    'models:',
    `  use: { small: { provider: openai-compatible, url: "${url}", model: stand-in, price: { input: 1, output: 5 }, maxOutputTokens: 400 } }`,
    '  localOnly: true',
    'agents: { use: { tiny: { run: \'node "$RATCHET_AGENT/main.js"\', code: agent, trajectory: required, limits: { wall: 20s, calls: 5, usd: 0.5 } } } }',
    'search: { evaluations: 3 }',
    'accept:',
  ].join('\n'))

interface LogEvent {
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>> & { readonly run?: string }
}

let server: StandIn
let target: Target
let killed: Outcome
let resumed: Outcome
let events: readonly LogEvent[] = []
const reached = Promise.withResolvers<void>()
const release = Promise.withResolvers<void>()

const at = (directory: string, home: string, ...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', directory], { environment: { ...process.env, XDG_CONFIG_HOME: home } })
const bodies = (kind: string): readonly LogEvent['body'][] => events.filter((event) => event.kind === kind).map(({ body }) => body)

beforeAll(async () => {
  let begun = 0
  let isHeld = false
  const answer = async ({ body }: StandInRequest): Promise<StandInAnswer> => {
    const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly role: string; readonly content: string }[] }
    if (!messages.some(({ role }) => role === 'assistant')) return { kind: 'text', text: plan[begun++] ?? 'true' }
    // The end of the first agent whose work is worth something.
    if (!isHeld && messages.some(({ content }) => content.includes('src/cheap'))) {
      isHeld = true
      reached.resolve()
      await release.promise
    }
    return { kind: 'text', text: 'DONE The cost is looked up where it is low.' }
  }
  server = await startStandIn(answer)
  target = await makeTarget({ ...files, 'ratchet.yaml': config(server.url.openai) })
  const running = startRatchet(['run', '--seed', '5', '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
  await Promise.race([reached.promise, running.outcome])
  running.child.kill('SIGKILL')
  killed = await running.outcome
  release.resolve()
  const logOf = async (): Promise<readonly LogEvent[]> => JSON.parse((await at(target.directory, target.configHome, 'log', '--json')).stdout) as LogEvent[]
  const run = (await logOf()).find(({ kind }) => kind === 'run-started')?.body.run ?? ''
  resumed = await at(target.directory, target.configHome, 'run', '--resume', run)
  events = await logOf()
}, 180_000)

afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

interface Made {
  readonly id: string
  readonly proposer: string
  readonly operator: string
  readonly edits: readonly { readonly path: string }[]
  readonly files?: readonly { readonly path: string; readonly digest: string | null; readonly mode: string | null }[]
  readonly model?: { readonly calls: readonly string[]; readonly nanoUsd: number }
}

const made = (): readonly Made[] => bodies('proposal-made').map(({ proposal }) => proposal as Made)
const verdictOf = (id: string): unknown => bodies('decision-made').filter(({ proposal }) => proposal === id).map(({ decision, purpose }) => [purpose, (decision as { readonly verdict: string }).verdict])

describe('a run with a coding agent', () => {
  it('survives kill -9 in the middle of an agent, and asks its model for nothing twice', () => {
    expect(killed.code).toBeNull()
    expect(resumed.stderr + resumed.stdout).toContain('ratchet apply')
    expect(resumed.code).toBe(0)
    const asked = server.requests.map(({ body }) => body)
    expect(asked.length).toBe(2 * plan.length)
    expect(new Set(asked).size).toBe(asked.length)
    expect(bodies('model-call-settled').filter(({ outcome }) => outcome === 'lost')).toHaveLength(1)
  })

  it('refuses what cannot be taken, and what holds the token of the door, with what it cost', () => {
    const refusals = bodies('step-skipped').map(({ refusal }) => refusal as { readonly code: string; readonly model: { readonly calls: readonly string[]; readonly nanoUsd: number } })
    expect(refusals.map(({ code, model }) => [code, model.calls.length, model.nanoUsd > 0])).toEqual([['link', 2, true], ['token', 2, true]])
    expect(JSON.stringify(events)).not.toMatch(/ratchet_[A-Za-z0-9_-]{43}/)
  })

  it('lets nobody change what judges, and asks about a file that goes; what an agent leaves beside its work is none of it', () => {
    const [cheat, removal] = made()
    expect(cheat?.files?.map(({ path }) => path)).toEqual(['check/test.sh'])
    expect(verdictOf(cheat?.id ?? '')).toEqual([['search', 'rejected']])
    expect(removal).toMatchObject({ proposer: 'agent', operator: 'agent-tiny', edits: [], files: [{ path: 'src/cheap', mode: '100644' }, { path: 'src/unused', digest: null, mode: null }] })
    // The call that the kill cut off is lost; what was done before it is not.
    expect(removal?.model?.calls).toHaveLength(1)
    expect(verdictOf(removal?.id ?? '')).toEqual([['search', 'approval-required']])
  })

  it('offers a new file by itself, without what was changed beside it for nothing', async () => {
    const winner = made().at(-1)
    expect(winner).toMatchObject({ proposer: 'agent', edits: [], files: [{ path: 'src/cheap', mode: '100644' }] })
    expect(verdictOf(winner?.id ?? '')).toEqual([['confirm', 'accepted']])
    expect((await at(target.directory, target.configHome, 'show', winner?.id ?? '', '--diff')).stdout).toContain('+50')
    expect((await at(target.directory, target.configHome, 'apply', winner?.id ?? '')).code).toBe(0)
    expect(await target.git('show', '--stat=80', '--format=', 'HEAD')).toMatch(/src\/cheap/)
    expect(await target.git('status', '--porcelain', '--untracked-files=no')).toBe('')
    const verified = await at(target.directory, target.configHome, 'verify', '--json')
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([0, { ok: true }])
  })

  it('is made again from its recording, without network or cost, to the same proposals and decisions', async () => {
    const asked = server.requests.length
    const clone = path.join(path.dirname(target.directory), 'clone')
    const home = path.join(path.dirname(target.directory), 'clone-config')
    await mkdir(home)
    await cp(target.directory, clone, { recursive: true, filter: (source) => !source.includes(`${path.sep}.ratchet`) && !source.includes(`refs${path.sep}ratchet`) })
    const baseline = (bodies('run-started')[0] as { readonly baseline?: string }).baseline ?? ''
    await exec('git', ['-C', clone, 'reset', '--quiet', '--hard', baseline])
    const again = await at(clone, home, 'run', '--replay', target.directory)
    expect(again.stderr + again.stdout).toContain('ratchet apply')
    expect(server.requests).toHaveLength(asked)
    const replayed = JSON.parse((await at(clone, home, 'log', '--json')).stdout) as readonly LogEvent[]
    const of = (all: readonly LogEvent[], kind: string): readonly unknown[] => all.filter((event) => event.kind === kind).map(({ body }) => body)
    expect(of(replayed, 'proposal-made')).toEqual(of(events, 'proposal-made'))
    expect(of(replayed, 'step-skipped')).toEqual(of(events, 'step-skipped'))
    expect((await at(clone, home, 'verify')).code).toBe(0)
  }, 60_000)

  it('says beforehand what it may cost, and whether its programs are there', async () => {
    const estimate = JSON.parse((await at(target.directory, target.configHome, 'estimate', '--json')).stdout) as { readonly models: readonly { readonly name: string }[]; readonly usd: { readonly low: number; readonly high: number } }
    expect(estimate).toMatchObject({ models: [{ name: 'agent tiny' }], usd: { high: (3 * 5 * (32_000 + 400 * 5)) / 1e6 } })
    expect(estimate.usd.low).toBeGreaterThan(0)
    const doctor = async (agents: string): Promise<{ readonly ok: boolean; readonly agents: readonly { readonly ok: boolean; readonly detail: string }[]; readonly remedies: readonly string[] }> => {
      const file = path.join(path.dirname(target.directory), 'agents.yaml')
      await writeFile(file, config(server.url.openai).replace(/agents: .*/, agents))
      return JSON.parse((await at(target.directory, target.configHome, 'doctor', '--tier', 'namespace', '--json', '--config', file)).stdout) as Awaited<ReturnType<typeof doctor>>
    }
    expect(await doctor('agents: { use: { a: { preset: goose }, b: { run: "true" } } }')).toMatchObject({ ok: false, agents: [{ name: 'agent a', ok: false, detail: 'the program goose is not installed' }], remedies: [expect.stringContaining('Install goose')] })
    expect(await doctor('agents: { use: { b: { run: "true" } } }')).toMatchObject({ ok: true, agents: [] })
  })

  it('says at the end of a run why no agent could propose anything, and what to do', async () => {
    const settings = config(server.url.openai).replace(/agents: .*/, 'agents: { use: { gone: { run: no-such-program } } }')
    await using elsewhere = await makeTarget({ ...files, 'ratchet.yaml': settings })
    const outcome = await elsewhere.ratchet('run', '--seed', '1', '--json')
    expect([outcome.code, JSON.parse(outcome.stdout)]).toMatchObject([4, { end: 'exhausted', winner: null, refusal: { code: 'empty', detail: expect.stringContaining('no-such-program') as string, steps: 16 } }])
    expect((await elsewhere.ratchet('run', '--seed', '1')).stdout).toMatch(/each of its 16 steps was refused.*\n.*no-such-program.*\n.*`ratchet doctor`/)
  }, 60_000)

  it('shows no agent what is held out, and tells it what to do', () => {
    const [first] = server.requests
    expect(first?.prompt).toContain('bench.sh')
    expect(first?.prompt).toMatch(/minimize cost/)
    expect(first?.prompt).toContain('"src/**"')
    expect(server.requests.map(({ body }) => body).join()).not.toContain('hidden.sh')
  })
})
