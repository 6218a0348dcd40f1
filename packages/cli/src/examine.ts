import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { SandboxProbe, Tier } from '@ratchet/core'
import { SandboxError } from '@ratchet/core/sandbox/sandbox'
import { installBubblewrap, openSandbox, provePinning, tryHardwareCounter } from './compose.ts'
import type { Invocation } from './invocation.ts'

const execute = promisify(execFile)

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** What `doctor` found. `remedies` are sentences or commands for what is not in order. */
export interface Examination {
  readonly ok: boolean
  readonly checks: readonly Check[]
  readonly tiers: readonly SandboxProbe[]
  /** Tiers that are not there, and why. */
  readonly absent: readonly { readonly tier: Tier; readonly detail: string; readonly remedy: string }[]
  readonly remedies: readonly string[]
}

export interface ExamineRequest {
  readonly fix: boolean
  /** The tiers to start. The first one has to work; the others are only reported. */
  readonly tiers: readonly [Tier, ...Tier[]]
}

/** Checks git and node, installs bubblewrap when asked and possible, and starts the tiers for real. */
export async function examine(invocation: Invocation, { fix, tiers }: ExamineRequest): Promise<Examination> {
  const { environment, signal } = invocation
  const checks: Check[] = [await gitCheck(environment), { name: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, detail: process.version }, await counterCheck(environment), await hardwareCounterCheck(environment), await pinningCheck(environment)]
  const remedies: string[] = []
  if (fix) {
    const installation = await installBubblewrap({ environment }, signal)
    if (installation.kind === 'cannot') remedies.push(`bubblewrap could not be installed: ${installation.detail}. Run: ${installation.command}`)
    else checks.push({ name: 'bubblewrap', ok: true, detail: installation.kind === 'installed' ? `installed by ${installation.command}` : 'present' })
  }
  const found = []
  for (const tier of tiers) found.push(await examineTier(invocation, tier))
  const absent = found.flatMap((one) => ('remedy' in one ? [one] : []))
  const needed = found[0]
  if (needed !== undefined && 'remedy' in needed) {
    checks.push({ name: 'sandbox', ok: false, detail: needed.detail })
    remedies.push(needed.remedy)
  }
  const works = needed !== undefined && 'available' in needed && needed.available
  return { ok: works && checks.every((check) => check.ok), checks, tiers: found.flatMap((one) => ('remedy' in one ? [] : [one])), absent, remedies }
}

async function examineTier(invocation: Invocation, tier: Tier): Promise<SandboxProbe | Examination['absent'][number]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-doctor-'))
  try {
    await using sandbox = await openSandbox(invocation, { tier, toolchains: [], cache: home, untested: true }, invocation.signal)
    return await sandbox.probe(invocation.signal)
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { tier, detail: error.message, remedy: error.remedy ?? 'Run `ratchet doctor --fix`.' }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function gitCheck(environment: Invocation['environment']): Promise<Check> {
  try {
    const { stdout } = await execute('git', ['--version'], { env: { PATH: environment['PATH'] } })
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? []
    const ok = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)
    return { name: 'git', ok, detail: `${stdout.trim()}${ok ? '' : ' (2.38 or later is needed)'}` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { name: 'git', ok: false, detail: 'not found' }
  }
}

/** Nothing but instruction counts needs it: without it everything else is in order. */
async function counterCheck(environment: Invocation['environment']): Promise<Check> {
  try {
    const { stdout } = await execute('valgrind', ['--version'], { env: { PATH: environment['PATH'] } })
    return { name: 'valgrind', ok: true, detail: stdout.trim() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { name: 'valgrind', ok: true, detail: 'not there; only `measure: instructions` and `counts` need it (on Debian: apt-get install valgrind)' }
  }
}

/** Counts quicker than valgrind does, where the machine can; nothing needs it. */
async function hardwareCounterCheck(environment: Invocation['environment']): Promise<Check> {
  const { counts, detail } = await tryHardwareCounter(environment)
  return { name: 'perf', ok: true, detail: counts ? `${detail}; a run tries whether it repeats` : `no hardware counter of instructions, valgrind counts instead: ${detail}` }
}

/** Nothing but evaluations side by side needs it. */
async function pinningCheck(environment: Invocation['environment']): Promise<Check> {
  const pinning = await provePinning(environment)
  return { name: 'taskset', ok: true, detail: pinning.works ? pinning.detail : `${pinning.detail}; only \`search.lookahead\` above 1 needs it. ${pinning.remedy}` }
}
