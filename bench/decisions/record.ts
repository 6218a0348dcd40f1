// Real launches for bench/decisions.ts: pairs of fresh processes in the sandbox, and counts of their instructions, as lines of JSON that a later call goes on with.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { CountRound, LaunchPair } from '../../packages/core/src/evaluation/evaluation.ts'
import { countedLaunch, readCount } from '../../packages/core/src/evaluation/count-instructions.ts'
import { stepLaunch, type StepLaunch } from '../../packages/core/src/evaluation/launch-plan.ts'
import { createBubblewrapSandbox } from '../../packages/core/src/adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import { seededRandom, type Sandbox } from '../../packages/core/src/index.ts'

export const languages = ['node', 'python', 'cpp'] as const
export type Language = (typeof languages)[number]
export const effects = [0, 0.01, 0.02, 0.03, 0.05, 0.1] as const

/** One recorded pair or one counted seed; `effect` is what the candidate's work was cut by, as a fraction of the whole launch's time. */
export type Line =
  | { readonly kind: 'pair'; readonly language: Language; readonly effect: number; readonly load: string; readonly pair: LaunchPair }
  | { readonly kind: 'count'; readonly language: Language; readonly effect: number; readonly round: CountRound }

export function readLines(file: string): readonly Line[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line)
}

const sources = {
  'work.js': `const n = Number(process.argv[2]); let s = 1; const seen = new Map()
for (let i = 0; i < n; i++) { s = (s * 48271 + i) % 2147483647; if ((s & 1023) === 7) seen.set(s & 65535, i) }
console.log(s, seen.size)\n`,
  'work.py': `import sys
n = int(sys.argv[1]); s = 1; seen = {}
for i in range(n):
    s = (s * 48271 + i) % 2147483647
    if s & 1023 == 7: seen[s & 65535] = i
print(s, len(seen))\n`,
  'work.cpp': `#include <cstdio>
#include <cstdlib>
#include <unordered_map>
int main(int, char **v) { long n = std::atol(v[1]); unsigned long s = 1; std::unordered_map<unsigned, long> seen;
  for (long i = 0; i < n; i++) { s = (s * 48271 + i) % 2147483647UL; if ((s & 1023) == 7) seen[s & 65535] = i; }
  std::printf("%lu %zu\\n", s, seen.size()); }\n`,
}
const commands: Readonly<Record<Language, (n: number) => string>> = {
  node: (n) => `node work.js ${n}`,
  python: (n) => `/usr/bin/python3 work.py ${n}`,
  cpp: (n) => `./work ${n}`,
}
/** Iterations that take about a tenth of a second beside the start of the program. */
const iterations: Readonly<Record<Language, number>> = { node: 3_000_000, python: 400_000, cpp: 14_000_000 }
const limits = { memoryBytes: 2 ** 31, cpuMs: 60_000, wallMs: 120_000, processes: 64, diskBytes: 2 ** 26, outputBytes: 2 ** 20 }

export interface RecordPlan {
  readonly file: string
  readonly languages: readonly Language[]
  readonly effects: readonly number[]
  /** Pairs wanted for each cell; what is in the file already counts. */
  readonly pairs: number
  /** Busy processes beside the launches. */
  readonly busy: number
  /** Seeds to count for each cell; 0 for none. */
  readonly seeds: number
  readonly stopAt: number
}

/** Records until every cell has its pairs or the time is up, cell by cell in turns so that a cut leaves them even. */
export async function record(plan: RecordPlan): Promise<void> {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'ratchet-bench-'))
  const idle = Array.from({ length: plan.busy }, () => spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }))
  await using sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath } })
  try {
    for (const [name, text] of Object.entries(sources)) writeFileSync(path.join(tree, name), text)
    execFileSync('g++', ['-O2', '-o', path.join(tree, 'work'), path.join(tree, 'work.cpp')])
    chmodSync(tree, 0o755)
    await recordCells(sandbox, { plan, tree })
  } finally {
    for (const process of idle) process.kill('SIGKILL')
    rmSync(tree, { recursive: true, force: true })
  }
}

interface Cell {
  readonly language: Language
  readonly effect: number
  readonly counts: readonly [baseline: number, candidate: number]
  have: number
  seeds: number
}

