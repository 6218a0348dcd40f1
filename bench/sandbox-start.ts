// What the sandbox adds to the start and end of a command: `true` started bare, under bwrap alone with the same binds (the bound), and in
// each kind of launch an evaluation makes. All kinds take turns in one run, so that whatever else the machine does meets all of them.
//   node bench/sandbox-start.ts [rounds] [auto|sampled]     default: 200 rounds, accounting as it is found
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createBubblewrapSandbox } from '../packages/core/src/adapters/bubblewrap-sandbox/bubblewrap-sandbox.ts'
import type { Launch, LaunchResult } from '../packages/core/src/sandbox/sandbox.ts'

const rounds = Number(process.argv[2] ?? 200)
const accounting = process.argv[3] === 'sampled' ? 'sampled' : 'auto'
/** Not counted: caches fill and the sandbox settles how it makes trees. */
const warmUp = 5
const never = new AbortController().signal
const limits: Launch['limits'] = { memoryBytes: 2 * 1024 ** 3, cpuMs: 60_000, wallMs: 60_000, processes: 256, diskBytes: 256 * 1024 ** 2, outputBytes: 1024 ** 2 }

const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
try {
  await measure(home)
} finally {
  await rm(home, { recursive: true, force: true })
}

async function measure(directory: string): Promise<void> {
  const [tree, dependencies] = [path.join(directory, 'tree'), path.join(directory, 'dependencies')]
  await mkdir(path.join(tree, 'node_modules'), { recursive: true })
  await mkdir(dependencies)
  for (let index = 0; index < 100; index++) await writeFile(path.join(tree, `file-${index}.js`), `exports.value = ${index}\n`.repeat(40))
  await using sandbox = await createBubblewrapSandbox({ environment: process.env, executables: { node: process.execPath }, accounting })
  const launch = (more: Partial<Launch>) => async (): Promise<void> =>
    mustSucceed(await sandbox.launch({ command: 'true', tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits, ...more }, never))
  const kinds: Readonly<Record<string, () => Promise<void>>> = {
    bare: () => exitOf('/bin/true', []),
    'bwrap alone': () => exitOf('bwrap', bwrapAlone(tree)),
    'kept (setup, build)': launch({ access: 'kept' }),
    'throw-away (metric)': launch({}),
    'throw-away, mounted dependencies': launch({ mounts: [{ source: dependencies, target: 'node_modules' }] }),
    'throw-away, report collected (test)': launch({ collect: 'report.xml' }),
  }
  const times = new Map<string, number[]>(Object.keys(kinds).map((name) => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, start] of Object.entries(kinds)) {
      const from = performance.now()
      await start()
      if (round >= 0) times.get(name)?.push(performance.now() - from)
    }
  }
  const probe = await sandbox.probe(never)
  console.log(`${rounds} rounds, accounting ${probe.accounting}, trees by ${probe.treeMode}; milliseconds`)
  print(times)
}

/** The same namespaces, binds and file systems as a kept launch, without limits, accounting, capture or a shell inside. */
function bwrapAlone(tree: string): readonly string[] {
  return [
    '--unshare-all', '--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--hostname', 'box', '--clearenv',
    '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--ro-bind-try', '/lib64', '/lib64', '--ro-bind', tree, '/etc',
    '--ro-bind', process.execPath, '/opt/node', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm', '--tmpfs', '/tmp', '--remount-ro', '/dev',
    '--bind', tree, '/work', '--remount-ro', '/', '--chdir', '/work', '--', '/usr/bin/true',
  ]
}

async function exitOf(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
}

function mustSucceed(result: LaunchResult): void {
  if (result.ending !== 'exited' || result.exitCode !== 0) throw new Error(`a launch ended with ${result.ending} ${result.exitCode}: ${Buffer.from(result.stderr).toString('utf8')}`)
}

function print(times: ReadonlyMap<string, readonly number[]>): void {
  const bare = quantile(times.get('bare') ?? [], 0.5)
  console.log(`${''.padEnd(38)}${['median', 'p10', 'p90', 'over bare'].map((name) => name.padStart(10)).join('')}`)
  for (const [name, values] of times) {
    const figures = [...[0.5, 0.1, 0.9].map((share) => quantile(values, share)), quantile(values, 0.5) - bare]
    console.log(`${name.padEnd(38)}${figures.map((figure) => figure.toFixed(2).padStart(10)).join('')}`)
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
