import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type BranchState, type MergeResult, type RevisionReader, type TargetBranch } from '../../workspace/workspace.ts'
import { followBranch, finishFollowing, prepareToFollow } from './follow-branch.ts'
import { answerOf, gitCommand, type GitCommand, type GitPlace } from './git-command.ts'
import { hardenedGit } from './hardened-git.ts'
import { isObjectId } from './object-reader.ts'
import type { ObjectWriter } from './object-writer.ts'
import { dirtyPaths, findWorkingTree } from './working-tree.ts'

interface Context {
  readonly place: GitPlace
  readonly isBare: boolean
  readonly writer: ObjectWriter
  readonly revisions: RevisionReader
}

/** For what touches no driver: refs, configuration, ancestry. */
interface BranchContext extends Context {
  readonly git: GitCommand
}

/** Reads and moves branches of the target, by compare-and-swap only. */
export function gitBranch(options: Context): TargetBranch {
  const git = gitCommand(options.place)
  const context = { ...options, git }
  return {
    state: async (name) => branchState(context, name === null ? await headRef(git) : await fullRef(git, name)),
    merge: (base, ours, theirs) => mergeTrees(context, { base, ours, theirs }),
    writeCommit: (commit) => writeCommit(context, commit),
    advance: (move) => advance(context, move),
  }
}

async function headRef(git: GitCommand): Promise<string> {
  const result = await git.run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [1] })
  if (result.code === 0) return answerOf(result)
  throw new WorkspaceError('detached-head', 'HEAD points at no branch', { remedy: 'Check out a branch, or name one with --branch.' })
}

async function fullRef(git: GitCommand, name: string): Promise<string> {
  const ref = name.startsWith('refs/') ? name : `refs/heads/${name}`
  const result = await git.run(['check-ref-format', ref], { answers: [1, 128, 129] })
  const short = ref.slice('refs/heads/'.length)
  // Names that `git branch` refuses to make: one reads as an option ever after, the other as HEAD itself.
  const isMisleading = short.startsWith('-') || short === 'HEAD'
  if (result.code === 0 && ref.startsWith('refs/heads/') && !isMisleading) return ref
  throw new WorkspaceError('unsafe-path', `${JSON.stringify(name)} is no name for a branch`, { remedy: 'Choose one that git accepts, for instance ratchet/faster.' })
}

async function tipOf(git: GitCommand, ref: string): Promise<ObjectId | null> {
  const result = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], { answers: [1, 128] })
  return result.code === 0 ? answerOf(result) : null
}

async function branchState(context: BranchContext, ref: string): Promise<BranchState> {
  const tip = await tipOf(context.git, ref)
  if (tip === null) {
    const head = await context.git.run(['symbolic-ref', '--quiet', 'HEAD'], { answers: [1] })
    if (head.code === 0 && answerOf(head) === ref) throw unborn(ref)
    throw new WorkspaceError('unknown-revision', `there is no branch ${ref}`)
  }
  const tree = await findWorkingTree(context, ref)
  return { ref, tip, checkedOut: tree !== null, dirtyPaths: tree === null ? [] : await dirtyPaths(tree) }
}

function unborn(ref: string): WorkspaceError {
  return new WorkspaceError('unborn-head', `${ref} has no commit yet`, { remedy: 'Make the first commit; Ratchet judges changes between commits.' })
}

/**
 * merge-tree of this git finds the base by history; commits made for the purpose give it exactly the base that is meant. Reverting commit C
 * at tip T is therefore merge(C, T, parent of C).
 */
