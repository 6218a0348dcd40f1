import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { findBwrap } from './bubblewrap-sandbox.ts'

const execute = promisify(execFile)

export type Installation =
  | { readonly kind: 'present' }
  | { readonly kind: 'installed'; readonly command: string }
  | { readonly kind: 'cannot'; readonly command: string; readonly detail: string }

interface PackageManager {
  readonly program: string
  readonly steps: readonly (readonly string[])[]
}

const managers: readonly PackageManager[] = [
  { program: 'apt-get', steps: [['apt-get', 'update', '-qq'], ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'bubblewrap']] },
  { program: 'dnf', steps: [['dnf', 'install', '-y', '-q', 'bubblewrap', 'perl-interpreter']] },
  { program: 'pacman', steps: [['pacman', '-Sy', '--noconfirm', 'bubblewrap', 'perl']] },
]

export interface InstallOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether this process is root; injected for tests. */
  readonly isRoot?: boolean
}

/** Installs bubblewrap without asking anything, as root or with passwordless sudo; otherwise says which command would. */
export async function installBubblewrap(options: InstallOptions, signal: AbortSignal): Promise<Installation> {
  const env = { ...options.environment, DEBIAN_FRONTEND: 'noninteractive' } as NodeJS.ProcessEnv
  if (await isInstalled(options.environment)) return { kind: 'present' }
  const manager = await firstRunnable(env, signal)
  if (manager === null) return { kind: 'cannot', command: 'install the package bubblewrap', detail: 'none of apt-get, dnf and pacman was found' }
  const prefix = (options.isRoot ?? process.geteuid?.() === 0) ? [] : ['sudo', '-n']
  const command = manager.steps.map((step) => ['sudo', ...step].join(' ')).join(' && ')
  if (prefix.length > 0 && !(await runs(['sudo', '-n', 'true'], env, signal))) {
    return { kind: 'cannot', command, detail: 'this needs root, and sudo asks for a password' }
  }
  for (const step of manager.steps) {
    const [program = '', ...args] = [...prefix, ...step]
    try {
      await execute(program, args, { env, signal, maxBuffer: 64 * 1024 ** 2 })
    } catch (error) {
      if (signal.aborted) throw error
      return { kind: 'cannot', command, detail: `\`${step.join(' ')}\` failed: ${lastLine(error)}` }
    }
  }
  return (await isInstalled(options.environment)) ? { kind: 'installed', command } : { kind: 'cannot', command, detail: 'it was installed, but bwrap is not on PATH' }
}

async function isInstalled(environment: InstallOptions['environment']): Promise<boolean> {
  try {
    await findBwrap(environment)
    return true
  } catch (error) {
    if (error instanceof SandboxError) return false
    throw error
  }
}

async function firstRunnable(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<PackageManager | null> {
  for (const manager of managers) if (await runs([manager.program, '--version'], env, signal)) return manager
  return null
}

async function runs([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  try {
    await execute(program, args, { env, signal })
    return true
  } catch (error) {
    if (signal.aborted) throw error
    return false
  }
}

function lastLine(error: unknown): string {
  const text = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error)
  return text.trim().split('\n').at(-1) ?? ''
}
