import { createHash } from 'node:crypto'
import type { ObjectId } from '../../proposal/proposal.ts'
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

/** Reads objects raw, without filters, through one `git cat-file --batch`. */
export class ObjectReader implements AsyncDisposable {
  readonly #process: LineProcess
  readonly #hash: 'sha1' | 'sha256'

  constructor(git: GitCommand, hash: 'sha1' | 'sha256') {
    this.#hash = hash
    this.#process = new LineProcess(git, ['cat-file', '--batch'])
  }

  async read(id: ObjectId): Promise<GitObject> {
    const found = await this.#process.request(`${id}\n`, async (reader) => {
      const [, type, size] = (await reader.line()).split(' ')
      if (type === 'missing' || size === undefined || type === undefined) return null
      const content = await reader.bytes(Number(size))
      await reader.bytes(1)
      return { type, content }
    })
    if (found === null) throw new WorkspaceError('git-failed', `object ${id} is missing from the repository`, { remedy: 'Run `git fsck`; in a shallow or partial clone fetch the rest.' })
    return found
  }

  /** What git would call these bytes as a blob. */
  blobId(content: Uint8Array): ObjectId {
    return createHash(this.#hash).update(`blob ${content.length}\0`).update(content).digest('hex')
  }

  /** Entries of one tree, in git's order. */
  async tree(id: ObjectId): Promise<readonly RawEntry[]> {
    const { type, content } = await this.read(id)
    if (type !== 'tree') throw new WorkspaceError('git-failed', `object ${id} is a ${type}, not a tree`)
    const width = id.length / 2
    const entries: RawEntry[] = []
    for (let at = 0; at < content.length; ) {
      const space = content.indexOf(32, at)
      const end = content.indexOf(0, space)
      entries.push({ mode: content.toString('latin1', at, space), name: content.subarray(space + 1, end), id: content.toString('hex', end + 1, end + 1 + width) })
      at = end + 1 + width
    }
    return entries
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }
}
