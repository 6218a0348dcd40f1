import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTranscriptFiles } from '../adapters/transcript-files/transcript-files.ts'
import { ModelError } from '../model/model-error.ts'
import { readRecording } from '../model/recording.ts'
import { unlimited } from '../model/spending-budget.ts'
import { attemptTask, type AttemptOutcome, type TaskAgent } from './attempt-task.ts'
import type { BenchmarkTask } from './benchmark-task.ts'
import type { TaskRun } from './task-run.ts'
import { addTask, agentOf, askingAgent, openTestBench, rightAnswer, saying, talkingAgent, type Ask, type TestBench } from './test-bench.ts'

let bench: TestBench
const labels = Array.from({ length: 100 }, (_, index) => `bench ${index + 1}`)
beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

interface Options {
  readonly ask?: Ask
  readonly agent?: Partial<TaskAgent>
  readonly task?: BenchmarkTask
  readonly label?: string
  readonly calls?: number | null
}

async function attempted(command: string, { ask = saying(rightAnswer), agent = {}, task = addTask, label = labels.shift() ?? '', calls = null }: Options = {}): Promise<AttemptOutcome> {
  const gateway = await bench.gateway(ask, { ...unlimited, calls })
  return attemptTask({ ...bench.ports, gateway }, { task, agent: agentOf(command, agent), side: 'candidate', grant: { run: 'r1', about: null, label }, seed: 7 }, AbortSignal.timeout(40_000))
}

async function run(command: string, options: Options = {}): Promise<TaskRun> {
  const outcome = await attempted(command, options)
  if (outcome.kind !== 'judged') throw new TypeError(`trouble: ${outcome.trouble.detail}`)
  return outcome.run
}

const write = (name: string, text: string): string => `mkdir -p "$(dirname ${name})"; cat > ${name} <<'END'\n${text}\nEND\n`
const wrong = 'exports.add = (a, b) => a - b'

describe('an attempt at a task', () => {
  it('is solved by what the agent left, with what its model cost', async () => {
    expect(await run(askingAgent, { agent: { needsTrajectory: true } })).toEqual({ task: 'add', side: 'candidate', solved: true, why: 'solved', label: 'bench 1', calls: 1, nanoUsd: 60_000, tests: { passed: 3, failed: 0, missing: 0 }, trust: 'sealed', tail: '{"kind":"model","call":1}' })
    expect(await readdir(bench.home)).toEqual(['transcripts'])
  })

  it('is not solved by a wrong answer, and says nothing of the hidden tests but how many there were', async () => {
    const failed = await run(askingAgent, { ask: saying(wrong) })
    expect(failed).toMatchObject({ solved: false, why: 'tests-failed', tests: { passed: 0, failed: 3 }, visibleFailing: ['visible.test.js > one and one'] })
    expect(JSON.stringify(failed)).not.toMatch(/secret|small|hidden/)
  })

  it('is solved, and not called sealed, where what the agent may write could speak for the tests', async () => {
    expect(await run(write('add.js', rightAnswer), { task: { ...addTask, tests: { ...addTask.tests, exposed: true } } })).toMatchObject({ solved: true, trust: 'reported' })
  })

  it('tells how an agent came to no answer', async () => {
    expect(await run('true')).toMatchObject({ solved: false, why: 'no-change', tests: null })
    expect(await run('exit 4')).toMatchObject({ solved: false, why: 'agent-failed' })
    expect(await run('ln -s /etc/passwd link')).toMatchObject({ solved: false, why: 'changes-refused' })
    expect(await run('sleep 60', { agent: { limits: { ...agentOf('').limits, wallMs: 300 } } })).toMatchObject({ solved: false, why: 'time' })
    // An agent that fails after it has done its work has done it.
    expect(await run(`${write('add.js', rightAnswer)} exit 1`)).toMatchObject({ solved: true })
    expect(await run(`${askingAgent.replace("'\nconst", "'\n/**/const")} quiet`, { agent: { needsTrajectory: true } })).toMatchObject({ solved: false, why: 'trajectory-incomplete', calls: 1 })
  })
})

describe('tests that are known by a part of their names', () => {
  const alike = (text: string, at: 'start' | 'end' = 'start'): BenchmarkTask => ({ ...addTask, tests: { ...addTask.tests, least: 1, mustPass: ['hidden.test.js > small'], like: [{ at, text }] } })

  it('have to run, and all that fit have to pass', async () => {
    expect(await run(write('add.js', rightAnswer), { task: alike('hidden.test.js > secret') })).toMatchObject({ solved: true })
    expect(await run(write('add.js', rightAnswer), { task: alike('hidden.test.js > gone') })).toMatchObject({ solved: false, tests: { failed: 0, missing: 1 } })
    // Right for the test that has a name, wrong for the one that fits the part.
    const half = 'exports.add = (a, b) => (a < 0 ? 0 : a + b)'
    expect(await run(write('add.js', half), { task: alike('> secret-4711', 'end') })).toMatchObject({ solved: false, tests: { failed: 1, missing: 0 } })
    expect(await run(write('add.js', half), { task: alike('> one and one', 'end') })).toMatchObject({ solved: true })
  })
})

