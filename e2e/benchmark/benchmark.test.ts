import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MetricFacts, TaskRun } from '@ratchet/core'
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../../packages/core/src/testing/stand-in-models.ts'
import { makeTarget, ratchet, startRatchet, type Files, type Outcome, type Target, type Verdict } from '../target.ts'

const key = 'stand-in-key-0123456789'
const secret = 'hidden-word-4711'
const taskCount = 14

/** An agent of a few lines, which is the target: it asks once, and writes the answer to f.js. What it says first is its weakness. */
const agent = (hint: string): string => `const http = require('node:http')
const fs = require('node:fs')
const hint = ${JSON.stringify(hint)}
const content = hint + '\\n' + fs.readFileSync(process.env.RATCHET_STATEMENT, 'utf8')
const request = http.request({ socketPath: process.env.RATCHET_DOOR, path: '/model/v1/chat/completions', method: 'POST', headers: { authorization: 'Bearer ' + fs.readFileSync(process.env.RATCHET_TOKEN_FILE, 'utf8') } }, (response) => {
  let body = ''
  response.on('data', (chunk) => (body += chunk))
  response.on('end', () => {
    if (response.statusCode !== 200) process.exit(3)
    console.log(JSON.stringify({ kind: 'model', call: 1 }))
    fs.writeFileSync('f.js', JSON.parse(body).choices[0].message.content)
  })
})
request.end(JSON.stringify({ model: process.env.RATCHET_MODEL, messages: [{ role: 'user', content }], max_tokens: 200 }))
`

const task = (number: number): Files => ({
  [`suite/tasks/t${number}/task.yaml`]: `statement: Task ${number}. Make f() in f.js return ${number}.\nrun: node --test hidden.test.js\nreport: node\n${number > taskCount ? 'heldOut: true\n' : ''}`,
  [`suite/tasks/t${number}/repository/f.js`]: 'exports.f = () => 0\n',
  [`suite/tasks/t${number}/hidden/hidden.test.js`]: `require('node:test').test('${secret}', () => require('node:assert').equal(require('./f.js').f(), ${number}))\n`,
})

const config = (url: string): string => `target: { edit: ["src/**"] }
tests: [{ run: sh check/test.sh }]
metrics:
  solved: { measure: pass-rate, run: node "$RATCHET_AGENT/src/agent.js", suite: suite, trajectory: required, timeout: 30s }
proposers: [llm]
agents: { use: { thinker: { run: 'sed "s/do it/$HINT/" "$RATCHET_AGENT/agent.js" > /tmp/agent.js; node /tmp/agent.js', code: src, environment: { HINT: think first }, trajectory: required, limits: { wall: 30s } } } }
models:
  use: { small: { provider: openai-compatible, url: "${url}", model: stand-in, key: STAND_IN_KEY, price: { input: 1, output: 5 }, maxOutputTokens: 400, contextTokens: 8000, stall: 20s } }
  localOnly: true
  attempts: 1
search: { evaluations: 2 }
accept: { falseAcceptRate: 0.1, canaries: 0 }
`

const isMeta = ({ prompt }: StandInRequest): boolean => prompt.includes('You improve a program')
let proposals = 0

/** Works rightly where it is told to think; as a proposer it first takes the log away, then adds the thought. */
function worker(request: StandInRequest): StandInAnswer {
  const { prompt } = request
  if (isMeta(request)) {
    const text = ++proposals === 1 ? "FILE src/agent.js\n<<<<<<< SEARCH\n    console.log(JSON.stringify({ kind: 'model', call: 1 }))\n=======\n>>>>>>> REPLACE\n" : 'FILE src/agent.js\n<<<<<<< SEARCH\nconst hint = "do it"\n=======\nconst hint = "think first"\n>>>>>>> REPLACE\n'
    return { kind: 'text', text: `A change.\n\n${text}` }
  }
  const number = /Task (\d+)/.exec(prompt)?.[1] ?? '0'
  return { kind: 'text', text: `exports.f = () => ${prompt.includes('think first') ? number : '-1'}\n` }
}

interface LogEvent {
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>> & { readonly run?: string | null }
}
interface Judged {
  readonly purpose: string
  readonly decision: { readonly verdict: string; readonly reasons: readonly { readonly code: string }[] }
}

let server: StandIn
let target: Target
let say: (request: StandInRequest, count: number) => StandInAnswer | Promise<StandInAnswer> = worker
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, XDG_CONFIG_HOME: target.configHome, STAND_IN_KEY: key })
const at = (...args: readonly string[]): Promise<Outcome> => ratchet([...args, '--target', target.directory], { environment: environment() })
const log = async (): Promise<readonly LogEvent[]> => JSON.parse((await at('log', '--json')).stdout) as LogEvent[]
const bodies = <Body>(events: readonly LogEvent[], kind: string): readonly Body[] => events.filter((event) => event.kind === kind).map(({ body }) => body as unknown as Body)