async function mergeTrees({ place, writer, revisions }: Context, merge: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId }): Promise<MergeResult> {
  const stand = async (commit: ObjectId, parents: readonly ObjectId[]): Promise<ObjectId> => {
    const { tree } = await revisions.commit(commit)
    return storeCommit(writer, { tree, parents, message: 'merge\n', person: 'Ratchet <ratchet@localhost>', date: 0 })
  }
  const base = await stand(merge.base, [])
  const [ours, theirs] = [await stand(merge.ours, [base]), await stand(merge.theirs, [base])]
  const git = await hardenedGit(place)
  const result = await git.run(['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs], { answers: [1] })
  const [tree = '', ...paths] = result.stdout.toString('utf8').split('\0')
  if (result.code === 0) return { kind: 'merged', tree }
  return { kind: 'conflict', paths: [...new Set(paths.filter((file) => file !== ''))] }
}

type NewCommit = Parameters<TargetBranch['writeCommit']>[0]

async function writeCommit({ git, writer, revisions }: BranchContext, commit: NewCommit): Promise<ObjectId> {
  // Parents are read, so that a commit never names what is not there.
  const parents = await Promise.all(commit.parents.map(async (parent) => (await revisions.commit(parent)).id))
  const type = answerOf(await git.run(['cat-file', '-t', '--', commit.tree], { answers: [128] }))
  if (type !== 'tree') throw new WorkspaceError('unknown-revision', `${commit.tree} is no tree of this repository`)
  return storeCommit(writer, { ...commit, parents, person: await identity(git) })
}

/** Written as it is, so that the message stays what it was to the last byte. */
async function storeCommit(writer: ObjectWriter, { tree, parents, message, person, date, sign = null }: NewCommit & { readonly person: string }): Promise<ObjectId> {
  const who = `${person} ${Math.trunc(date)} +0000`
  const header = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`]
  const text = (more: readonly string[]): Buffer => Buffer.from(`${[...header, ...more].join('\n')}\n\n${message}`)
  // Git takes the signature out again, and continuation lines begin with a space.
  const signature = sign === null ? [] : [`${writer.hash === 'sha1' ? 'gpgsig' : 'gpgsig-sha256'} ${(await sign(text([]))).trim().replaceAll('\n', '\n ')}`]
  const { id, stored } = writer.write('commit', text(signature))
  await stored
  return id
}

/** The repository's own identity; a name or address that would break out of its field of the header is cleaned as git does. */
async function identity(git: GitCommand): Promise<string> {
  const read = async (key: string): Promise<string> => {
    const result = await git.run(['config', '--get', key], { answers: [1] })
    return result.code === 0 ? answerOf(result).replaceAll(/[<>\n]/g, '').trim() : ''
  }
  const [name, email] = [await read('user.name'), await read('user.email')]
  return name === '' || email === '' ? 'Ratchet <ratchet@localhost>' : `${name} <${email}>`
}

type Move = Parameters<TargetBranch['advance']>[0]

/**
 * Checks that the working tree could follow, moves the ref, then lets it follow. Killed in between, the same call finishes: the ref is at
 * `next` already, and what of the index and the files still stands at `expected` is brought there.
 */
async function advance(context: BranchContext, { ref, expected, next }: Move): Promise<{ readonly moved: boolean }> {
  const { git } = context
  if ((await fullRef(git, ref)) !== ref) throw new WorkspaceError('unsafe-path', `${JSON.stringify(ref)} is no full name of a branch`)
  for (const id of [expected ?? next, next]) {
    if (!isObjectId(id)) throw new WorkspaceError('unknown-revision', `${JSON.stringify(id)} is no object id`)
  }
  const tree = await findWorkingTree(context, ref)
  const tip = await tipOf(git, ref)
  if (tip === next) {
    if (tree !== null && expected !== null && expected !== next) await finishFollowing(tree, { from: expected, to: next })
    return { moved: true }
  }
  if (tip !== expected) return { moved: false }
  if (expected === null) {
    if (tree !== null) throw unborn(ref)
    return moveRef(git, { ref, expected, next })
  }
  if ((await git.run(['merge-base', '--is-ancestor', '--end-of-options', expected, next], { answers: [1] })).code !== 0) {
    throw new WorkspaceError('git-failed', `${next} does not follow ${expected}; Ratchet never rewrites the history of ${ref}`)
  }
  if (tree === null) {
    await keepBefore(git, { expected, next })
    return moveRef(git, { ref, expected, next })
  }
  await prepareToFollow(tree, { from: expected, to: next })
  await keepBefore(git, { expected, next })
  const result = await moveRef(git, { ref, expected, next })
  if (result.moved) await followBranch(tree, { from: expected, to: next })
  return result
}

/**
 * The state before the move, under the name of the commit that takes its place: whatever becomes of the branch, and whoever rewrites it, git keeps every object of it. Before the branch moves, so that a kill in between leaves
 * a backup too many and never one too few.
 */
async function keepBefore(git: GitCommand, { expected, next }: { readonly expected: ObjectId; readonly next: ObjectId }): Promise<void> {
  await git.run(['update-ref', '--no-deref', `refs/ratchet/backup/${next}`, expected])
}

async function moveRef(git: GitCommand, { ref, expected, next }: Move): Promise<{ readonly moved: boolean }> {
  const updated = await git.run(['update-ref', '--create-reflog', '-m', 'ratchet', ref, next, expected ?? '0'.repeat(next.length)], { answers: [1, 128] })
  if (updated.code === 0) return { moved: true }
  if ((await tipOf(git, ref)) !== expected) return { moved: false }
  throw new WorkspaceError('git-failed', `git could not move ${ref}: ${updated.stderr.trim()}`, { remedy: 'Another git process may hold a lock on it; try again.' })
}
