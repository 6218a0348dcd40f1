import type { ObjectId } from '../proposal/proposal.ts'
import type { PathScope } from '../target/path-scope.ts'
import type { PathChange, RevisionReader } from '../workspace/workspace.ts'
import { addedLines } from './added-lines.ts'
import type { ChangedFile, ContentProblem } from './changed-file.ts'
import { lockReaderFor } from './dependencies/read-lockfile.ts'

/** Larger files are generated or data: nothing a rule could judge in time. */
const fileBytes = 512 * 1024
/** Lockfiles are as large as what they pin, and read by lines. */
const lockfileBytes = 8 * 1024 * 1024
/** What one change may bring together; a rule looks at each byte several times. */
const changeBytes = 4 * 1024 * 1024
const keptTexts = 4096

/** A file's text, or why there is none. */
export type Content = string | { readonly problem: ContentProblem }

/** Reads what a change does to its files' texts. Remembers what it has read: the versions of one file come again and again. */
export class ChangedFiles {
  readonly #revisions: RevisionReader
  readonly #scope: PathScope
  readonly #texts = new Map<ObjectId, Content>()
  /** By path and both versions: of what a search has changed so far, a further step changes one file. */
  readonly #changed = new Map<string, ChangedFile>()
  #baseline: { readonly commit: ObjectId; readonly files: ReadonlyMap<string, ObjectId> } | null = null

  constructor(revisions: RevisionReader, scope: PathScope) {
    this.#revisions = revisions
    this.#scope = scope
  }

  /** Files only: links and submodules are judged by their mode. */
  async read(commits: { readonly baseline: ObjectId; readonly candidate: ObjectId }, changes: readonly PathChange[]): Promise<readonly ChangedFile[]> {
    const wanted = changes.filter((change) => isFile(change.newMode) || isFile(change.oldMode))
    if (wanted.length === 0) return []
    const paths = new Set(wanted.map((change) => change.path))
    const old = await this.#files(commits.baseline)
    const now = await idsOf(this.#revisions, commits.candidate, paths)
    const budgets = { lockfiles: { bytes: 2 * lockfileBytes }, others: { bytes: changeBytes } }
    const files: ChangedFile[] = []
    for (const change of wanted) files.push(await this.#file(change, { old: old.get(change.path), now: now.get(change.path) ?? [] }, lockReaderFor(change.path) === null ? budgets.others : budgets.lockfiles))
    return files
  }

  async #file(change: PathChange, ids: { readonly old: ObjectId | undefined; readonly now: readonly ObjectId[] }, budget: { bytes: number }): Promise<ChangedFile> {
    const { path } = change
    const key = [path, change.oldMode, change.newMode, ids.old ?? '', ...ids.now].join('\0')
    const known = this.#changed.get(key)
    if (known?.after !== null && known !== undefined && (budget.bytes -= known.after.length) >= 0) return known
    const old = isFile(change.oldMode) ? await this.#textAt(path, ids.old === undefined ? [] : [ids.old]) : null
    const [before, oldProblem] = typeof old === 'string' ? [old, null] : [null, old?.problem ?? null]
    const after = isFile(change.newMode) ? await this.#textAt(path, ids.now) : null
    const isProtected = this.#scope.isProtected(path)
    if (typeof after !== 'string') return { path, before, after: null, addedLines: new Set(), isProtected, problem: after?.problem ?? null, oldProblem }
    budget.bytes -= after.length
    if (budget.bytes < 0) return { path, before, after: null, addedLines: new Set(), isProtected, problem: 'too-large', oldProblem }
    const file: ChangedFile = { path, before, after, addedLines: addedLines(before, after), isProtected, problem: null, oldProblem }
    if (this.#changed.size >= keptTexts) this.#changed.delete(this.#changed.keys().next().value as string)
    this.#changed.set(key, file)
    return file
  }

  /** Two paths whose bytes are no valid text may look the same: which of them is meant cannot be told. */
  async #textAt(path: string, ids: readonly ObjectId[]): Promise<Content> {
    const [id] = ids
    return id === undefined || ids.length > 1 || path.includes('\ufffd') ? { problem: 'ambiguous-path' } : this.content(id, lockReaderFor(path) === null ? fileBytes : lockfileBytes)
  }

  /** The text of a blob. */
  async content(id: ObjectId, limit = fileBytes): Promise<Content> {
    const known = this.#texts.get(id)
    if (known !== undefined) return known
    const [bytes] = await this.#revisions.blobs([id], limit)
    const content = bytes === null || bytes === undefined ? { problem: 'too-large' as const } : decode(bytes)
    if (this.#texts.size >= keptTexts) this.#texts.delete(this.#texts.keys().next().value as ObjectId)
    this.#texts.set(id, content)
    return content
  }

  async #files(commit: ObjectId): Promise<ReadonlyMap<string, ObjectId>> {
    if (this.#baseline?.commit !== commit) {
      const entries = await this.#revisions.entries(commit)
      this.#baseline = { commit, files: new Map(entries.flatMap((entry) => (isFile(entry.mode) ? [[entry.path, entry.id] as const] : []))) }
    }
    return this.#baseline.files
  }
}

async function idsOf(revisions: RevisionReader, commit: ObjectId, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly ObjectId[]>> {
  const ids = new Map<string, ObjectId[]>()
  for (const { path, mode, id } of await revisions.entries(commit)) {
    if (!paths.has(path) || !isFile(mode)) continue
    const own = ids.get(path)
    if (own === undefined) ids.set(path, [id])
    else own.push(id)
  }
  return ids
}

function isFile(mode: string): boolean {
  return mode.startsWith('100')
}

/** Source that is no UTF-8 is read byte by byte, as compilers do; what holds NUL is no source. A byte order mark stays a character. */
export function decode(bytes: Uint8Array): Content {
  if (isWide(bytes)) return { problem: 'wide-encoding' }
  if (bytes.includes(0)) return { problem: 'binary' }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8')
  return text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(buffer) ? buffer.toString('latin1') : text
}

/** UTF-16 or UTF-32, by its mark or by every second byte being NUL, as letters of ASCII have it. Some compilers read it, and no rule does. */
function isWide(bytes: Uint8Array): boolean {
  const [a, b] = bytes
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true
  if (bytes.length < 4 || !bytes.includes(0)) return false
  const looked = bytes.subarray(0, 512)
  const nuls = [0, 0]
  for (const [index, byte] of looked.entries()) if (byte === 0) nuls[index % 2] = (nuls[index % 2] ?? 0) + 1
  return nuls.some((count, side) => count > looked.length * 0.4 && (nuls[1 - side] ?? 0) < count / 4)
}