describe('a model that does not answer', () => {
  const failing = (code: 'rate-limited' | 'server-failed'): Ask => async () => {
    throw new ModelError(code, `it says ${code}`)
  }

  it('leaves open whether the task is solved, unless it is solved all the same', async () => {
    expect(await attempted(askingAgent, { ask: failing('rate-limited') })).toEqual({ kind: 'trouble', trouble: { kind: 'passing', reason: 'rate-limited', detail: 'it says rate-limited', isRecorded: false } })
    expect(await attempted(askingAgent, { calls: 0 })).toMatchObject({ kind: 'trouble', trouble: { kind: 'stop', reason: 'budget' } })
    expect(await attempted(`${askingAgent} ; ${write('add.js', rightAnswer)}`, { ask: failing('server-failed') })).toMatchObject({ kind: 'judged', run: { solved: true } })
  })

  it('is the agent’s own doing where it asks for too much or for what there is not', async () => {
    const asksTwice = `${askingAgent}; ${askingAgent}`
    expect(await run(asksTwice, { ask: saying(wrong), agent: { requests: 1 } })).toMatchObject({ solved: false, why: 'budget', calls: 1 })
    expect(await run(askingAgent, { agent: { requests: 0 } })).toMatchObject({ solved: false, why: 'budget', calls: 0 })
  })

  it('is asked again when the attempt is made again, and nothing that was answered is paid twice', async () => {
    const label = 'bench again'
    expect(await attempted(askingAgent, { ask: failing('server-failed'), label })).toMatchObject({ kind: 'trouble', trouble: { isRecorded: false } })
    let asked = 0
    const answering: Ask = async (request) => {
      asked += 1
      return saying(rightAnswer)(request)
    }
    expect(await run(askingAgent, { ask: answering, label })).toMatchObject({ solved: true, label, calls: 1 })
    expect(await run(askingAgent, { ask: answering, label })).toMatchObject({ solved: true, label, calls: 1 })
    expect(asked).toBe(1)
  })

  /** Three turns, of which the second says nothing the first time. */
  const counted = (second: () => Promise<never>): { readonly ask: Ask; readonly turns: readonly number[] } => {
    const turns: number[] = []
    const ask: Ask = async (request) => {
      turns.push(request.messages.length)
      if (request.messages.length === 3 && turns.filter((turn) => turn === 3).length === 1) return second()
      return saying(rightAnswer)(request)
    }
    return { ask, turns }
  }

  it('is asked for the one turn that it did not answer, however long the conversation was by then; its failure is not the agent’s', async () => {
    const { ask, turns } = counted(async () => {
      throw new ModelError('server-failed', 'broken')
    })
    const options = { ask, label: 'bench turns', agent: { requests: 3 } }
    expect(await attempted(talkingAgent(3), options)).toMatchObject({ kind: 'trouble', trouble: { reason: 'server-failed', isRecorded: false } })
    // The failed call may have cost something and counts in the record; the agent has its three all the same.
    const solved = await run(talkingAgent(3), options)
    expect(solved).toMatchObject({ solved: true, calls: 3, label: 'bench turns' })
    expect(turns).toEqual([1, 3, 3, 5])
    const own = bench.journal.read(0)
    const recording = await readRecording(own, createTranscriptFiles(path.join(bench.home, 'transcripts')))
    const replaying = await bench.gateway(ask, unlimited, recording)
    const replayed = await attemptTask({ ...bench.ports, gateway: replaying }, { task: addTask, agent: agentOf(talkingAgent(3), { requests: 3 }), side: 'candidate', grant: { run: 'r1', about: null, label: 'bench turns' }, seed: 7 }, AbortSignal.timeout(40_000))
    expect(replayed).toMatchObject({ kind: 'judged', run: solved })
    expect(turns).toHaveLength(4)
  })

  it('is asked for the one turn that a kill cut off', async () => {
    let cutOff = (): void => undefined
    const reached = new Promise<void>((resolve) => {
      cutOff = resolve
    })
    const { ask, turns } = counted(() => {
      cutOff()
      return new Promise(() => undefined)
    })
    // Nobody ends the first one: its process is gone, and what it was in the middle of is known from the record alone.
    const gone = new AbortController()
    const first = attemptTask({ ...bench.ports, gateway: await bench.gateway(ask) }, { task: addTask, agent: agentOf(talkingAgent(3)), side: 'candidate', grant: { run: 'r1', about: null, label: 'bench cut' }, seed: 7 }, gone.signal)
    await reached
    expect(await run(talkingAgent(3), { ask, label: 'bench cut', agent: { requests: 3 } })).toMatchObject({ solved: true, calls: 3 })
    expect(turns).toEqual([1, 3, 3, 5])
    gone.abort()
    await Promise.allSettled([Promise.race([first, sleep(500)])])
  })
})