async function recordCells(sandbox: Sandbox, { plan, tree }: { readonly plan: RecordPlan; readonly tree: string }): Promise<void> {
  const load = plan.busy === 0 ? 'as found' : `${plan.busy} busy`
  const known = readLines(plan.file)
  const cells: Cell[] = []
  for (const language of plan.languages) {
    const share = await startShare(sandbox, { language, tree })
    for (const effect of plan.effects) {
      const have = known.filter((line) => line.kind === 'pair' && line.language === language && line.effect === effect && line.load === load).length
      const seeds = known.filter((line) => line.kind === 'count' && line.language === language && line.effect === effect).length
      // The start of the program is not cut, so that the work has to give more.
      const cut = (1 / (1 + effect) - share) / (1 - share)
      cells.push({ language, effect, have, seeds, counts: [iterations[language], Math.round(iterations[language] * cut)] })
    }
  }
  while (Date.now() < plan.stopAt && cells.some((cell) => cell.have < plan.pairs || cell.seeds < plan.seeds)) {
    for (const cell of cells) {
      const { language, effect } = cell
      const save = (line: Line): void => appendFileSync(plan.file, `${JSON.stringify(line)}\n`)
      if (cell.have < plan.pairs) save({ kind: 'pair', language, effect, load, pair: await measurePair(sandbox, { cell, tree }) })
      if (cell.seeds < plan.seeds) save({ kind: 'count', language, effect, round: await countRound(sandbox, { cell, tree }) })
      cell.have++
      cell.seeds++
      if (Date.now() >= plan.stopAt) return
    }
  }
}

function step(language: Language, n: number, tree: string): StepLaunch {
  return { command: commands[language](n), tree: { path: tree, mounts: [], readOnly: [] }, limits, environment: { RATCHET_SEED: '1' } }
}

const never = new AbortController().signal

async function cpu(sandbox: Sandbox, launch: StepLaunch): Promise<number> {
  const { ending, exitCode, usage } = await sandbox.launch(stepLaunch(launch), never)
  if (ending !== 'exited' || exitCode !== 0) throw new Error(`${launch.command}: ${ending} ${exitCode}`)
  return usage.cpuMs
}

async function startShare(sandbox: Sandbox, { language, tree }: { readonly language: Language; readonly tree: string }): Promise<number> {
  const times: readonly [number[], number[]] = [[], []]
  for (let round = 0; round < 9; round++) {
    times[0].push(await cpu(sandbox, step(language, 0, tree)))
    times[1].push(await cpu(sandbox, step(language, iterations[language], tree)))
  }
  const [start, whole] = times.map((all) => all.toSorted((a, b) => a - b)[4] ?? 1) as [number, number]
  console.log(`${language}: ${whole.toFixed(0)} ms of CPU time a launch, ${start.toFixed(0)} of it the start`)
  return start / whole
}

async function measurePair(sandbox: Sandbox, { cell, tree }: { readonly cell: Cell; readonly tree: string }): Promise<LaunchPair> {
  const [baseline, candidate] = cell.counts.map((n) => step(cell.language, n, tree)) as [StepLaunch, StepLaunch]
  const first = seededRandom('order', cell.language, cell.effect, cell.have, Date.now()).next() < 0.5 ? 'baseline' : 'candidate'
  const one = await cpu(sandbox, first === 'baseline' ? baseline : candidate)
  const other = await cpu(sandbox, first === 'baseline' ? candidate : baseline)
  return { seed: cell.have, first, baseline: first === 'baseline' ? one : other, candidate: first === 'baseline' ? other : one }
}

async function countRound(sandbox: Sandbox, { cell, tree }: { readonly cell: Cell; readonly tree: string }): Promise<CountRound> {
  const count = async (n: number): Promise<number> => {
    const counted = readCount(await sandbox.launch(countedLaunch(step(cell.language, n, tree)), never))
    if ('problem' in counted) throw new Error(`${cell.language}: ${counted.problem}`)
    return counted.value
  }
  const [baseline, candidate] = cell.counts
  return { seed: cell.seeds, baseline: [await count(baseline), await count(baseline)], candidate: [await count(candidate), await count(candidate)] }
}
