import { spawn } from 'node:child_process'
import path from 'node:path'
import { WorkspaceError } from '../../workspace/workspace.ts'

/** Settings that take away everything a repository could make git run, and everything a user's own configuration could change. */
const hardening: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.quotePath', 'false'],
  ['core.pager', 'cat'],
  ['core.precomposeUnicode', 'false'],
  // Names that another system takes for .git are refused on this one as well.
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.alternateRefsCommand', 'false'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['protocol.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['commit.gpgSign', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['merge.renormalize', 'false'],
  ['merge.directoryRenames', 'conflict'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.fsync', 'committed,loose-object,reference'],
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

export interface SpawnSpec {
  readonly args: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly cwd: string
}

/** Runs git on one repository, hardened (DESIGN, trust rule 8). */
export interface GitCommand {
  /** Where git runs. */
  readonly directory: string
  run(args: readonly string[], options?: GitCommandOptions): Promise<GitResult>
  /** Arguments and environment for a long-lived process. */
  spawnSpec(args: readonly string[]): SpawnSpec
}

export interface GitPlace {
  /** Where git is started; it finds the repository from here. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `safe.directory` values of the user's own configuration, where they are needed. */
  readonly trusted: readonly Setting[]
}

/**
 * Git on `place`, with `overrides` for the drivers that the repository itself configures: see `hardenedGit`.
 *
 * Started by node:child_process rather than through tinyexec, which decodes output as text (a path or a blob is bytes), passes on the
 * whole outer environment, and looks for `git` in `node_modules/.bin` of the working directory, which here is the target's.
 */
export function gitCommand(place: GitPlace, overrides: readonly Setting[] = []): GitCommand {
  const environment = { ...cleanEnvironment(place.environment), ...settingsEnvironment([...hardening, ...place.trusted, ...overrides]) }
  const spawnSpec: GitCommand['spawnSpec'] = (args) => ({ args: ['--no-pager', '--literal-pathspecs', '--no-replace-objects', ...args], environment, cwd: place.directory })
  return {
    directory: place.directory,
    spawnSpec,
    run: async (args, options = {}) => {
      const spec = spawnSpec(args)
      const result = await execute({ ...spec, environment: { ...environment, ...options.environment } }, options.input ?? '')
      if (result.code === 0 || options.answers?.includes(result.code)) return result
      throw gitFailure(args, result)
    },
  }
}

/** Nothing of GIT_* comes in from outside; no prompts, no transports, no lazy fetches; messages in English, for people only. */
function cleanEnvironment(outer: GitPlace['environment']): NodeJS.ProcessEnv {
  return {
    PATH: searchPath(outer['PATH'] ?? ''),
    // Under sudo, git lets root work on the invoking user's own repository.
    ...(outer['SUDO_UID'] === undefined ? {} : { SUDO_UID: outer['SUDO_UID'] }),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    // An empty list allows no transport, whatever protocol.*.allow says in the repository.
    GIT_ALLOW_PROTOCOL: '',
    GIT_EDITOR: 'false',
    GIT_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'false',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ratchet',
    GIT_AUTHOR_EMAIL: 'ratchet@localhost',
    GIT_COMMITTER_NAME: 'Ratchet',
    GIT_COMMITTER_EMAIL: 'ratchet@localhost',
  }
}

/** Git runs inside the target, so a relative entry, or the target's own node_modules/.bin, would let the target choose which git that is. */
function searchPath(value: string): string {
  return value
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry) && !/\/node_modules\/\.bin\/*$/.test(entry))
    .join(path.delimiter)
}

/** By environment rather than `-c`: a key of the repository's own may hold any character, `=` included. */
function settingsEnvironment(settings: readonly Setting[]): NodeJS.ProcessEnv {
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(entries) }
}

function execute(spec: SpawnSpec, input: Uint8Array | string): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = startGit(spec)
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // git may leave without reading its input; its exit status says why.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error)
    })
    child.once('error', (error: NodeJS.ErrnoException) => reject(startFailure(error, spec.cwd)))
    child.once('close', (code) => resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }))
    child.stdin.end(input)
  })
}

/** In a process group of its own: Ctrl-C in the terminal must not end git half-way through moving a working tree. */
export function startGit(spec: SpawnSpec) {
  return spawn('git', spec.args, { cwd: spec.cwd, env: spec.environment, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
}

export function startFailure(error: NodeJS.ErrnoException, cwd: string): WorkspaceError {
  if (error.code === 'ENOENT') return new WorkspaceError('git-missing', 'git could not be started', { cause: error, remedy: `Install git, and check that ${cwd} exists.` })
  return new WorkspaceError('git-failed', 'git could not be started', { cause: error })
}

export function gitFailure(args: readonly string[], result: GitResult): WorkspaceError {
  return new WorkspaceError('git-failed', `git ${args[0]} failed with exit status ${result.code}: ${result.stderr.trim().slice(0, 2000)}`)
}

/** The one line that plumbing prints. A final newline ends it; one inside a path is kept. */
export function answerOf(result: GitResult): string {
  return result.stdout.toString('utf8').replace(/\n$/, '')
}
