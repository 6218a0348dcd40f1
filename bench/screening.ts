// What it costs to screen one change: all rules on text, code, dependencies, secrets and data, with the conservative constitution, by the clock and by the processor.
//   node bench/screening.ts [rounds]     default: 30 rounds a language, each with another change of 200 added lines in a file of 400; `--large`: lockfiles of some MB as well
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { configSchema, createConstitutionPolicy, createPathScope, createScreener, parseConstitution } from '../packages/core/src/index.ts'
import { createAstGrepRules } from '../packages/core/src/adapters/ast-grep-rules/ast-grep-rules.ts'
import { readPreset } from '../packages/core/src/adapters/constitution-presets/read-preset.ts'
import { openGitWorkspace } from '../packages/core/src/adapters/git-workspace/git-workspace.ts'
import { createSecretlintScanner } from '../packages/core/src/adapters/secretlint-scanner/secretlint-scanner.ts'

const { positionals: [given], values: { large } } = parseArgs({ allowPositionals: true, options: { large: { type: 'boolean', default: false } } })
const rounds = Number(given ?? 30)
const addedLines = 200

type Block = (n: number) => readonly string[]
/** Five lines each, of a kind that most rules have a word in. */
const languages: Readonly<Record<string, { readonly file: string; readonly block: Block }>> = {
  JavaScript: { file: 'src/a.js', block: (n) => [`export function total${n}(list) {`, '  let sum = 0', `  for (const item of list) if (item.kind !== 'none${n}') sum += item.price * ${n + 2}`, '  return sum // in cents', '}'] },
  TypeScript: { file: 'src/a.ts', block: (n) => [`export function total${n}(list: readonly Item[]): number {`, '  let sum = 0', `  for (const item of list) if (item.kind !== 'none${n}') sum += item.price * ${n + 2}`, '  return sum // in cents', '}'] },
  Python: { file: 'src/a.py', block: (n) => [`def total${n}(items):`, `    """Sum of what is not none${n}."""`, '    wanted = [item for item in items if item.kind != "none"]', `    return sum(item.price * ${n + 2} for item in wanted)`, ''] },
  'C++': { file: 'src/a.cpp', block: (n) => [`int total${n}(const std::vector<Item>& items) {`, '  int sum = 0;', `  for (const Item& item : items) if (item.kind != ${n}) sum += item.price * ${n + 2};`, '  return sum;  // in cents', '}'] },
}
const text = (block: Block, from: number, lines: number): string => `${Array.from({ length: lines / 5 }, (_, index) => block(from + index).join('\n')).join('\n')}\n`
const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } } })

const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
try {
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', home, '-c', 'user.name=b', '-c', 'user.email=b@example.invalid', '-c', 'commit.gpgsign=false', ...args], { encoding: 'utf8' }).trim()
  await mkdir(path.join(home, 'src'), { recursive: true })
  git('init', '-q')
  const files = Object.entries(languages)
  for (const [, { file, block }] of files) await writeFile(path.join(home, file), text(block, 0, 400))
  await writeFile(path.join(home, 'package-lock.json'), lock(0))
  git('add', '-A')
  git('commit', '-q', '-m', 'baseline')
  const baseline = git('rev-parse', 'HEAD')
  await using workspace = await openGitWorkspace({ directory: home, environment: process.env })
  const scope = createPathScope(config, [...files.map(([, { file }]) => file), 'package-lock.json'])
  const policy = createConstitutionPolicy(parseConstitution(Buffer.from(await readPreset('conservative')), { path: 'constitution.yaml', knownChecks: null }))
  const screener = createScreener({ revisions: workspace.revisions, scope, rules: createAstGrepRules(), secrets: createSecretlintScanner(), policy })
  const signal = new AbortController().signal
  const committed = async (file: string, content: string): Promise<string> => {
    await writeFile(path.join(home, file), content)
    git('add', '-A')
    git('commit', '-q', '-m', 'candidate')
    const candidate = git('rev-parse', 'HEAD')
    git('reset', '-q', '--hard', baseline)
    return candidate
  }
  const measure = async (name: string, candidates: readonly string[]): Promise<void> => {
    const [wall, own]: [number[], number[]] = [[], []]
    let decision = ''
    for (const candidate of candidates) {
      const [from, before] = [performance.now(), process.cpuUsage()]
      decision = (await screener.screen({ baseline, candidate, author: { proposer: 'human', operator: 'commit', rationale: 'Adds totals. No tests changed.' } }, signal)).decision
      wall.push(performance.now() - from)
      const { user, system } = process.cpuUsage(before)
      own.push((user + system) / 1000)
    }
    // The first ones compile rules and warm the engine up.
    const [clock, processor] = [wall.slice(3).sort((a, b) => a - b), own.slice(3).sort((a, b) => a - b)]
    const at = (times: readonly number[], share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1)
    console.log(`${name.padEnd(24)} median ${at(clock, 0.5)} ms by the clock (p90 ${at(clock, 0.9)}), ${at(processor, 0.5)} ms of processor time; first ${wall[0]?.toFixed(0)} ms; ${decision}`)
  }
  console.log(`${os.availableParallelism()} processors, load ${os.loadavg().map((load) => load.toFixed(1)).join(' ')}; ${rounds} changes of ${addedLines} added lines each`)
  for (const [name, { file, block }] of files) {
    const candidates: string[] = []
    for (let round = 0; round < rounds + 3; round++) candidates.push(await committed(file, `${text(block, 0, 200)}${text(block, 1_000 + round * 100, addedLines)}${text(block, 40, 200)}`))
    await measure(name, candidates)
  }
  if (large) {
    const packages = 12_000
    const content = lock(packages)
    const candidates: string[] = []
    for (let round = 0; round < 6; round++) candidates.push(await committed('package-lock.json', lock(packages + round)))
    await measure(`a lockfile of ${(content.length / 1024 ** 2).toFixed(1)} MB`, candidates)
  }
  console.log(`load afterwards ${os.loadavg()[0]?.toFixed(1)}`)
} finally {
  await rm(home, { recursive: true, force: true })
}

function lock(packages: number): string {
  const entry = (n: number): readonly [string, object] => [`node_modules/package-${n}`, { version: `1.0.${n}`, resolved: `https://registry.npmjs.org/package-${n}/-/package-${n}-1.0.${n}.tgz`, integrity: `sha512-${String(n).padStart(86, 'a')}==`, license: 'MIT', engines: { node: '>=18' } }]
  return `${JSON.stringify({ name: 'x', lockfileVersion: 3, packages: { '': { name: 'x' }, ...Object.fromEntries(Array.from({ length: packages }, (_, index) => entry(index))) } }, null, 2)}\n`
}
