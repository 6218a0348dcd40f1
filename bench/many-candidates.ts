// What a run with very many candidates costs in git: storing one more as they grow, what lies on the disk, how long git takes over what reads every ref, and what `git gc` makes of it.
//   node bench/many-candidates.ts [candidates]     default: 20000
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { openGitWorkspace } from '../packages/core/src/adapters/git-workspace/git-workspace.ts'

const candidates = Number(process.argv[2] ?? 20_000)
const looked = 100
const files = 50
const marks = [100, 1_000, 5_000, 20_000, 100_000].filter((mark) => mark <= candidates)

await using opened = new AsyncDisposableStack()
const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
opened.defer(() => rm(directory, { recursive: true, force: true }))
const text = (module: number, step: number): string => `export const module${module} = ${step}\n`.repeat(40)
await mkdir(path.join(directory, 'src'))
for (let module = 0; module < files; module++) await writeFile(path.join(directory, 'src', `${module}.js`), text(module, 0))
git('init', '--quiet', '--initial-branch=main')
git('add', '--all')
git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '--quiet', '--message=first')

const workspace = opened.use(await openGitWorkspace({ directory, environment: process.env, scratch: os.tmpdir() }))
const head = await workspace.revisions.commit('HEAD')
let parent = head.id
let step = 0
for (const mark of marks) {
  while (step < mark - looked) await store()
  const times: number[] = []
  while (step < mark) times.push(await store())
  times.sort((a, b) => a - b)
  console.log(`${mark} candidates: one more stored in ${times[looked >> 1]?.toFixed(1)} ms (median), ${times[Math.floor(looked * 0.99)]?.toFixed(1)} (p99)`)
}
look()
time('git pack-refs --all --prune', () => git('pack-refs', '--all', '--prune'))
look()
time('git gc', () => git('gc', '--quiet'))
look()

/** Ten in a row on each other, then from the baseline again. In ms. */
async function store(): Promise<number> {
  const from = performance.now()
  const module = step % files
  const { commit } = await workspace.candidates.store({
    parent: step % 10 === 0 ? head.id : parent,
    changes: [{ path: `src/${module}.js`, content: Buffer.from(text(module, ++step)) }],
    message: `step ${step}`,
    ref: `refs/ratchet/bench/${step}`,
  })
  parent = commit
  return performance.now() - from
}

function look(): void {
  time('git status', () => git('status', '--short'))
  time('git log -1 --decorate', () => git('log', '-1', '--decorate=short'))
  time('git for-each-ref', () => git('for-each-ref'))
  time('git rev-list --all', () => git('rev-list', '--all'))
  const used = (place: string): string => ['--inodes', '--block-size=1M'].map((unit) => execFileSync('du', ['--summarize', unit, path.join(directory, '.git', place)], { encoding: 'utf8' }).split('\t')[0]).join(' files, ')
  console.log(`  on the disk: refs ${used('refs')} MiB; objects ${used('objects')} MiB`)
}

function time(name: string, work: () => unknown): void {
  const from = performance.now()
  work()
  console.log(`  ${name}: ${(performance.now() - from).toFixed(0)} ms`)
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 30 })
}