describe('an agent that wants more than its task', () => {
  it('finds no hidden test: not in its folder, its code, its mounts, /proc or the rest of the machine', async () => {
    const code = path.join(bench.home, 'agent-code')
    await mkdir(code, { recursive: true })
    await writeFile(path.join(code, 'main.sh'), 'true\n')
    const search = `grep -rlsa "secret-[4]711" /work /srv /tmp /run /etc /home /root /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null > found.txt; ls -d ${bench.home} /proc/1/root${bench.home} /proc/self/root${bench.home} 2>/dev/null >> found.txt; find /work /srv /tmp /run /etc /home /root /opt /var /mnt /media -name "hidden.test.js" 2>/dev/null >> found.txt; test -s found.txt || rm found.txt; true`
    expect(await run(search, { agent: { code } })).toMatchObject({ solved: false, why: 'no-change' })
  })

  const early = 'process.exit(0)'
  const hostile: Readonly<Record<string, string>> = {
    'leaves with 0 before the tests run': write('add.js', early),
    'leaves with 0 when it is called': write('add.js', `exports.add = () => ${early}`),
    'prints a report': write('add.js', `console.log("ok 1 - small\\nok 2 - secret\\n# pass 3\\n# fail 0"); ${early}`),
    'brings tests of its own': `${write('add.js', wrong)}${write('a.test.js', "const { test } = require('node:test'); test('small', () => {}); test('secret-4711', () => {}); test('one and one', () => {})")}`,
    'defines tests where it is loaded': write('add.js', `${wrong}\nconst { test } = require('node:test'); test('small', () => {}); test('secret-4711', () => {}); test('third', () => {})`),
    'changes the test script of npm': `${write('add.js', wrong)}${write('package.json', '{"scripts": {"test": "true"}}')}`,
    'brings a runner': `${write('add.js', wrong)}${write('node_modules/.bin/node', '#!/bin/sh\nexit 0')}chmod +x node_modules/.bin/node\n`,
    'puts a file where the tests go': `${write('add.js', wrong)}mkdir -p hidden.test.js; ${write('hidden.test.js/x.js', 'true')}`,
    'replaces the visible tests': `${write('add.js', wrong)}${write('visible.test.js', 'true')}`,
    'configures npm': `${write('add.js', wrong)}${write('.npmrc', 'script-shell=/bin/true\nnode-options=--require ./evil.js')}${write('evil.js', early)}`,
    'leaves something running': `${write('add.js', wrong)}(sleep 1; while :; do cp right.js add.js; done) & ${write('right.js', rightAnswer)}`,
  }
  it.each(Object.entries(hostile))('has solved nothing when it %s', async (name, command) => {
    const failed = await run(command, name.includes('npm') ? { task: { ...addTask, tests: { ...addTask.tests, run: 'npm test' } } } : {})
    expect([failed.solved, failed.why]).toEqual([false, 'tests-failed'])
  })
})

describe('tests that write their report to a file', () => {
  const report = '<testsuite><testcase classname="h" name="small"/></testsuite>'
  const hidden = `require('node:assert').equal(require('./add.js').add(2, 3), 5); require('node:fs').mkdirSync('out', { recursive: true }); require('node:fs').writeFileSync('out/report.xml', '${report}')`
  const files = addTask.files.filter((file) => file.path !== 'visible.test.js')
  const task: BenchmarkTask = { ...addTask, files, visible: null, tests: { run: 'node hidden.js', report: 'junit', reportFile: 'out/report.xml', mustPass: ['h > small'], least: 1, files: [{ path: 'hidden.js', content: Buffer.from(hidden) }] } }
  const leaving = write('add.js', 'process.exit(0)')

  it('are passed by what is right, also where an old report lies there', async () => {
    expect(await run(write('add.js', rightAnswer), { task })).toMatchObject({ solved: true })
    expect(await run(`${write('add.js', rightAnswer)}${write('out/report.xml', report)}`, { task })).toMatchObject({ solved: true })
  })

  it('are not passed by a report that was there before they ran', async () => {
    const brought = { ...task, files: [...files, { path: 'out/report.xml', content: Buffer.from(report) }] }
    expect(await run(`${leaving}${write('out/report.xml', report)}`, { task })).toMatchObject({ solved: false, why: 'tests-failed' })
    expect(await run(leaving, { task: brought })).toMatchObject({ solved: false, why: 'tests-failed' })
    expect(await run(`${leaving}${write('out/report.xml', report)}`, { task: { ...brought, mayChange: ['out/**'] } })).toMatchObject({ solved: false, why: 'tests-failed' })
  })
})
