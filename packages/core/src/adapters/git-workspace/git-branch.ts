import { lstat, readlink, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type BranchState, type MergeResult, type RevisionReader, type TargetBranch } from '../../workspace/workspace.ts'
import { gitCommand, type GitCommand, type GitPlace } from './git-command.ts'
import type { ObjectReader } from './object-reader.ts'

interface Context {
  readonly git: GitCommand
  readonly place: GitPlace
  readonly objects: ObjectReader
  readonly revisions: RevisionReader
}

/** How long another git process may hold the index before we give up. */
const indexWaitMs = 3000

/** Reads and moves branches of the target, by compare-and-swap only. */
export function gitBranch(context: Context): TargetBranch {
  const { git } = context
  return {
    state: async (name) => branchState(context, name === null ? await headRef(git) : await fullRef(git, name)),
    merge: (base, ours, theirs) => mergeTrees(context, { base, ours, theirs }),
    writeCommit: async ({ tree, parents, message, date }) => {
      const name = await identity(git)
      const person = { GIT_AUTHOR_NAME: name.name, GIT_AUTHOR_EMAIL: name.email, GIT_AUTHOR_DATE: `@${date} +0000`, GIT_COMMITTER_NAME: name.name, GIT_COMMITTER_EMAIL: name.email, GIT_COMMITTER_DATE: `@${date} +0000` }
      const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-']
      return text(await git.run(args, { input: message, environment: person }))
    },
    advance: (move) => advance(context, move),
  }
}

async function headRef(git: GitCommand): Promise<string> {
  const result = await git.run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [1] })
  if (result.code === 0) return text(result)
  throw new WorkspaceError('detached-head', 'HEAD points at no branch', { remedy: 'Check out a branch, or name one with --branch.' })
}

async function fullRef(git: GitCommand, name: string): Promise<string> {
  const ref = name.startsWith('refs/') ? name : `refs/heads/${name}`
  const result = await git.run(['check-ref-format', ref], { answers: [1, 128, 129] })
  if (result.code === 0 && ref.startsWith('refs/heads/')) return ref
  throw new WorkspaceError('unsafe-path', `${JSON.stringify(name)} is no name for a branch`, { remedy: 'Choose one that git accepts, for instance ratchet/faster.' })
}

async function tipOf(git: GitCommand, ref: string): Promise<ObjectId | null> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], { answers: [1, 128] })
  return result.code === 0 ? text(result) : null
}

async function branchState(context: Context, ref: string): Promise<BranchState> {
  const tip = await tipOf(context.git, ref)
  const head = await context.git.run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [1] })
  if (tip === null && head.code === 0 && text(head) === ref) {
    throw new WorkspaceError('unborn-head', `${ref} has no commit yet`, { remedy: 'Make the first commit; Ratchet judges changes between commits.' })
  }
  if (tip === null) throw new WorkspaceError('unknown-revision', `there is no branch ${ref}`)
  const tree = await workingTreeOf(context, ref)
  return { ref, tip, checkedOut: tree !== null, dirtyPaths: tree === null ? [] : await dirtyPaths(tree) }
}

/** The working tree, main or linked, that has `ref` checked out. */
async function workingTreeOf({ git, place }: Context, ref: string): Promise<GitCommand | null> {
  const { directory } = (await workingTree({ git, ref })) ?? { directory: null }
  return directory === null ? null : gitCommand({ ...place, directory })
}

async function workingTree({ git, ref }: { readonly git: GitCommand; readonly ref: string }): Promise<{ readonly directory: string } | null> {
  const fields = (await git.run(['worktree', 'list', '--porcelain', '-z'])).stdout.toString('utf8').split('\0')
  let directory: string | null = null
  let bare = false
  for (const field of fields) {
    if (field.startsWith('worktree ')) {
      directory = field.slice('worktree '.length)
      bare = false
    } else if (field === 'bare') bare = true
    else if (field === `branch ${ref}` && directory !== null && !bare) return { directory }
  }
  return null
}

/** Tracked files that differ from HEAD, staged or not. Submodules are looked at when the repository is opened. */
async function dirtyPaths(tree: GitCommand): Promise<readonly string[]> {
  const fields = (await tree.run(['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames', '--ignore-submodules=all'])).stdout.toString('utf8').split('\0')
  return fields.filter((field) => field !== '').map((field) => field.slice(3))
}

