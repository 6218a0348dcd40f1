// What it costs to start a command in each tier of this machine: `true` and `node -e 0`, all tiers taking turns.
//   node bench/tier-start.ts [rounds]     default: 10
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { localTiers, openSandboxTier } from '../packages/core/src/adapters/sandbox-tiers/open-sandbox-tier.ts'
import { SandboxError, type Launch, type Sandbox } from '../packages/core/src/sandbox/sandbox.ts'

const rounds = Number(process.argv[2] ?? 10)
const never = new AbortController().signal
const limits: Launch['limits'] = { memoryBytes: 1024 ** 3, cpuMs: 60_000, wallMs: 60_000, processes: 64, diskBytes: 64 * 1024 ** 2, outputBytes: 1024 ** 2 }
const commands = { true: 'true', node: 'node -e 0' } as const

const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'))
await chmod(home, 0o755)
const tree = path.join(home, 'tree')
await mkdir(tree)
await writeFile(path.join(tree, 'file'), 'x')
const tiers = new Map<string, Sandbox>()
try {
  for (const tier of localTiers) {
    try {
      tiers.set(tier, await openSandboxTier(tier, { environment: process.env, executables: { node: process.execPath }, toolchains: [], cacheDirectory: path.join(home, 'cache') }, never))
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      console.log(`${tier}: absent (${error.message.split('\n')[0]})`)
    }
  }
  await measure()
} finally {
  for (const sandbox of tiers.values()) await sandbox[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const times = new Map<string, number[]>()
  const take = async (name: string, start: () => Promise<void>, round: number): Promise<void> => {
    const from = performance.now()
    await start()
    // The first round fills caches and, for guests, records what later ones resume from.
    if (round >= 0) times.set(name, [...(times.get(name) ?? []), performance.now() - from])
  }
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      await take(`bare ${name}`, () => bare(command), round)
      for (const [tier, sandbox] of tiers) await take(`${tier} ${name}`, () => inside(sandbox, command), round)
    }
  }
  console.log(`${rounds} rounds; milliseconds${''.padEnd(12)}median       p10       p90`)
  for (const [name, values] of times) console.log(`${name.padEnd(30)}${[0.5, 0.1, 0.9].map((share) => quantile(values, share).toFixed(1).padStart(10)).join('')}`)
}

async function bare(command: string): Promise<void> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: 'ignore', env: { PATH: process.env['PATH'] } })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
}

async function inside(sandbox: Sandbox, command: string): Promise<void> {
  const result = await sandbox.launch({ command, tree, access: 'throw-away', mounts: [], readOnly: [], environment: {}, limits }, never)
  if (result.exitCode !== 0) throw new Error(`${sandbox.tier}: ${command} ended with ${result.ending} ${result.exitCode}: ${Buffer.from(result.stderr).toString('utf8')}`)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
