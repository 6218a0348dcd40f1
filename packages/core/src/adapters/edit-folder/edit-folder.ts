import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { FileChange, ObjectId } from '../../proposal/proposal.ts'
import { checkPath } from '../../workspace/check-path.ts'
import { WorkspaceError, type RevisionReader, type TreeEntry } from '../../workspace/workspace.ts'

/** The files of a change, as files: a person edits them with whatever they like, and no line passes through a patch. */
export interface EditFolder {
  readonly folder: string
  /** Files that an editor is opened on, absolute: not those that are no text. */
  readonly texts: readonly string[]
}

/** More than this is nothing that an editor is opened on. */
const largestText = 4 * 1024 * 1024

/** What editors leave beside a file: never part of a change. */
const leftovers = /(?:~|^\.#.*|^#.*#|\.sw[a-p]|^\.DS_Store)$/

/** Writes every file that `changed` names, as it is in `commit`, into a folder that does not exist yet. Links, submodules and deleted files stay as the change has them. */
export async function writeEditFolder(revisions: RevisionReader, { commit, changed, folder }: { readonly commit: ObjectId; readonly changed: readonly string[]; readonly folder: string }): Promise<EditFolder> {
  const entries = await editable(revisions, commit, changed)
  const blobs = await revisions.blobs(entries.map(({ id }) => id))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const texts: string[] = []
  for (const [index, entry] of entries.entries()) {
    const content = blobs[index] ?? new Uint8Array()
    const file = path.join(folder, entry.path)
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    // Nothing is there yet, and nothing is followed.
    await writeFile(file, content, { flag: 'wx', mode: entry.mode === '100755' ? 0o700 : 0o600 })
    if (content.length <= largestText && !content.includes(0)) texts.push(file)
  }
  return { folder, texts }
}

/**
 * What a person made of the files: those that differ from `commit`, new ones, and those that were taken away of the ones that `changed` names. Everything else of the change stays. Fails with `unsafe-path` on what is no file,
 * and where the folder holds none of the files at all: then it is another folder.
 */
export async function readEditFolder(revisions: RevisionReader, { commit, changed, folder }: { readonly commit: ObjectId; readonly changed: readonly string[]; readonly folder: string }): Promise<{ readonly changes: readonly FileChange[]; readonly leftOut: readonly string[] }> {
  const { files, leftOut } = await filesIn(folder)
  const given = await editable(revisions, commit, changed)
  if (given.length > 0 && !given.some((entry) => files.includes(entry.path))) throw new WorkspaceError('unsafe-path', `${folder} holds none of the files that the proposal changes`, { remedy: 'Give the folder that `ratchet edit` wrote. To take all of a change back, reject it.' })
  const known = new Map((await revisions.entries(commit)).map((entry) => [entry.path, entry]))
  const changes: FileChange[] = []
  for (const file of files) {
    const place = path.join(folder, file)
    const [content, { mode: bits }] = [await readFile(place), await lstat(place)]
    const mode = (bits & 0o100) === 0 ? '100644' : '100755'
    const entry = known.get(file)
    const [before] = entry === undefined || !entry.mode.startsWith('100') ? [] : await revisions.blobs([entry.id])
    if (before === undefined || before === null || entry?.mode !== mode || !content.equals(before)) changes.push({ path: file, content, mode })
  }
  const gone = given.filter((entry) => !files.includes(entry.path)).map((entry): FileChange => ({ path: entry.path, content: null }))
  return { changes: [...changes, ...gone], leftOut }
}

/** In the order of the commit. A tree that others wrote may hold names that lead elsewhere. */
async function editable(revisions: RevisionReader, commit: ObjectId, changed: readonly string[]): Promise<readonly TreeEntry[]> {
  const wanted = new Set(changed)
  const entries = (await revisions.entries(commit)).filter((entry) => wanted.has(entry.path) && entry.mode.startsWith('100'))
  for (const entry of entries) requireSafe(entry.path)
  return entries
}

async function filesIn(folder: string): Promise<{ readonly files: readonly string[]; readonly leftOut: readonly string[] }> {
  const [files, leftOut]: [string[], string[]] = [[], []]
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new WorkspaceError('unsafe-path', `${folder} cannot be read`, { cause: error, remedy: 'Give the folder that `ratchet edit` wrote.' })
  })
  for (const entry of names) {
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')
    if (entry.isDirectory()) continue
    if (leftovers.test(entry.name)) {
      leftOut.push(name)
      continue
    }
    requireSafe(name)
    if (!entry.isFile()) throw new WorkspaceError('unsafe-path', `${name} in ${folder} is no plain file`, { remedy: 'Take it away. Links are changed with a patch: --patch FILE.' })
    files.push(name)
  }
  return { files: files.sort(), leftOut }
}

function requireSafe(name: string): void {
  const problem = checkPath(name)
  if (problem !== null) throw new WorkspaceError('unsafe-path', `the path ${JSON.stringify(name)} ${problem}`)
}
