// What sealing costs: a suite of about a second, bare and sealed, taking turns; then one whole evaluation, its launches, and what is neither.
//   node bench/sealed-cost.ts [rounds]     default: 7
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { configSchema, createEvaluator, createPathScope, seededRandom, type Launch, type Sandbox } from '../packages/core/src/index.ts'
import { createBubblewrapSandbox } from '../packages/core/src/adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { commandOwner, ownRights } from '../packages/core/src/adapters/bubblewrap-sandbox/stage.ts'
import { createCanaryMutants } from '../packages/core/src/adapters/canary-mutants/canary-mutants.ts'
import { openGitWorkspace } from '../packages/core/src/adapters/git-workspace/git-workspace.ts'
import { metricRules } from '../packages/core/src/cycle/metric-rules.ts'
import { runTests } from '../packages/core/src/evaluation/run-tests.ts'

const rounds = Number(process.argv[2] ?? 7)
const never = new AbortController().signal
const config = configSchema.parse({
  target: { edit: ['src/**'], protect: ['check/**'] },
  tests: [{ run: 'node --test check/total.test.js', report: 'node', timeout: '30s' }],
  oracle: [{ run: 'node check/oracle.js', cases: 20 }],
  metrics: { speed: { run: 'node check/bench.js', measure: 'cpu-time', minimumEffect: '10%' } },
})
const drawing = "let state = Number(process.env.RATCHET_SEED); const draw = (bound) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0, (state >>> 8) % bound); const { total } = require('../src/total.js')\n"
const files = {
  'src/total.js': 'exports.total = (list) => { let sum = 0; for (let i = 0; i < list.length; i++) for (let j = 0; j <= i; j++) if (j === i) sum += list[j]; return sum }\n',
  // Fifty tests that take about a second together.
  'check/total.test.js': "const test = require('node:test'), assert = require('node:assert'), { total } = require('../src/total.js')\nfor (let n = 0; n < 50; n++) test(`total ${n}`, () => { const end = performance.now() + 18; while (performance.now() < end); assert.equal(total([n, 1]), n + 1) })\n",
  'check/oracle.js': `${drawing}for (let n = 0; n < 20; n++) console.log(JSON.stringify(total(Array.from({ length: draw(50) }, () => draw(9)))))\n`,
  'check/bench.js': `${drawing}let sum = 0; for (let n = 0; n < 4; n++) sum += total(Array.from({ length: 6000 }, () => draw(9))); console.log(sum)\n`,
}

const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
try {
  await measure(path.join(home, 'target'))
} finally {
  await rm(home, { recursive: true, force: true })
}

async function measure(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
    await writeFile(path.join(directory, name), text)
  }
  const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@b', ...args], { cwd: directory, encoding: 'utf8' }).trim()
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'baseline')
  const baseline = git('rev-parse', 'HEAD')
  await writeFile(path.join(directory, 'src/total.js'), 'exports.total = (list) => { let sum = 0; for (const value of list) sum += value; return sum }\n')
  git('commit', '--quiet', '--all', '-m', 'faster')
  const candidate = git('rev-parse', 'HEAD')

  await using workspace = await openGitWorkspace({ directory, environment: process.env, slotOwner: commandOwner(ownRights()) })
  await using sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
  await using slot = await workspace.slots.materialise({ commit: candidate, baseline, isProtected: () => false })
  const tree = { path: slot.path, mounts: [], readOnly: slot.protectedPaths }
  const [bare, sealed]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(() => suite(directory)))
    sealed.push(await timed(async () => {
      const [run] = await runTests(sandbox, { config, tree, random: seededRandom('bench', round) }, never)
      if (run?.exitCode !== 0 || run.trust !== 'sealed' || run.cases.length !== 50) throw new Error(`the sealed suite gave ${JSON.stringify(run)}`)
    }))
  }
  console.log(`a suite of 50 tests, ${rounds} rounds, milliseconds (p10 to p90): bare ${spread(bare)}, sealed ${spread(sealed)}, ratio of medians ${(quantile(sealed, 0.5) / quantile(bare, 0.5)).toFixed(2)}`)
  await whole({ workspace, sandbox, baseline, candidate })
}

async function whole({ workspace, sandbox, baseline, candidate }: { readonly workspace: Awaited<ReturnType<typeof openGitWorkspace>>; readonly sandbox: Sandbox; readonly baseline: string; readonly candidate: string }): Promise<void> {
  const launches: { readonly command: string; readonly wallMs: number }[] = []
  const counting: Sandbox = {
    ...sandbox,
    tier: sandbox.tier,
    launch: async (launch: Launch, signal) => {
      const started = performance.now()
      const result = await sandbox.launch(launch, signal)
      launches.push({ command: launch.command.includes('--test') ? 'tests' : launch.command.includes('bench') ? 'metric' : 'oracle', wallMs: performance.now() - started })
      return result
    },
  }
  const scope = createPathScope(config, (await workspace.revisions.entries(baseline)).map((entry) => entry.path))
  const canary = { revisions: workspace.revisions, candidates: workspace.candidates, source: createCanaryMutants() }
  await using evaluator = createEvaluator({ sandbox: counting, slots: workspace.slots, scratch: workspace.scratch, config, scope, mounts: [], clock: () => new Date(), canary })
  const started = performance.now()
  const evaluation = await evaluator.evaluate({ candidate, baseline, trusted: baseline, rules: metricRules(config, 0.01, 'patient'), random: seededRandom('whole'), checkOwnTests: false, thorough: true, observe: () => undefined }, never)
  const wall = performance.now() - started
  const caught = evaluation.canaries?.find((one) => one.caughtBy !== null)
  console.log(`one thorough evaluation: ${wall.toFixed(0)} ms; disguised ${evaluation.disguise?.kinds.join() ?? 'not'}; tripwire ${evaluation.tripwire?.expected ?? 'none'}; canary caught by ${caught?.caughtBy ?? 'nothing'}`)
  for (const [command, own] of Map.groupBy(launches, (launch) => launch.command)) console.log(`  ${command.padEnd(8)} ${String(own.length).padStart(3)} launches, ${own.reduce((sum, launch) => sum + launch.wallMs, 0).toFixed(0)} ms`)
  const inside = launches.reduce((sum, launch) => sum + launch.wallMs, 0)
  // Both sides of an oracle run beside each other: their sum may exceed the time on the clock.
  console.log(`  launches together ${inside.toFixed(0)} ms; everything else ${Math.max(0, wall - inside).toFixed(0)} ms`)
}

async function suite(directory: string): Promise<void> {
  const child = spawn('node', ['--test', 'check/total.test.js'], { cwd: directory, stdio: 'ignore', env: { PATH: path.dirname(process.execPath), RATCHET_SEED: '1' } })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the bare suite ended with ${code}`)
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function spread(values: readonly number[]): string {
  return `${quantile(values, 0.5).toFixed(0)} (${quantile(values, 0.1).toFixed(0)} to ${quantile(values, 0.9).toFixed(0)})`
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
