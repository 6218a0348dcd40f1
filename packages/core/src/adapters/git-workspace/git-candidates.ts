import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { FileChange, ObjectId } from '../../proposal/proposal.ts'
import { checkPath } from '../../workspace/check-path.ts'
import { WorkspaceError, type CandidateCommit, type CandidateStore, type RevisionReader } from '../../workspace/workspace.ts'
import type { GitCommand } from './git-command.ts'
import { LineProcess } from './line-process.ts'
import type { ObjectReader, RawEntry } from './object-reader.ts'

export interface GitCandidateStore extends CandidateStore, AsyncDisposable {}

interface Writers {
  readonly blobs: LineProcess
  readonly commits: LineProcess
  readonly trees: LineProcess
  readonly refs: LineProcess
}

interface Context {
  readonly git: GitCommand
  readonly objects: ObjectReader
  readonly revisions: RevisionReader
  /** Private directory for what is handed to git by path. */
  readonly scratch: string
}

/** Changes of one directory level: sub-directories with theirs, and files (null deletes). */
interface Level {
  readonly files: Map<string, { readonly mode: string; readonly id: ObjectId } | null>
  readonly folders: Map<string, Level>
}

/**
 * Writes candidates object by object through four long-lived git processes: nothing is checked out, only trees on changed paths are written,
 * and every object is synced before the ref that names it.
 */
export function gitCandidates(context: Context): GitCandidateStore {
  const { git } = context
  const writers: Writers = {
    blobs: new LineProcess(git, ['hash-object', '-w', '--no-filters', '--stdin-paths']),
    commits: new LineProcess(git, ['hash-object', '-w', '-t', 'commit', '--no-filters', '--stdin-paths']),
    trees: new LineProcess(git, ['mktree', '--batch', '--missing', '-z']),
    refs: new LineProcess(git, ['update-ref', '--stdin']),
  }
  let counter = 0
  const writeObject = async (process: LineProcess, content: Uint8Array | string): Promise<ObjectId> => {
    const file = path.join(context.scratch, `object-${counter++}`)
    await writeFile(file, content)
    try {
      return await process.request(`${file}\n`, (reader) => reader.line())
    } finally {
      await rm(file, { force: true })
    }
  }
  const seal = async (tree: ObjectId, parent: ObjectId, { message, ref }: { readonly message: string; readonly ref: string }): Promise<CandidateCommit> => {
    const commit = await writeObject(writers.commits, await commitText(context.objects, { tree, parent, message }))
    await setRef(writers.refs, ref, commit)
    return { commit, tree }
  }
  return {
    store: async ({ parent, changes, message, ref }) => {
      const level = emptyLevel()
      for (const change of changes) await place(level, change, (content) => writeObject(writers.blobs, content))
      const base = await context.revisions.commit(parent)
      const tree = (await rewrite(context.objects, writers.trees, { tree: base.tree, level, where: '' })) ?? (await writeTree(writers.trees, []))
      return seal(tree, parent, { message, ref })
    },
    storePatch: async ({ base, diff, message, ref }) => {
      const applied = await applyPatch(context, base, diff)
      return 'refused' in applied ? applied : seal(applied.tree, base, { message, ref })
    },
    [Symbol.asyncDispose]: async () => {
      for (const process of Object.values(writers) as LineProcess[]) await process[Symbol.asyncDispose]()
    },
  }
}

function emptyLevel(): Level {
  return { files: new Map(), folders: new Map() }
}

async function place(root: Level, change: FileChange, writeBlob: (content: Uint8Array) => Promise<ObjectId>): Promise<void> {
  const problem = checkPath(change.path)
  if (problem !== null) throw new WorkspaceError('unsafe-path', `the path ${JSON.stringify(change.path)} ${problem}`)
  const segments = change.path.split('/')
  const name = segments.pop() as string
  let level = root
  for (const segment of segments) {
    let next = level.folders.get(segment)
    if (next === undefined) level.folders.set(segment, (next = emptyLevel()))
    level = next
  }
  level.files.set(name, change.content === null ? null : { mode: change.mode ?? '', id: await writeBlob(change.content) })
}

