import { lstat, readlink } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { answerOf, type GitCommand } from './git-command.ts'
import { dirtyPaths } from './working-tree.ts'

/** One move of the branch that a working tree has checked out. */
interface Step {
  readonly from: ObjectId
  readonly to: ObjectId
}

/** How long another git process may hold the index before we give up. */
const indexWaitMs = 1500

/** Paths on one command line, far below what the system takes. */
const argumentsAtOnce = 200

/**
 * Refuses, before anything moves, a working tree with uncommitted changes, with untracked files in the way, or whose index is locked.
 * What git itself would refuse later is found by a dry run of it.
 */
export async function prepareToFollow(tree: GitCommand, step: Step): Promise<void> {
  const dirty = [...(await dirtyPaths(tree)), ...(await untrackedInTheWay(tree, step))]
  if (dirty.length > 0) throw inTheWay(dirty.slice(0, 5).join(', '))
  await waitForIndex(tree)
  await refresh(tree)
  const trial = await twoWay(tree, step, ['-n'])
  if (trial.code !== 0) throw inTheWay(trial.stderr.trim())
}

/** Index and files of a clean working tree go where the branch already is. */
export async function followBranch(tree: GitCommand, step: Step): Promise<void> {
  await waitForIndex(tree)
  await refresh(tree)
  const result = await twoWay(tree, step, [])
  if (result.code === 0) return
  throw new WorkspaceError('git-failed', `the branch is at ${step.to}, but its working tree could not follow: ${result.stderr.trim()}`, {
    remedy: 'Move away what is in the way and run the command again: it finishes what is left.',
  })
}

/**
 * After a kill the ref is at `to`, the index at `from`, and each changed file at either. Files that arrived are entered into the index,
 * then git moves the rest as it does for a clean tree: it keeps edits of other files, and refuses to lose one of a changed file. A file
 * that was cut off half-written cannot be told from an edit and is refused too.
 */
export async function finishFollowing(tree: GitCommand, step: Step): Promise<void> {
  await waitForIndex(tree)
  // The index is written last: once it agrees, everything did, and what differs now was edited later.
  if ((await rawChanges(tree, ['diff-index', '--cached', step.to])).length === 0) return
  await enterArrived(tree, step)
  await refresh(tree)
  const untracked = await untrackedInTheWay(tree, step)
  const trial = await twoWay(tree, step, ['-n'])
  if (untracked.length === 0 && trial.code === 0) return followBranch(tree, step)
  const what = untracked.length > 0 ? untracked.slice(0, 5).join(', ') : trial.stderr.trim()
  throw new WorkspaceError('dirty-working-tree', `the branch is at ${step.to}, and files of its working tree were edited before they could follow: ${what}`, {
    remedy: 'Look at `git diff HEAD`; take each file with `git checkout HEAD -- FILE`, or commit what is yours.',
  })
}

function twoWay(tree: GitCommand, { from, to }: Step, options: readonly string[]) {
  return tree.run(['read-tree', '-m', '-u', ...options, from, to], { answers: [1, 128] })
}

/**
 * Untracked files where the step puts one, ignored files included: git would overwrite those without a word. A file may also be in the
 * way of a folder, or a folder with files in the way of a file.
 */
async function untrackedInTheWay(tree: GitCommand, { from, to }: Step): Promise<readonly string[]> {
  const changes = await rawChanges(tree, ['diff-tree', '-r', '--diff-filter=A', from, to])
  const places = new Set(changes.map(({ file }) => file))
  for (const { file } of changes) {
    const obstacle = await obstacleAbove(tree, file)
    if (obstacle !== null) places.add(obstacle)
  }
  const asked = [...places]
  const found: string[] = []
  for (let at = 0; at < asked.length; at += argumentsAtOnce) {
    const listing = await tree.run(['ls-files', '--others', '-z', '--', ...asked.slice(at, at + argumentsAtOnce)])
    found.push(...listing.stdout.toString('utf8').split('\0').filter((file) => file !== ''))
  }
  return found
}

/** The first thing above a path that is no real folder; null when there is none. */
async function obstacleAbove(tree: GitCommand, file: string): Promise<string | null> {
  const segments = file.split('/').slice(0, -1)
  for (let depth = 1; depth <= segments.length; depth++) {
    const folder = segments.slice(0, depth).join('/')
    const status = await lstat(path.join(tree.directory, folder)).catch(missing)
    if (status === null) return null
    if (!status.isDirectory()) return folder
  }
  return null
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** An index left stale by its timestamps alone must not look edited; what is edited is reported by exit status 1, and by the next step. */
async function refresh(tree: GitCommand): Promise<void> {
  await tree.run(['update-index', '-q', '--refresh'], { answers: [1] })
}

function inTheWay(what: string): WorkspaceError {
  return new WorkspaceError('dirty-working-tree', `the working tree has changes that would be in the way: ${what}`, {
    remedy: 'Commit, stash or move them first; Ratchet never touches uncommitted work.',
  })
}

/** Editors and prompts refresh the index now and then; one that stays locked belongs to a command that runs, or to one that was killed. */
async function waitForIndex(tree: GitCommand): Promise<void> {
  const lock = answerOf(await tree.run(['rev-parse', '--path-format=absolute', '--git-path', 'index.lock']))
  for (let waited = 0; ; waited += 100) {
    if ((await lstat(lock).catch(missing)) === null) return
    if (waited >= indexWaitMs) {
      throw new WorkspaceError('git-failed', `another git process holds ${lock}`, { remedy: 'Wait for it to end; if none runs, remove the file, then run the command again.' })
    }
    await sleep(100)
  }
}

interface RawChange {
  readonly mode: string
  readonly id: ObjectId
  readonly file: string
}

/** What each changed path is on the second side. */
async function rawChanges(tree: GitCommand, [command = '', ...args]: readonly string[]): Promise<readonly RawChange[]> {
  const parts = (await tree.run([command, '--raw', '-z', '--no-renames', '--no-abbrev', '--no-ext-diff', '--ignore-submodules=all', ...args])).stdout.toString('utf8').split('\0')
  const changes: RawChange[] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, mode = '', , id = ''] = (parts[index] ?? '').split(' ')
    changes.push({ mode, id, file: parts[index + 1] ?? '' })
  }
  return changes
}

async function enterArrived(tree: GitCommand, { from, to }: Step): Promise<void> {
  const staged = new Set((await rawChanges(tree, ['diff-index', '--cached', from])).map(({ file }) => file))
  const records: string[] = []
  for (const { mode, id, file } of await rawChanges(tree, ['diff-tree', '-r', from, to])) {
    // What differs from `from` in the index was staged by somebody, or is entered already.
    if (!staged.has(file) && (await contentId(tree, file)) === id) records.push(`${mode} ${id}\t${file}\0`)
  }
  if (records.length > 0) await tree.run(['update-index', '-z', '--index-info'], { input: records.join('') })
}

/** Git's name for what lies at a path, line endings converted as git would, drivers switched off; null when it is no file or link. */
async function contentId(tree: GitCommand, file: string): Promise<ObjectId | null> {
  const full = path.join(tree.directory, file)
  if ((await obstacleAbove(tree, file)) !== null) return null
  const status = await lstat(full).catch(missing)
  if (status?.isSymbolicLink()) return answerOf(await tree.run(['hash-object', '--stdin'], { input: await readlink(full, { encoding: 'buffer' }) }))
  return status?.isFile() ? answerOf(await tree.run(['hash-object', '--', file])) : null
}
