import { spawn } from 'node:child_process'
import { WorkspaceError } from '../../workspace/workspace.ts'

/** Settings that take away everything a repository could make git run, and everything a user's own configuration could change. */
const hardening: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.quotePath', 'false'],
  ['core.autocrlf', 'false'],
  ['core.precomposeUnicode', 'false'],
  ['core.alternateRefsCommand', 'false'],
  ['core.sshCommand', 'false'],
  ['protocol.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['commit.gpgSign', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.fsync', 'committed,loose-object,reference'],
  // The user named this directory, and nothing in it can run: an owner that differs is no danger here.
  ['safe.directory', '*'],
]

export type Setting = readonly [key: string, value: string]

export interface GitResult {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

export interface GitCommandOptions {
  readonly input?: Uint8Array | string
  /** Exit codes besides 0 that are answers, not failures. */
  readonly answers?: readonly number[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs git on one repository, hardened (DESIGN, trust rule 8). */
export interface GitCommand {
  run(args: readonly string[], options?: GitCommandOptions): Promise<GitResult>
  /** Arguments and environment for a long-lived process. */
  spawnSpec(args: readonly string[]): { readonly args: readonly string[]; readonly environment: NodeJS.ProcessEnv; readonly cwd: string }
}

export interface GitPlace {
  /** Where git is started; it finds the repository from here. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Settings that neutralise drivers which the repository itself configures. */
  readonly overrides: readonly Setting[]
}

export function gitCommand(place: GitPlace): GitCommand {
  const environment = { ...cleanEnvironment(place.environment), ...settingsEnvironment([...hardening, ...place.overrides]) }
  const spawnSpec: GitCommand['spawnSpec'] = (args) => ({ args: ['--no-pager', '--literal-pathspecs', '--no-replace-objects', ...args], environment, cwd: place.directory })
  return {
    spawnSpec,
    run: async (args, options = {}) => {
      const spec = spawnSpec(args)
      const result = await execute(spec.args, { cwd: spec.cwd, input: options.input ?? '', environment: { ...environment, ...options.environment } })
      if (result.code === 0 || options.answers?.includes(result.code)) return result
      throw gitFailure(args, result)
    },
  }
}

/** Nothing of GIT_* comes in from outside; no prompts, no lazy fetches, messages in English for people only. */
function cleanEnvironment(outer: GitPlace['environment']): NodeJS.ProcessEnv {
  return {
    PATH: outer['PATH'],
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_EDITOR: 'false',
    GIT_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_ATTR_NOSYSTEM: '1',
  }
}

/** By environment rather than `-c`: a key of the repository's own may hold any character, `=` included. */
function settingsEnvironment(settings: readonly Setting[]): NodeJS.ProcessEnv {
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(entries) }
}

function execute(
  args: readonly string[],
  options: { readonly cwd: string; readonly input: Uint8Array | string; readonly environment: NodeJS.ProcessEnv },
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: options.cwd, env: options.environment, stdio: ['pipe', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // git may leave without reading its input; its exit status says why.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error)
    })
    child.once('error', (error: NodeJS.ErrnoException) => reject(startFailure(error, options.cwd)))
    child.once('close', (code) => resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }))
    child.stdin.end(options.input)
  })
}

export function startFailure(error: NodeJS.ErrnoException, cwd: string): WorkspaceError {
  if (error.code === 'ENOENT') return new WorkspaceError('git-missing', 'git could not be started', { cause: error, remedy: `Install git, and check that ${cwd} exists.` })
  return new WorkspaceError('git-failed', 'git could not be started', { cause: error })
}

export function gitFailure(args: readonly string[], result: GitResult): WorkspaceError {
  return new WorkspaceError('git-failed', `git ${args[0]} failed with exit status ${result.code}: ${result.stderr.trim().slice(0, 2000)}`)
}
