// Ratchet's own time per candidate: everything of the cycle except the evaluation's commands, with the journal durable.
// Git, journal, proposer, screening, slots, decision are the real ones; only the sandbox is replaced by one whose commands take no time.
//   node bench/own-time.ts [candidates] [directory] [--files 20] [--strategy random] [--json]     default: 10000 candidates, in the system's temporary directory; --json prints the milliseconds of every candidate, and the CPU time used so far after every 50
import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import {
  configSchema, createEvaluator, createPathScope, createScreener, runSearch, seededRandom, startRun, createStrategy, type CycleEvent, type Launch, type LaunchResult, type Sandbox, type StrategyName,
} from '../packages/core/src/index.ts'
import { createAstGrepRules } from '../packages/core/src/adapters/ast-grep-rules/ast-grep-rules.ts'
import { RecentTrees } from '../packages/core/src/adapters/ast-grep-rules/recent-trees.ts'
import { createGeneticProposer } from '../packages/core/src/adapters/genetic-proposer/genetic-proposer.ts'
import { openGitWorkspace } from '../packages/core/src/adapters/git-workspace/git-workspace.ts'
import { createSnapshotFiles } from '../packages/core/src/adapters/snapshot-files/snapshot-files.ts'
import { openSqliteJournal } from '../packages/core/src/adapters/sqlite-journal/sqlite-journal.ts'
import { moduleText } from './module-text.ts'

const { positionals: [first, second], values: given } = parseArgs({
  allowPositionals: true,
  options: { files: { type: 'string', default: '20' }, strategy: { type: 'string', default: 'random' }, json: { type: 'boolean', default: false } },
})
const isJson = given.json
const candidates = Number(first ?? 10_000)
const parentDirectory = second ?? os.tmpdir()
const strategy = given.strategy as StrategyName
const marks = [100, 1000, 10_000].filter((mark) => mark <= candidates)
/** Figures at a mark are over this many candidates up to and including it. */
const window = 100
const files = Number(given.files)

const config = configSchema.parse({
  target: { edit: ['src/**'], protect: [] },
  tests: [{ run: 'true', report: 'exit-code', timeout: '10s' }],
  metrics: { speed: { run: 'true', measure: 'cpu-time', goal: 'minimize', timeout: '10s' } },
})

const home = await mkdtemp(path.join(parentDirectory, 'ratchet-bench-'))
try {
  await generate(home)
  if (!isJson) sayDisk(home)
  await measure(home)
} finally {
  await rm(home, { recursive: true, force: true })
}

/** The bound: a candidate is synced to the disk a few times, and what that costs is the disk's. */
function sayDisk(directory: string): void {
  const file = openSync(path.join(directory, 'sync'), 'w')
  const times = Array.from({ length: 200 }, (_, round) => {
    writeSync(file, Buffer.alloc(4096, round))
    const from = performance.now()
    fdatasyncSync(file)
    return performance.now() - from
  }).sort((a, b) => a - b)
  closeSync(file)
  console.log(`the disk: one sync of 4 KiB takes ${times[100]?.toFixed(2)} ms in the median (p90 ${times[180]?.toFixed(2)})`)
}

async function generate(directory: string): Promise<void> {
  await mkdir(path.join(directory, 'src'))
  for (let index = 0; index < files; index++) await writeFile(path.join(directory, `src/module-${index}.js`), moduleText(index))
  const git = (...args: readonly string[]): void => void execFileSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@b', ...args], { cwd: directory, stdio: 'ignore' })
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'first')
}

/** Commands that take no time: tests pass; every fifth candidate is a tenth faster, the others are not. */
function instantSandbox(): Sandbox & { isFaster: boolean } {
  const random = seededRandom('bench')
  const sandbox = {
    isFaster: false,
    tier: 'namespace' as const,
    launch: async (launch: Launch): Promise<LaunchResult> => {
      const cpuMs = 100 + random.next() - (sandbox.isFaster && launch.environment['RATCHET_SEED'] !== undefined && launch.tree !== baselineTree ? 10 : 0)
      baselineTree ??= launch.tree
      return { ending: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), collected: null, usage: { wallMs: cpuMs, cpuMs, peakMemoryBytes: 1, accounting: 'cgroup-v2' } }
    },
    probe: async () => ({ tier: 'namespace' as const, available: true, accounting: 'cgroup-v2' as const, treeMode: 'overlay' as const, checks: [] }),
    [Symbol.asyncDispose]: async () => {},
  }
  let baselineTree: string | undefined
  return sandbox
}

