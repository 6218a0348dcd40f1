import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { findProgram } from '../gvisor-sandbox/find-program.ts'

const execute = promisify(execFile)

export type EngineName = 'podman' | 'docker'

/** A container engine that answered. */
export interface Engine {
  readonly name: EngineName
  readonly program: string
  /** Arguments that come before every subcommand. */
  readonly options: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** What a client needs to find its engine; nothing of it gets inside. */
const passedOn = ['PATH', 'HOME', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'] as const
const answerMs = 15_000

export interface FoundEngines {
  readonly engines: readonly Engine[]
  /** Why others were not taken, one line each. */
  readonly refusals: readonly string[]
}

/**
 * Every engine that answers, podman first since it needs no daemon. Podman without root is left out: it would have to map users that a tree's files do
 * not belong to, and the namespace tier needs no rights either and is stronger. A machine may have an OCI runtime that does not fit its control groups, so podman
 * comes once for each that is installed.
 */
export async function findEngines(environment: Readonly<Record<string, string | undefined>>, isRoot: boolean): Promise<FoundEngines> {
  const own = Object.fromEntries(passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
  const [engines, refusals]: [Engine[], string[]] = [[], []]
  const podman = await findProgram(environment, 'podman')
  const docker = await findProgram(environment, 'docker')
  if (podman !== null && !isRoot) refusals.push('podman runs this tier only as root')
  else if (podman !== null) {
    const failure = await answers({ name: 'podman', program: podman, options: [], environment: own }, ['info', '--format', '{{.Host.OCIRuntime.Name}}'])
    if (failure !== null) refusals.push(`podman does not answer (${failure})`)
    else {
      const runtimes = await Promise.all(['crun', 'runc'].map((name) => findProgram(environment, name)))
      const choices = [[], ...runtimes.flatMap((runtime) => (runtime === null ? [] : [['--runtime', runtime]]))]
      engines.push(...choices.map((options): Engine => ({ name: 'podman', program: podman, options, environment: own })))
    }
  }
  if (docker !== null) {
    const engine: Engine = { name: 'docker', program: docker, options: [], environment: own }
    const failure = await answers(engine, ['version', '--format', '{{.Server.Version}}'])
    if (failure === null) engines.push(engine)
    else refusals.push(`docker does not answer (${failure})`)
  }
  return { engines, refusals }
}

async function answers(engine: Engine, args: readonly string[]): Promise<string | null> {
  try {
    await callEngine(engine, args)
    return null
  } catch (error) {
    if (error instanceof SandboxError) return error.message
    throw error
  }
}

/** Runs one subcommand to its end and gives back what it printed. */
export async function callEngine(engine: Engine, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(engine.program, [...engine.options, ...args], { env: engine.environment, timeout: answerMs, killSignal: 'SIGKILL', maxBuffer: 1024 ** 2 })
    return stdout.trim()
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `${engine.name} ${args[0] ?? ''} failed: ${lastLine(error)}`, { cause: error })
  }
}

function lastLine(error: unknown): string {
  const text = typeof error === 'object' && error !== null && 'stderr' in error && String(error.stderr) !== '' ? String(error.stderr) : String(error)
  return text.trim().split('\n').at(-1) ?? ''
}