/** The tree with the level's changes, or null when nothing is left in it. Untouched entries keep their bytes. */
async function rewrite(
  objects: ObjectReader,
  trees: LineProcess,
  { tree, level, where }: { readonly tree: ObjectId | null; readonly level: Level; readonly where: string },
): Promise<ObjectId | null> {
  const entries = new Map<string, RawEntry>((tree === null ? [] : await objects.tree(tree)).map((entry) => [entry.name.toString('latin1'), entry]))
  for (const [name, file] of level.files) {
    const raw = Buffer.from(name, 'utf8')
    const key = raw.toString('latin1')
    if (file === null) entries.delete(key)
    else entries.set(key, { mode: file.mode || keptMode(entries.get(key)), name: raw, id: file.id })
  }
  for (const [name, folder] of level.folders) {
    const raw = Buffer.from(name, 'utf8')
    const key = raw.toString('latin1')
    const held = entries.get(key)
    // Writing below a link or a submodule would write somewhere else.
    if (held !== undefined && held.mode !== '40000') throw new WorkspaceError('unsafe-path', `${JSON.stringify(`${where}${name}`)} is no directory in the parent commit`)
    const id = await rewrite(objects, trees, { tree: held?.id ?? null, level: folder, where: `${where}${name}/` })
    if (id === null) entries.delete(key)
    else entries.set(key, { mode: '40000', name: raw, id })
  }
  return entries.size === 0 ? null : writeTree(trees, [...entries.values()])
}

function keptMode(held: RawEntry | undefined): string {
  return held?.mode === '100755' ? '100755' : '100644'
}

function writeTree(trees: LineProcess, entries: readonly RawEntry[]): Promise<ObjectId> {
  const records = entries.flatMap(({ mode, name, id }) => {
    const type = mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    return [Buffer.from(`${mode.padStart(6, '0')} ${type} ${id}\t`), name, Buffer.from('\0')]
  })
  return trees.request(Buffer.concat([...records, Buffer.from('\0')]), (reader) => reader.line())
}

/** Fixed author and the parent's own time: the same candidate is the same commit, on every machine and after every resume. */
async function commitText(objects: ObjectReader, { tree, parent, message }: { readonly tree: ObjectId; readonly parent: ObjectId; readonly message: string }): Promise<string> {
  const header = (await objects.read(parent)).content.toString('utf8')
  const date = /^committer .*> (\d+) [+-]\d{4}$/m.exec(header)?.[1] ?? '0'
  const person = `Ratchet <ratchet@localhost> ${date} +0000`
  return `tree ${tree}\nparent ${parent}\nauthor ${person}\ncommitter ${person}\n\n${message}`
}

async function setRef(refs: LineProcess, ref: string, commit: ObjectId): Promise<void> {
  if (!/^refs\/ratchet\/[A-Za-z0-9_/-]+$/.test(ref)) throw new WorkspaceError('unsafe-path', `candidates are kept under refs/ratchet/, not ${ref}`)
  await refs.request(`start\nupdate ${ref} ${commit}\nprepare\ncommit\n`, async (reader) => {
    for (const expected of ['start: ok', 'prepare: ok', 'commit: ok']) {
      const answer = await reader.line()
      if (answer !== expected) throw new WorkspaceError('git-failed', `git update-ref answered ${answer}`)
    }
  })
}

/** Applies a unified diff to an index of its own; no working tree is involved. */
async function applyPatch({ git, revisions, scratch }: Context, base: ObjectId, diff: Uint8Array): Promise<{ readonly tree: ObjectId } | { readonly refused: string }> {
  const index = path.join(scratch, `index-${randomUUID()}`)
  const environment = { GIT_INDEX_FILE: index }
  try {
    await git.run(['read-tree', base], { environment })
    const applied = await git.run(['apply', '--cached', '--whitespace=nowarn', '-'], { environment, input: diff, answers: [1, 128] })
    if (applied.code !== 0) return { refused: applied.stderr.trim().slice(0, 2000) || 'git apply refuses it' }
    const tree = (await git.run(['write-tree'], { environment })).stdout.toString('utf8').trim()
    const unsafe = (await revisions.changes(base, tree)).flatMap((change) => (checkPath(change.path) === null ? [] : [change.path]))
    if (unsafe.length > 0) return { refused: `it writes to ${JSON.stringify(unsafe[0])}` }
    if (tree === (await revisions.commit(base)).tree) return { refused: 'it changes nothing' }
    return { tree }
  } finally {
    await rm(index, { force: true })
    await rm(`${index}.lock`, { force: true })
  }
}
