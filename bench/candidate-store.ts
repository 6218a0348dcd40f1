// What storing a candidate and laying out its tree cost, and whether that stays flat while the archive grows.
//   node bench/candidate-store.ts [candidates] [files]     default: 10000 candidates on 500 files
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { openGitWorkspace, type GitWorkspace } from '../packages/core/src/adapters/git-workspace/git-workspace.ts'

const candidates = Number(process.argv[2] ?? 10_000)
const files = Number(process.argv[3] ?? 500)
const marks = [100, 1000, 10_000].filter((mark) => mark <= candidates)
/** Medians are of this many stores up to and including the mark. */
const window = 100

const home = await mkdtemp(path.join(process.argv[4] ?? os.tmpdir(), 'ratchet-bench-'))
try {
  await generate(home)
  await using workspace = await openGitWorkspace({ directory: home, environment: process.env })
  await measure(workspace)
} finally {
  await rm(home, { recursive: true, force: true })
}

async function generate(directory: string): Promise<void> {
  for (let index = 0; index < files; index++) {
    const file = path.join(directory, fileName(index))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `export const value${index} = ${index}\n`.repeat(40))
  }
  const git = (...args: readonly string[]): void => void execFileSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@b', ...args], { cwd: directory, stdio: 'ignore' })
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '-m', 'first')
}

function fileName(index: number): string {
  return `src/area-${Math.floor(index / 50)}/module-${Math.floor(index / 10)}/file-${index}.js`
}

async function measure({ revisions, candidates: store, slots }: GitWorkspace): Promise<void> {
  const { id: parent } = await revisions.commit('HEAD')
  const times: number[] = []
  const layouts: number[] = []
  for (let step = 1; step <= candidates; step++) {
    const changes = [{ path: fileName(step % files), content: Buffer.from(`export const step = ${step}\n`.repeat(40)) }]
    const start = performance.now()
    const { commit } = await store.store({ parent, changes, message: `candidate ${step}\n`, ref: `refs/ratchet/bench/${step}` })
    times.push(performance.now() - start)
    if (marks.some((mark) => step > mark - window && step <= mark)) {
      const from = performance.now()
      const slot = await slots.materialise({ commit, baseline: parent, isProtected: (file) => file.startsWith('test/') })
      layouts.push(performance.now() - from)
      await slot[Symbol.asyncDispose]()
    }
    if (marks.includes(step)) {
      console.log(`${step} candidates: store ${median(times.slice(-window))} ms, p95 ${quantile(times.slice(-window), 0.95)} ms; one changed file laid out ${median(layouts.splice(0))} ms`)
    }
  }
}

function median(values: readonly number[]): string {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
}
