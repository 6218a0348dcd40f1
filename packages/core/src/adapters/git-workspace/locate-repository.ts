import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { answerOf, gitCommand, type GitPlace, type Setting } from './git-command.ts'

export interface Location {
  readonly place: GitPlace
  /** The common git directory: shared by all working trees of the repository. */
  readonly gitDirectory: string
  readonly isBare: boolean
  readonly isShallow: boolean
  readonly hash: 'sha1' | 'sha256'
  /** Where loose objects lie. */
  readonly objects: string
}

type Ask = (...args: readonly string[]) => Promise<string | null>

/** The repository that `directory` lies in. Fails with `not-a-repository`, `untrusted-owner` or `git-missing`. */
export async function locateRepository(directory: string, environment: GitPlace['environment']): Promise<Location> {
  const place = await trustedPlace({ directory: await existingDirectory(directory), environment, trusted: [] })
  const isBare = (await asker(place)('--is-bare-repository')) === 'true'
  const root = await asker(place)(...(isBare ? commonDirectory : ['--show-toplevel']))
  if (root === null) throw new WorkspaceError('not-a-repository', `${directory} lies inside a git directory`, { remedy: 'Name the working tree with --target.' })
  const ask = asker({ ...place, directory: root })
  const gitDirectory = await ask(...commonDirectory)
  // core.worktree may point anywhere, also into some other repository: what git finds from there must be the same one.
  if (gitDirectory === null || gitDirectory !== (await asker(place)(...commonDirectory))) {
    throw new WorkspaceError('not-a-repository', `core.worktree of ${directory} points at ${root}, which does not lead back to this repository`, { remedy: 'Correct it with `git config core.worktree`, or name the repository it belongs to.' })
  }
  return {
    place: { ...place, directory: root },
    gitDirectory,
    isBare,
    isShallow: (await ask('--is-shallow-repository')) === 'true',
    hash: (await ask('--show-object-format')) === 'sha256' ? 'sha256' : 'sha1',
    objects: (await ask('--path-format=absolute', '--git-path', 'objects')) ?? `${gitDirectory}/objects`,
  }
}

const commonDirectory = ['--path-format=absolute', '--git-common-dir'] as const

/** One question a call: a path may hold a newline. */
function asker(place: GitPlace): Ask {
  const git = gitCommand(place)
  return async (...args) => {
    const result = await git.run(['rev-parse', ...args], { answers: [128] })
    return result.code === 0 ? answerOf(result) : null
  }
}

async function existingDirectory(directory: string): Promise<string> {
  try {
    if ((await stat(directory)).isDirectory()) return await realpath(directory)
  } catch (error) {
    throw new WorkspaceError('not-a-repository', `there is no directory ${directory}`, { cause: error, remedy: 'Name the repository with --target.' })
  }
  throw new WorkspaceError('not-a-repository', `${directory} is not a directory`, { remedy: 'Name the repository with --target.' })
}

/**
 * Git refuses a repository that somebody else owns. We do not read the user's configuration, so we ask for the one thing in it that
 * answers this: whether the user has declared the directory safe.
 */
async function trustedPlace(place: GitPlace): Promise<GitPlace> {
  if ((await asker(place)(...commonDirectory)) !== null) return place
  const anyOwner = { ...place, trusted: [['safe.directory', '*']] as const }
  if ((await asker(anyOwner)(...commonDirectory)) === null) {
    const { stderr } = await gitCommand(anyOwner).run(['rev-parse', ...commonDirectory], { answers: [0, 128] })
    throw new WorkspaceError('not-a-repository', `${place.directory} is not a git repository that git can read: ${stderr.trim()}`, {
      remedy: 'Name one with --target, or make it one: git init && git add . && git commit.',
    })
  }
  const declared = { ...place, trusted: await declaredSafe(place) }
  if ((await asker(declared)(...commonDirectory)) !== null) return declared
  throw new WorkspaceError('untrusted-owner', `${place.directory} belongs to another user, so git does not trust it`, {
    remedy: `If you do, say so: git config --global --add safe.directory '${place.directory}'`,
  })
}

/** Read as data, file by file; nothing else of the user's configuration comes in. */
async function declaredSafe({ environment }: GitPlace): Promise<readonly Setting[]> {
  const home = environment['HOME'] ?? '/nonexistent'
  const files = ['/etc/gitconfig', path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'git/config'), path.join(home, '.gitconfig')]
  const git = gitCommand({ environment, directory: '/', trusted: [] })
  const found: Setting[] = []
  for (const file of files) {
    const result = await git.run(['config', '--file', file, '--includes', '--null', '--type=path', '--get-all', 'safe.directory'], { answers: [1], environment: { HOME: home } })
    found.push(...result.stdout.toString('utf8').split('\0').slice(0, -1).map((value): Setting => ['safe.directory', value]))
  }
  return found
}
