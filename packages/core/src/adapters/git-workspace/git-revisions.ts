import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type CommitInfo, type PathChange, type RevisionReader, type TreeEntry } from '../../workspace/workspace.ts'
import { answerOf, type GitCommand } from './git-command.ts'
import { isObjectId, type ObjectReader } from './object-reader.ts'
import { treeChanges } from './tree-changes.ts'
import { TreeListing } from './tree-listing.ts'

/** Reads commits of the target by plumbing. */
export function gitRevisions(git: GitCommand, objects: ObjectReader, facts: { readonly isShallow: boolean }): RevisionReader {
  const listing = new TreeListing(objects)
  const treeOf = async (id: ObjectId): Promise<ObjectId> => {
    const { type, content } = await objects.read(objectId(id))
    return type === 'commit' ? parseCommit(id, content).tree : id
  }
  return {
    commit: (revision) => readCommit({ git, objects, facts }, revision),
    entries: (commit) => unlessMalformed(async () => [...(await listing.list(await treeOf(commit))).values()], async () => parseEntries((await git.run(['ls-tree', '-r', '-z', '--full-tree', objectId(commit)])).stdout)),
    blobs: async (ids, limit = Number.POSITIVE_INFINITY) => {
      const contents: (Uint8Array | null)[] = []
      for (const id of ids) contents.push(await objects.blob(id, limit))
      return contents
    },
    changes: (from, to) => unlessMalformed(
      async () => treeChanges(objects, await treeOf(from), await treeOf(to)),
      async () => parseChanges((await git.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none', objectId(from), objectId(to)])).stdout),
    ),
    // As text whatever attributes or a NUL say: people and judges read it, and neither the change nor the target may decide what of it they see.
    diff: async (from, to) => (await git.run(['diff-tree', '-r', '-p', '--text', '--no-renames', '--ignore-submodules=none', '--no-ext-diff', '--no-textconv', '--no-color', '--stat', objectId(from), objectId(to)])).stdout.toString('utf8'),
  }
}

/**
 * Trees are read through the one process that is open anyway: a git of its own for every candidate would cost more than the rest. A tree that no git
 * would have written is for git itself to spell out, so that screening can name what is wrong with it.
 */
async function unlessMalformed<T>(read: () => Promise<T>, ask: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'unsafe-path') return ask()
    throw error
  }
}

interface Context {
  readonly git: GitCommand
  readonly objects: ObjectReader
  readonly facts: { readonly isShallow: boolean }
}

async function readCommit({ git, objects, facts }: Context, revision: string): Promise<CommitInfo> {
  // A whole id needs no process of its own; anything else, an annotated tag included, is for git to resolve.
  const direct = await objects.find(revision)
  if (direct?.type === 'commit') return parseCommit(revision, direct.content)
  const result = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], { answers: [1, 128] })
  const id = answerOf(result)
  if (result.code !== 0 || !isObjectId(id)) throw unknownRevision(revision, facts.isShallow)
  return parseCommit(id, (await objects.read(id)).content)
}

function parseCommit(id: ObjectId, content: Buffer): CommitInfo {
  const text = content.toString('utf8')
  const end = text.indexOf('\n\n')
  const header = (end < 0 ? text : text.slice(0, end)).split('\n')
  const values = (key: string): string[] => header.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []))
  return { id, tree: values('tree')[0] ?? '', parents: values('parent'), subject: end < 0 ? '' : (text.slice(end + 2).split('\n')[0] ?? '') }
}

function unknownRevision(revision: string, isShallow: boolean): WorkspaceError {
  // A parent that was cut off is asked for by its id or by its distance; a plain name that is missing would be missing in a full clone too.
  if (isShallow && (/^[0-9a-f]{7,64}$/.test(revision) || /[~^]/.test(revision))) {
    return new WorkspaceError('shallow-clone', `${revision} is not in this shallow clone`, { remedy: 'Fetch the history it belongs to: git fetch --unshallow' })
  }
  if (revision === 'HEAD') return new WorkspaceError('unborn-head', 'the repository has no commit yet', { remedy: 'Make the first commit; Ratchet judges changes between commits.' })
  return new WorkspaceError('unknown-revision', `git knows no commit "${revision}"`, { remedy: 'Name a branch, a tag or a commit id of the target.' })
}

function records(bytes: Buffer): string[] {
  const parts = bytes.toString('utf8').split('\0')
  parts.pop()
  return parts
}

function parseEntries(bytes: Buffer): readonly TreeEntry[] {
  return records(bytes).map((record) => {
    const tab = record.indexOf('\t')
    const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
    return { path: record.slice(tab + 1), mode, id }
  })
}

function parseChanges(bytes: Buffer): readonly PathChange[] {
  const parts = records(bytes)
  const changes: PathChange[] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [oldMode = '', newMode = '', , , status = ''] = (parts[index] ?? '').slice(1).split(' ')
    changes.push({ path: parts[index + 1] ?? '', status: statusOf(status), oldMode, newMode })
  }
  return changes
}

function statusOf(letter: string): PathChange['status'] {
  switch (letter[0]) {
    case 'A':
      return 'added'
    case 'D':
      return 'deleted'
    case 'T':
      return 'type-changed'
    default:
      return 'modified'
  }
}

/** Nothing but an id may stand where git would also take an option. */
function objectId(id: ObjectId): ObjectId {
  if (isObjectId(id)) return id
  throw new WorkspaceError('unknown-revision', `${JSON.stringify(id)} is no object id`)
}
