import type { ObjectId } from '../../proposal/proposal.ts'
import { checkSegment } from '../../workspace/check-path.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import type { GitCommand } from './git-command.ts'
import { LineProcess } from './line-process.ts'

export interface GitObject {
  readonly type: string
  readonly content: Buffer
}

export interface RawEntry {
  readonly mode: string
  readonly name: Buffer
  readonly id: ObjectId
}

/** Trees kept parsed: many times what one candidate changes. */
const keptTrees = 4096

const keptBytes = 32 * 1024 * 1024
const largestKept = 256 * 1024

/** Reads objects raw, without filters, through one `git cat-file --batch`. */
export class ObjectReader implements AsyncDisposable {
  readonly #process: LineProcess
  /** Commits and blobs read last; their names are digests of what they hold, so that nothing here ever grows old. */
  readonly #objects = new Map<ObjectId, GitObject>()
  #objectBytes = 0
  readonly #trees = new Map<ObjectId, readonly RawEntry[]>()

  constructor(git: GitCommand) {
    this.#process = new LineProcess(git, ['cat-file', '--batch'])
  }

  /** Null when the repository does not hold the object. */
  async find(id: ObjectId, limit = Number.POSITIVE_INFINITY): Promise<(GitObject & { readonly isTooLarge: boolean }) | null> {
    // Anything but a whole id would be looked up as a name, or break the line it is sent on.
    if (!isObjectId(id)) return null
    const kept = this.#objects.get(id)
    if (kept !== undefined) return kept.content.length > limit ? { type: kept.type, content: Buffer.alloc(0), isTooLarge: true } : { ...kept, isTooLarge: false }
    const found = await this.#process.request(`${id}\n`, (reader) => answer(reader, limit))
    if (found !== null && !found.isTooLarge) this.#keep(id, found)
    return found
  }

  /** Asks git for objects that were just written, all in one go, and fails with `git-failed` where it has another one of that name, or none. What is needed of them next is remembered. */
  async readBack(written: readonly { readonly id: ObjectId; readonly content: Uint8Array }[]): Promise<void> {
    const found = await this.#process.request(written.map(({ id }) => `${id}\n`).join(''), async (reader) => {
      const answers: Awaited<ReturnType<typeof answer>>[] = []
      for (const { content } of written) answers.push(await answer(reader, content.length))
      return answers
    })
    for (const [index, { id, content }] of written.entries()) {
      const object = found[index] ?? missing(id)
      if (object.isTooLarge || Buffer.compare(object.content, content) !== 0) throw new WorkspaceError('git-failed', `the repository holds another object under the name ${id}`, { remedy: 'Run `git fsck`: a digest that stands for two contents proves nothing.' })
      if (object.type === 'tree') this.#keepTree(id, object.content)
      else this.#keep(id, object)
    }
  }

  async read(id: ObjectId): Promise<GitObject> {
    return (await this.find(id)) ?? missing(id)
  }

  /** The bytes of an object; small ones are remembered: a candidate shares most of its changed files with its relatives. */
  async content(id: ObjectId): Promise<Buffer> {
    return (await this.read(id)).content
  }

  #keep(id: ObjectId, { type, content }: GitObject): void {
    if (type === 'tree' || content.length > largestKept || this.#objects.has(id)) return
    // A copy: the bytes came as a piece of what git sent, which may be much longer.
    this.#objects.set(id, { type, content: Buffer.from(content) })
    this.#objectBytes += content.length
    for (const [oldest, { content: { length } }] of this.#objects) {
      if (this.#objectBytes <= keptBytes) return
      this.#objects.delete(oldest)
      this.#objectBytes -= length
    }
  }

  /** The bytes of a blob; null when there are more than `limit`: these never come into memory together. */
  async blob(id: ObjectId, limit: number): Promise<Uint8Array | null> {
    const found = await this.find(id, limit)
    return found === null ? missing(id) : found.isTooLarge ? null : found.content
  }

  /** Entries of one tree, in git's order. Fails with `unsafe-path` on a tree that no git would have written. */
  async tree(id: ObjectId): Promise<readonly RawEntry[]> {
    const kept = this.#trees.get(id)
    if (kept !== undefined) return kept
    const { type, content } = await this.read(id)
    if (type !== 'tree') throw new WorkspaceError('git-failed', `object ${id} is a ${type}, not a tree`)
    return this.#keepTree(id, content)
  }

  #keepTree(id: ObjectId, content: Buffer): readonly RawEntry[] {
    // A copy: names are pieces of it, and it came as a piece of what git sent, which may be much longer.
    const entries = parseTree(Buffer.from(content), id)
    if (this.#trees.size >= keptTrees) this.#trees.delete(this.#trees.keys().next().value as ObjectId)
    this.#trees.set(id, entries)
    return entries
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }
}

async function answer(reader: LineProcess, limit: number): Promise<(GitObject & { readonly isTooLarge: boolean }) | null> {
  const [, type, size] = (await reader.line()).split(' ')
  if (size === undefined || type === undefined) return null
  const isTooLarge = Number(size) > limit
  if (isTooLarge) await reader.skip(Number(size))
  const content = isTooLarge ? Buffer.alloc(0) : await reader.bytes(Number(size))
  await reader.bytes(1)
  return { type, content, isTooLarge }
}

function missing(id: ObjectId): never {
  throw new WorkspaceError('git-failed', `object ${id} is missing from the repository`, { remedy: 'Run `git fsck`; in a shallow or partial clone fetch the rest.' })
}

/** Very old tools padded the mode of a directory. */
export function isDirectory(entry: Pick<RawEntry, 'mode'>): boolean {
  return entry.mode === '40000' || entry.mode === '040000'
}

/** The mode as git itself takes it: very old tools wrote others for files. */
export function canonicalMode(mode: string): string {
  if (!mode.startsWith('100')) return mode
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755'
}

export function isObjectId(value: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)
}

/** Git takes any bytes for a tree that somebody hands it; `..`, `.git` or one name twice must not get any further. */
function parseTree(content: Buffer, id: ObjectId): readonly RawEntry[] {
  const width = id.length / 2
  const entries: RawEntry[] = []
  const names = new Set<string>()
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at)
    const end = content.indexOf(0, space)
    if (space < 0 || end < 0 || end + width >= content.length) throw malformed(id, 'is cut off')
    const entry: RawEntry = { mode: content.toString('latin1', at, space), name: content.subarray(space + 1, end), id: content.toString('hex', end + 1, end + 1 + width) }
    const problem = checkSegment(entry.name.toString('utf8'))
    if (problem !== null) throw malformed(id, problem)
    names.add(entry.name.toString('latin1'))
    entries.push(entry)
    at = end + 1 + width
  }
  if (names.size < entries.length) throw malformed(id, 'has one name twice')
  return entries
}

function malformed(id: ObjectId, problem: string): WorkspaceError {
  return new WorkspaceError('unsafe-path', `the tree ${id} ${problem}`, { remedy: 'No git writes such a tree: look at where the commit came from, with `git fsck`.' })
}