beforeAll(async () => {
  server = await startStandIn((request, count) => say(request, count))
  const tasks = Object.assign({}, ...Array.from({ length: taskCount + 2 }, (_, index) => task(index + 1))) as Files
  // The tests of the target read the folder of the suite: it must not be there for them either.
  target = await makeTarget({ ...tasks, 'src/agent.js': agent('do it'), 'check/test.sh': 'test ! -e suite && node --check src/agent.js\n', 'ratchet.yaml': config(server.url.openai) })
})
afterAll(async () => {
  await target[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

describe('ratchet benchmark', () => {
  it('says which tasks an agent solves, and what that costs', async () => {
    const { code, stdout } = await at('benchmark', 'suite', '--tasks', '2', '--seed', '3', '--json')
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as { solved: number; usd: number; results: readonly { task: string; why: string; calls: number; trust: string }[] }
    expect(document).toMatchObject({ suite: 'suite', tasks: 2, solved: 0, unjudged: 0, agent: { model: 'small' } })
    expect(document.results.map(({ why, calls, trust }) => [why, calls, trust])).toEqual([['tests-failed', 1, 'sealed'], ['tests-failed', 1, 'sealed']])
    expect(document.usd).toBeGreaterThan(0)
    expect(stdout).not.toContain(secret)
    // Both sides of up to six confirmations: three finalists, and three that screening asks about.
    expect(JSON.parse((await at('estimate', '--json')).stdout)).toMatchObject({ suites: [{ name: 'solved', model: 'small', attempts: taskCount * 3 + 2 * 6 * (taskCount + 2), calls: 100 }] })
    const other = JSON.parse((await at('benchmark', 'suite', '--held-out', '--run', 'sed "s/do it/think first/" "$RATCHET_AGENT/src/agent.js" > /tmp/agent.js; node /tmp/agent.js', '--json')).stdout) as { solved: number; tasks: number }
    expect(other).toMatchObject({ tasks: 2, solved: 2 })
  })

  it('gives them to an agent of the configuration, with its own code, environment and limits', async () => {
    const { code, stdout } = await at('benchmark', 'suite', '--agent', 'thinker', '--tasks', '2', '--seed', '3', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { tasks: 2, solved: 2, agent: { run: expect.stringContaining('sed '), model: 'small' }, results: [{ solved: true, calls: 1 }, { solved: true, calls: 1 }] }])
    const both = await at('benchmark', 'suite', '--agent', 'thinker', '--run', 'true')
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('two agents')])
  })

  it('calls nothing unsolved that a model did not answer', async () => {
    say = () => ({ kind: 'status', status: 429 })
    const { code, stdout } = await at('benchmark', 'suite', '--tasks', '1', '--json')
    say = worker
    expect([code, JSON.parse(stdout)]).toMatchObject([4, { solved: 0, unjudged: 1, results: [{ solved: null, why: 'rate-limited' }] }])
    expect((await at('benchmark', 'suite', '--agent', 'nobody')).code).toBe(2)
    const nowhere = await at('benchmark', 'nowhere')
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('there is no suite')])
  })

  it('ends as soon as somebody says stop, in the middle of an attempt', async () => {
    let stopping: Promise<Outcome> | null = null
    say = () => {
      stopping ??= at('stop', '--reason', 'enough')
      return { kind: 'stall' }
    }
    const before = Date.now()
    const { code, stdout } = await at('benchmark', 'suite', '--tasks', '2', '--json')
    say = worker
    expect([code, JSON.parse(stdout), Date.now() - before < 15_000]).toMatchObject([5, { error: { code: 'stopped' } }, true])
    expect((await (stopping as Promise<Outcome> | null))?.code).toBe(0)
    expect((await at('resume', '--yes')).code).toBe(0)
  })
})