/** merge-tree of this git finds the base by history; commits made for the purpose give it exactly the base that is meant. */
async function mergeTrees({ git, revisions }: Context, merge: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId }): Promise<MergeResult> {
  const identityOf = { GIT_AUTHOR_NAME: 'Ratchet', GIT_AUTHOR_EMAIL: 'ratchet@localhost', GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_NAME: 'Ratchet', GIT_COMMITTER_EMAIL: 'ratchet@localhost', GIT_COMMITTER_DATE: '@0 +0000' }
  const stand = async (commit: ObjectId, parents: readonly ObjectId[]): Promise<ObjectId> => {
    const { tree } = await revisions.commit(commit)
    return text(await git.run(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'merge'], { environment: identityOf }))
  }
  const base = await stand(merge.base, [])
  const [ours, theirs] = [await stand(merge.ours, [base]), await stand(merge.theirs, [base])]
  const result = await git.run(['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs], { answers: [1] })
  const [tree = '', ...paths] = result.stdout.toString('utf8').split('\0')
  if (result.code === 0) return { kind: 'merged', tree }
  return { kind: 'conflict', paths: [...new Set(paths.filter((file) => file !== ''))] }
}

async function identity(git: GitCommand): Promise<{ readonly name: string; readonly email: string }> {
  const read = async (key: string): Promise<string> => {
    const result = await git.run(['config', '--get', key], { answers: [1] })
    return result.code === 0 ? text(result) : ''
  }
  const [name, email] = [await read('user.name'), await read('user.email')]
  return name === '' || email === '' ? { name: 'Ratchet', email: 'ratchet@localhost' } : { name, email }
}

type Move = Parameters<TargetBranch['advance']>[0]

/**
 * Moves the ref, then lets the working tree follow. Killed in between, the same call finishes: the ref is at `next` already, and the files
 * are brought there from `expected`, unless somebody has edited them since.
 */
async function advance(context: Context, move: Move): Promise<{ readonly moved: boolean }> {
  const { git } = context
  const tree = await workingTreeOf(context, move.ref)
  const tip = await tipOf(git, move.ref)
  if (tip === move.next) {
    if (tree !== null && move.expected !== null) await finishWorkingTree(context, tree, { from: move.expected, to: move.next })
    return { moved: true }
  }
  if (tip !== move.expected) return { moved: false }
  if (tree !== null && move.expected !== null) await refuseDirty(context, tree, { from: move.expected, to: move.next })
  const old = move.expected ?? '0'.repeat(move.next.length)
  const updated = await git.run(['update-ref', '--create-reflog', '-m', 'ratchet', move.ref, move.next, old], { answers: [1, 128] })
  if (updated.code !== 0) {
    if ((await tipOf(git, move.ref)) !== move.expected) return { moved: false }
    throw new WorkspaceError('git-failed', `git could not move ${move.ref}: ${updated.stderr.trim()}`, { remedy: 'Another git process may hold a lock on it; try again.' })
  }
  if (tree !== null && move.expected !== null) await follow(tree, { from: move.expected, to: move.next })
  return { moved: true }
}

interface Step {
  readonly from: ObjectId
  readonly to: ObjectId
}

/** Uncommitted changes, and untracked files where the change puts one. */
async function refuseDirty({ revisions, objects }: Context, tree: GitCommand, step: Step): Promise<void> {
  const top = tree.spawnSpec([]).cwd
  const dirty = [...(await dirtyPaths(tree))]
  for (const change of await revisions.changes(step.from, step.to)) {
    if (change.status === 'added' && (await contentId(objects, path.join(top, change.path))) !== null) dirty.push(change.path)
  }
  if (dirty.length === 0) return
  throw new WorkspaceError('dirty-working-tree', `the working tree has changes that would be in the way: ${dirty.slice(0, 5).join(', ')}`, {
    remedy: 'Commit, stash or move them first; Ratchet never touches uncommitted work.',
  })
}

async function follow(tree: GitCommand, { from, to }: Step): Promise<void> {
  const deadline = Date.now() + indexWaitMs
  // An index left stale by its timestamps alone must not look edited.
  await tree.run(['update-index', '-q', '--refresh'], { answers: [1, 128] })
  for (;;) {
    const result = await tree.run(['read-tree', '-m', '-u', from, to], { answers: [1, 128] })
    if (result.code === 0) return
    if (Date.now() > deadline) {
      throw new WorkspaceError('git-failed', `the branch is at ${to}, but its working tree could not follow: ${result.stderr.trim()}`, {
        remedy: 'End other git processes and remove a stale index.lock, then run the command again: it finishes what is left.',
      })
    }
    await sleep(100)
  }
}

/**
 * After a kill: the index may stand at the old tree, and any changed file at the old or at the new content. Everything else is somebody's
 * work and is refused.
 */
async function finishWorkingTree(context: Context, tree: GitCommand, step: Step): Promise<void> {
  if ((await dirtyPaths(tree)).length === 0) return
  const top = tree.spawnSpec([]).cwd
  const changes = new Map((await context.revisions.changes(step.from, step.to)).map((change) => [change.path, change]))
  const sides = await Promise.all([step.from, step.to].map(async (commit) => new Map((await context.revisions.entries(commit)).map((entry) => [entry.path, entry.id]))))
  for (const file of await dirtyPaths(tree)) {
    const found = await contentId(context.objects, path.join(top, file))
    const ours = changes.has(file) && sides.some((side) => (side.get(file) ?? null) === found)
    if (!ours) throw new WorkspaceError('dirty-working-tree', `${file} was edited after the branch moved`, { remedy: 'Commit or stash it, then run the command again.' })
  }
  await tree.run(['read-tree', '--reset', '-u', step.to])
}

/** Git's name for the bytes of a file (or for a link's target), computed here so that no filter runs; null when nothing is there. */
async function contentId(objects: ObjectReader, file: string): Promise<ObjectId | null> {
  try {
    const status = await lstat(file)
    if (status.isSymbolicLink()) return objects.blobId(await readlink(file, { encoding: 'buffer' }))
    return status.isFile() ? objects.blobId(await readFile(file)) : 'not a file'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

function text(result: { readonly stdout: Buffer }): string {
  return result.stdout.toString('utf8').replace(/\n$/, '')
}
