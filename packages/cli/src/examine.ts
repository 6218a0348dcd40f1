import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { SandboxError, type SandboxProbe } from '@ratchet/core'
import { createBubblewrapSandbox, installBubblewrap } from './compose.ts'
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
  readonly remedies: readonly string[]
}

/** Checks git and node, installs bubblewrap when asked and possible, and starts every tier for real. */
export async function examine(invocation: Invocation, fix: boolean): Promise<Examination> {
  const { environment, signal } = invocation
  const checks: Check[] = [await gitCheck(environment), { name: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, detail: process.version }]
  const remedies: string[] = []
  if (fix) {
    const installation = await installBubblewrap({ environment }, signal)
    if (installation.kind === 'cannot') remedies.push(`bubblewrap could not be installed: ${installation.detail}. Run: ${installation.command}`)
    else checks.push({ name: 'bubblewrap', ok: true, detail: installation.kind === 'installed' ? `installed by ${installation.command}` : 'present' })
  }
  const tier = await namespaceTier(invocation)
  if ('remedy' in tier) {
    checks.push({ name: 'sandbox', ok: false, detail: tier.message })
    remedies.push(tier.remedy)
    return { ok: false, checks, tiers: [], remedies }
  }
  return { ok: tier.available && checks.every((check) => check.ok), checks, tiers: [tier], remedies }
}

async function namespaceTier({ environment, signal }: Invocation): Promise<SandboxProbe | { readonly message: string; readonly remedy: string }> {
  try {
    await using sandbox = await createBubblewrapSandbox({ environment, executables: { node: process.execPath } })
    return await sandbox.probe(signal)
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    return { message: error.message, remedy: error.remedy ?? 'Run `ratchet doctor --fix`.' }
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
