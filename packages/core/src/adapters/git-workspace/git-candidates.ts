import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { FileChange, ObjectId } from '../../proposal/proposal.ts'
import { checkPath } from '../../workspace/check-path.ts'
import { WorkspaceError, type CandidateCommit, type CandidateStore, type RevisionReader } from '../../workspace/workspace.ts'
import { answerOf, type GitCommand } from './git-command.ts'
import { LineProcess } from './line-process.ts'
import type { ObjectReader } from './object-reader.ts'
import type { ObjectWriter, WrittenObject } from './object-writer.ts'
import { rewriteTree } from './rewrite-tree.ts'

export interface GitCandidateStore extends CandidateStore, AsyncDisposable {}

interface Context {
  readonly git: GitCommand
  readonly objects: ObjectReader
  readonly writer: ObjectWriter
  readonly revisions: RevisionReader
  /** Private directory for temporary indexes. */
  readonly scratch: string
  readonly signal: AbortSignal | undefined
}

/**
 * Writes candidates object by object: nothing is checked out, only trees on changed paths are written, and every object is synced before
 * the ref that names it. An abort keeps the next one from starting; one that has started is stored.
 */
export function gitCandidates(context: Context): GitCandidateStore {
  const refs = new LineProcess(context.git, ['update-ref', '--stdin'])
  const seal = async (unsealed: Unsealed, { message, ref }: { readonly message: string; readonly ref: string }): Promise<CandidateCommit> => {
    const commit = context.writer.write('commit', Buffer.from(commitText(unsealed, message)))
    const written = [...unsealed.written, commit]
    await Promise.all(written.map(({ stored }) => stored))
    await context.objects.readBack(written)
    await setRef(refs, ref, commit.id)
    return { commit: commit.id, tree: unsealed.tree }
  }
  return {
    store: async ({ parent, changes, message, ref }) => {
      context.signal?.throwIfAborted()
      checkChanges(changes, ref)
      const base = await context.revisions.commit(parent)
      const parentText = await context.objects.content(base.id)
      const { id, written } = await rewriteTree(context, base.tree, changes)
      return seal({ tree: id, parent: base.id, parentText, written }, { message, ref })
    },
    keep: async (commit, ref) => {
      checkChanges([], ref)
      await setRef(refs, ref, (await context.revisions.commit(commit)).id)
    },
    storePatch: async ({ base, diff, message, ref }) => {
      context.signal?.throwIfAborted()
      checkChanges([], ref)
      const { id, tree } = await context.revisions.commit(base)
      const applied = await applyPatch(context, { id, tree }, diff)
      return 'refused' in applied ? applied : seal({ tree: applied.tree, parent: id, parentText: await context.objects.content(id), written: [] }, { message, ref })
    },
    [Symbol.asyncDispose]: () => refs[Symbol.asyncDispose](),
  }
}

function checkChanges(changes: readonly FileChange[], ref: string): void {
  for (const { path: file } of changes) {
    const problem = checkPath(file)
    if (problem !== null) throw new WorkspaceError('unsafe-path', `the path ${JSON.stringify(file)} ${problem}`)
  }
  if (!/^refs\/ratchet(?:\/[A-Za-z0-9_-]+)+$/.test(ref)) throw new WorkspaceError('unsafe-path', `candidates are kept under refs/ratchet/, not ${ref}`)
}

interface Unsealed {
  readonly tree: ObjectId
  readonly parent: ObjectId
  /** The parent's commit object. */
  readonly parentText: Buffer
  /** What must be stored before the commit may be named. */
  readonly written: readonly WrittenObject[]
}

/** Fixed author and the parent's own time: the same candidate is the same commit, on every machine and after every resume. */
function commitText({ tree, parent, parentText }: Unsealed, message: string): string {
  const date = /^committer .*> (\d+) [+-]\d{4}$/m.exec(parentText.toString('utf8'))?.[1] ?? '0'
  const person = `Ratchet <ratchet@localhost> ${date} +0000`
  return `tree ${tree}\nparent ${parent}\nauthor ${person}\ncommitter ${person}\n\n${message}`
}

async function setRef(refs: LineProcess, ref: string, commit: ObjectId): Promise<void> {
  await refs.request(`start\nupdate ${ref} ${commit}\nprepare\ncommit\n`, async (reader) => {
    for (const expected of ['start: ok', 'prepare: ok', 'commit: ok']) {
      const answer = await reader.line()
      if (answer !== expected) throw new WorkspaceError('git-failed', `git update-ref answered ${answer}`)
    }
  })
}

type Base = Pick<CandidateCommit, 'tree'> & { readonly id: ObjectId }

/** Applies a unified diff to an index of its own; no working tree is involved. */
async function applyPatch({ git, revisions, scratch }: Context, base: Base, diff: Uint8Array): Promise<{ readonly tree: ObjectId } | { readonly refused: string }> {
  const index = path.join(scratch, `index-${randomUUID()}`)
  const environment = { GIT_INDEX_FILE: index }
  try {
    await git.run(['read-tree', base.id], { environment })
    const applied = await git.run(['apply', '--cached', '--whitespace=nowarn', '--no-ignore-whitespace', '-'], { environment, input: diff, answers: [1, 128] })
    if (applied.code !== 0) return { refused: applied.stderr.trim().slice(0, 2000) || 'git apply refuses it' }
    const tree = answerOf(await git.run(['write-tree'], { environment }))
    if (tree === base.tree) return { refused: 'it changes nothing' }
    for (const change of await revisions.changes(base.tree, tree)) {
      const problem = change.status === 'deleted' ? null : checkPath(change.path)
      if (problem !== null) return { refused: `it writes to ${JSON.stringify(change.path)}, which ${problem}` }
    }
    return { tree }
  } finally {
    await rm(index, { force: true })
    await rm(`${index}.lock`, { force: true })
  }
}
