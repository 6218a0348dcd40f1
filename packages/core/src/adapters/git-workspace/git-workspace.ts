import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { WorkspaceError, type CandidateStore, type RevisionReader, type TargetBranch, type TreeSlots } from '../../workspace/workspace.ts'
import { gitBranch } from './git-branch.ts'
import { gitCandidates } from './git-candidates.ts'
import { gitCommand, type GitCommand, type GitPlace, type Setting } from './git-command.ts'
import { gitRevisions } from './git-revisions.ts'
import { gitSlots } from './git-slots.ts'
import { ObjectReader } from './object-reader.ts'
import { openOwnedDirectory } from './owned-directory.ts'

export interface GitWorkspaceOptions {
  /** Anywhere inside the repository. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The target's repository, through its four ports. */
export interface GitWorkspace extends AsyncDisposable {
  readonly revisions: RevisionReader
  readonly candidates: CandidateStore
  readonly slots: TreeSlots
  readonly branch: TargetBranch
  /** Top of the working tree, or the repository itself when it is bare. */
  readonly root: string
  /** `.ratchet` beside the git directory. */
  readonly stateDirectory: string
  /** Private, memory-backed where possible; gone when the workspace is closed. */
  readonly scratch: string
  isAncestor(commit: string, of: string): Promise<boolean>
}

/** Opens the repository that `directory` lies in, or says why it cannot serve as a target. */
export async function openGitWorkspace(options: GitWorkspaceOptions): Promise<GitWorkspace> {
  const start = await existingDirectory(options.directory)
  const { root, common, isBare, isShallow, hash } = await locate({ directory: start, environment: options.environment, overrides: [] })
  const bootstrap = gitCommand({ directory: root, environment: options.environment, overrides: [] })
  const place: GitPlace = { directory: root, environment: options.environment, overrides: await driverOverrides(bootstrap) }
  const git = gitCommand(place)
  const objects = new ObjectReader(git, hash)
  const revisions = gitRevisions(git, objects, { isShallow })
  try {
    if (!isBare) await refuseDirtySubmodules(git, place)
    const owned = await openOwnedDirectory()
    const candidates = gitCandidates({ git, objects, revisions, scratch: owned.path })
    const slots = gitSlots({ root: owned.path, objects, revisions })
    return {
      revisions,
      candidates,
      slots,
      branch: gitBranch({ git, place, objects, revisions }),
      root,
      stateDirectory: path.join(path.basename(common) === '.git' ? path.dirname(common) : common, '.ratchet'),
      scratch: owned.path,
      isAncestor: async (commit, of) => (await git.run(['merge-base', '--is-ancestor', commit, of], { answers: [1] })).code === 0,
      [Symbol.asyncDispose]: async () => {
        await candidates[Symbol.asyncDispose]()
        await slots[Symbol.asyncDispose]()
        await objects[Symbol.asyncDispose]()
        await owned[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await objects[Symbol.asyncDispose]()
    throw error
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

interface Location {
  readonly root: string
  readonly common: string
  readonly isBare: boolean
  readonly isShallow: boolean
  readonly hash: 'sha1' | 'sha256'
}

async function locate(place: GitPlace): Promise<Location> {
  const git = gitCommand(place)
  // One question a call: a path may hold a newline.
  const ask = async (...args: readonly string[]): Promise<string | null> => {
    const result = await git.run(['rev-parse', ...args], { answers: [128] })
    return result.code === 0 ? result.stdout.toString('utf8').replace(/\n$/, '') : null
  }
  const common = await ask('--path-format=absolute', '--git-common-dir')
  if (common === null) {
    throw new WorkspaceError('not-a-repository', `${place.directory} is not a git repository`, { remedy: 'Name one with --target, or make it one: git init && git add . && git commit.' })
  }
  const isBare = (await ask('--is-bare-repository')) === 'true'
  const root = isBare ? common : await ask('--show-toplevel')
  if (root === null) throw new WorkspaceError('not-a-repository', `${place.directory} lies inside a git directory`, { remedy: 'Name the working tree with --target.' })
  const hash = (await ask('--show-object-format')) === 'sha256' ? 'sha256' : 'sha1'
  return { root, common, isBare, isShallow: (await ask('--is-shallow-repository')) === 'true', hash }
}

/** Filters, diff and merge drivers are commands of the repository's own configuration: each is switched off by name. */
async function driverOverrides(git: GitCommand): Promise<readonly Setting[]> {
  const pattern = '^(filter\\..*\\.(clean|smudge|process|required)|diff\\..*\\.(command|textconv)|merge\\..*\\.driver|diff\\.external|gpg\\..*program|credential\\..*helper)$'
  const result = await git.run(['config', '--null', '--name-only', '--get-regexp', pattern], { answers: [1] })
  const keys = new Set(result.stdout.toString('utf8').split('\0').filter((key) => key !== ''))
  return [...keys].map((key): Setting => {
    if (key.endsWith('.required')) return [key, 'false']
    // A merge driver that fails leaves a conflict, which refuses; an empty one would be run as an empty command.
    return [key, key.startsWith('merge.') ? 'false' : '']
  })
}

/** Looks into each submodule with a hardened git of our own: git's own recursion would run what the submodule configures. */
async function refuseDirtySubmodules(git: GitCommand, place: GitPlace): Promise<void> {
  const head = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { answers: [1, 128] })
  if (head.code !== 0) return
  const listing = (await git.run(['ls-files', '--stage', '-z'])).stdout.toString('utf8').split('\0')
  for (const record of listing) {
    if (!record.startsWith('160000 ')) continue
    const tab = record.indexOf('\t')
    const [, id = ''] = record.slice(0, tab).split(' ')
    const name = record.slice(tab + 1)
    if (await isDirtySubmodule({ ...place, directory: path.join(place.directory, name) }, id)) {
      throw new WorkspaceError('dirty-submodule', `the submodule ${name} has changes that the repository does not record`, {
        remedy: `Commit them and the new submodule commit, or reset it: git submodule update ${name}`,
      })
    }
  }
}

async function isDirtySubmodule(place: GitPlace, recorded: string): Promise<boolean> {
  try {
    await stat(path.join(place.directory, '.git'))
  } catch (error) {
    // Not checked out: nothing there that could differ.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  const git = gitCommand({ ...place, overrides: await driverOverrides(gitCommand({ ...place, overrides: [] })) })
  const head = (await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { answers: [1, 128] })).stdout.toString('utf8').trim()
  if (head !== recorded) return true
  return (await git.run(['status', '--porcelain', '-z', '--untracked-files=no', '--ignore-submodules=all'])).stdout.length > 0
}