describe('a change of an agent', () => {
  it('is accepted for the tasks that it solves, measured by what nobody but us can report', async () => {
    const commit = await target.commit({ 'src/agent.js': agent('think first') }, 'think first')
    await target.git('reset', '--quiet', '--hard', 'HEAD~1')
    const { stdout, stderr, code } = await at('evaluate', commit, '--json')
    const verdict = JSON.parse(stdout) as Verdict
    expect([code, verdict.reasons.map(({ code: reason }) => reason), stderr]).toMatchObject([0, ['proven-gain'], expect.any(String)])
    const evaluation = bodies<{ evaluation: { metrics: readonly MetricFacts[] } }>(await log(), 'evaluation-recorded').at(-1)?.evaluation
    const [metric] = evaluation?.metrics ?? []
    expect(metric).toMatchObject({ trust: 'measured', tasks: taskCount, problem: null })
    expect(metric?.taskRuns?.map(({ solved }) => solved)).toEqual(metric?.pairs.flatMap(() => [false, true]))
    expect(metric?.taskRuns?.every(({ task: id }) => Number(id.slice(1)) <= taskCount)).toBe(true)
  })

  it('is left open while its model does not answer, and stops a verdict where the baseline’s does not', async () => {
    const commit = await target.commit({ 'src/agent.js': agent('think again') }, 'think again')
    await target.git('reset', '--quiet', '--hard', 'HEAD~1')
    say = (request) => (request.prompt.includes('think again') ? { kind: 'status', status: 500 } : worker(request))
    const open = await at('evaluate', commit, '--json')
    expect([open.code, (JSON.parse(open.stdout) as Verdict).reasons.map(({ code }) => code)]).toEqual([4, ['model-trouble']])
    say = (request) => (request.prompt.includes('do it') ? { kind: 'status', status: 500 } : worker(request))
    const stopped = await at('evaluate', commit, '--json')
    say = worker
    expect([stopped.code, JSON.parse(stopped.stdout)]).toMatchObject([1, { error: { code: 'model-unavailable' } }])
  })
})

describe('a run whose target is an agent', () => {
  let killed: Outcome
  let resumed: Outcome
  let events: readonly LogEvent[]
  let run = ''

  beforeAll(async () => {
    const reached = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    let asked = 0
    say = async (request) => {
      if (!isMeta(request) && ++asked === 6) {
        reached.resolve()
        await release.promise
      }
      return worker(request)
    }
    const before = server.requests.length
    const running = startRatchet(['run', '--seed', '5', '--usd', '1', '--target', target.directory], { environment: environment() })
    await Promise.race([reached.promise, running.outcome])
    running.child.kill('SIGKILL')
    killed = await running.outcome
    release.resolve()
    say = worker
    run = bodies<{ run: string }>(await log(), 'run-started').at(-1)?.run ?? ''
    resumed = await at('run', '--resume', run)
    events = (await log()).filter(({ body }) => body.run === run)
    expect(server.requests.length - before).toBe(bodies(events, 'model-call-settled').length)
  }, 120_000)

  it('survives kill -9 while an agent waits, and pays for no reply twice', () => {
    expect(killed.code).toBeNull()
    expect([resumed.code, resumed.stderr.slice(-2000)]).toEqual([0, expect.any(String)])
    const settled = bodies<{ call: string; outcome: string }>(events, 'model-call-settled')
    const answered = settled.filter(({ outcome }) => outcome === 'answered').map(({ call }) => call)
    expect(new Set(answered).size).toBe(answered.length)
    expect(settled.some(({ outcome }) => outcome === 'lost')).toBe(true)
  })

  it('refuses who hides what it asked, finds who solves more, and confirms it on fresh seeds', () => {
    const decisions = bodies<Judged>(events, 'decision-made').map(({ purpose, decision }) => [purpose, decision.verdict, decision.reasons[0]?.code])
    expect(decisions).toEqual([['search', 'rejected', 'trajectory-incomplete'], ['search', 'accepted', 'proven-gain'], ['confirm', 'accepted', 'proven-gain']])
    const runs = bodies<{ purpose: string; evaluation: { metrics: readonly MetricFacts[] } }>(events, 'evaluation-recorded').map(({ evaluation }) => evaluation.metrics[0]?.taskRuns ?? [])
    const labels = (which: readonly TaskRun[], side: string): readonly string[] => which.filter((one) => one.side === side).map(({ label }) => label)
    expect(labels(runs[2] ?? [], 'baseline').every((label) => label.startsWith('bench confirm 1 '))).toBe(true)
    expect(labels(runs[1] ?? [], 'baseline').some((label) => labels(runs[2] ?? [], 'baseline').includes(label))).toBe(false)
  })

  it('shows no hidden test to any model, and writes none into its record', async () => {
    expect(server.requests.some(({ body }) => body.includes(secret))).toBe(false)
    expect(JSON.stringify(await log())).not.toContain(secret)
    const folder = path.join(target.directory, '.ratchet/transcripts')
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) expect(await readFile(path.join(entry.parentPath, entry.name), 'utf8')).not.toContain(secret)
  })

  it('is verified, attempts and their costs included', async () => {
    const { ok, detail } = JSON.parse((await at('verify', '--json')).stdout) as { readonly ok: boolean; readonly detail?: string }
    expect([ok, detail]).toEqual([true, undefined])
  })

  it('stops where the budget is spent, without a verdict', async () => {
    say = (request) => ({ ...(worker(request) as StandInAnswer & { kind: 'text' }), usage: { input: 100, output: 200 } })
    const { code, stdout } = await at('run', '--seed', '6', '--usd', '0.02', '--json')
    say = worker
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'budget-spent' } }])
  })
})