async function measure(directory: string): Promise<void> {
  await using workspace = await openGitWorkspace({ directory, environment: process.env })
  await using journal = await openSqliteJournal({ directory: workspace.stateDirectory, mode: 'write', clock: () => new Date() })
  const { revisions, candidates: store, slots, scratch } = workspace
  const baseline = await revisions.commit('HEAD')
  const scope = createPathScope(config, (await revisions.entries(baseline.id)).map((entry) => entry.path))
  const sandbox = instantSandbox()
  await using evaluator = createEvaluator({ sandbox, slots, scratch, config, scope, mounts: [], clock: () => new Date() })
  const state = await startRun({ journal, revisions }, { seed: 1, configDigest: 'bench', baseline: baseline.id, strategy, proposer: 'genetic', evaluations: candidates, wallMs: null, tier: 'namespace' })
  const figures = recorder()
  const observe = (event: CycleEvent): void => {
    figures.observe(event)
    if (event.kind === 'proposed') sandbox.isFaster = event.step % 5 === 0
  }
  const trees = new RecentTrees()
  const ports = {
    config, scope, revisions, evaluator, screener: createScreener({ revisions, scope, rules: createAstGrepRules(trees) }), journal, index: journal, snapshots: createSnapshotFiles(path.join(workspace.stateDirectory, 'cache/runs')), observe, candidates: store, proposer: createGeneticProposer({ trees }), strategy: createStrategy(strategy, config.search), opportunities: { observe: async () => [] }, clock: () => new Date(),
  }
  const controller = new AbortController()
  const end = await runSearch(ports, state, { once: false }, AbortSignal.any([controller.signal]))
  if (isJson) console.log(JSON.stringify({ ms: figures.steps.map(({ propose, judge }) => propose + judge), cpuMs: figures.cpuMs }))
  else console.log(`ended: ${end}; ${state.archive.size} variants, ${state.archive.viableSize} viable; resident ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
}

interface Step {
  readonly propose: number
  readonly judge: number
}

function recorder(): { readonly steps: readonly Step[]; readonly cpuMs: readonly number[]; observe(event: CycleEvent): void } {
  const steps: Step[] = []
  const cpuMs: number[] = []
  let last = performance.now()
  let proposed = last
  return {
    steps,
    cpuMs,
    observe: (event) => {
      const now = performance.now()
      if (event.kind === 'proposed') proposed = now
      if (event.kind !== 'decided' || event.purpose !== 'search') return
      steps.push({ propose: proposed - last, judge: now - proposed })
      last = now
      if (isJson && steps.length % 50 === 0) cpuMs.push(cpuTime())
      if (!isJson && marks.includes(steps.length)) print(steps.slice(-window), steps.length)
    },
  }
}

/** Of this process and those it has started (git), in steps of the kernel's clock, a hundredth of a second. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  const children = readdirSync('/proc/self/task').flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ').filter((pid) => pid !== ''))
  return (user + system) / 1000 + children.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return sum + 10 * (Number(fields[11]) + Number(fields[12]))
  }, 0)
}

function print(steps: readonly Step[], mark: number): void {
  const totals = steps.map((step) => step.propose + step.judge)
  const figure = (values: readonly number[], share: number): string => (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0).toFixed(2)
  console.log(
    `${mark} variants: ${figure(totals, 0.5)} ms a candidate (p95 ${figure(totals, 0.95)}): propose, store, screen ${figure(steps.map((step) => step.propose), 0.5)}, lay out, decide, record ${figure(steps.map((step) => step.judge), 0.5)}`,
  )
}
