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

/** What one question to git says of a repository. */
interface Facts {
  readonly isBare: boolean
  readonly isShallow: boolean
  readonly hash: Location['hash']
  readonly gitDirectory: string
}

/** The repository that `directory` lies in. Fails with `not-a-repository`, `untrusted-owner` or `git-missing`. */
export async function locateRepository(directory: string, environment: GitPlace['environment']): Promise<Location> {
  const { place, facts } = await trustedPlace({ directory: await existingDirectory(directory), environment, trusted: [] })
  const { isBare, gitDirectory } = facts
  const root = isBare ? gitDirectory : await ask(place, '--show-toplevel')
  if (root === null) throw new WorkspaceError('not-a-repository', `${directory} lies inside a git directory`, { remedy: 'Name the working tree with --target.' })
  const rooted = { ...place, directory: root }
  // core.worktree may point anywhere, also into some other repository: what git finds from there must be the same one.
  if (root !== place.directory && gitDirectory !== (await ask(rooted, ...commonDirectory))) {
    throw new WorkspaceError('not-a-repository', `core.worktree of ${directory} points at ${root}, which does not lead back to this repository`, { remedy: 'Correct it with `git config core.worktree`, or name the repository it belongs to.' })
  }
  return { ...facts, place: rooted, objects: (await ask(rooted, '--path-format=absolute', '--git-path', 'objects')) ?? `${gitDirectory}/objects` }
}

const commonDirectory = ['--path-format=absolute', '--git-common-dir'] as const

/** One path a call: it may hold a newline. */
async function ask(place: GitPlace, ...args: readonly string[]): Promise<string | null> {
  const result = await gitCommand(place).run(['rev-parse', ...args], { answers: [128] })
  return result.code === 0 ? answerOf(result) : null
}

/** Three words, and then a path, which is all the rest. Null where git reads no repository there. */
async function factsOf(place: GitPlace): Promise<Facts | null> {
  const [isBare, isShallow, hash, ...gitDirectory] = (await ask(place, '--is-bare-repository', '--is-shallow-repository', '--show-object-format', ...commonDirectory))?.split('\n') ?? []
  if (isBare === undefined) return null
  return { isBare: isBare === 'true', isShallow: isShallow === 'true', hash: hash === 'sha256' ? 'sha256' : 'sha1', gitDirectory: gitDirectory.join('\n') }
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
async function trustedPlace(place: GitPlace): Promise<{ readonly place: GitPlace; readonly facts: Facts }> {
  const facts = await factsOf(place)
  if (facts !== null) return { place, facts }
  const anyOwner = { ...place, trusted: [['safe.directory', '*']] as const }
  if ((await ask(anyOwner, ...commonDirectory)) === null) {
    const { stderr } = await gitCommand(anyOwner).run(['rev-parse', ...commonDirectory], { answers: [0, 128] })
    throw new WorkspaceError('not-a-repository', `${place.directory} is not a git repository that git can read: ${stderr.trim()}`, {
      remedy: 'Name one with --target, or make it one: git init && git add . && git commit.',
    })
  }
  const declared = { ...place, trusted: await declaredSafe(place) }
  const known = await factsOf(declared)
  if (known !== null) return { place: declared, facts: known }
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
