import { createHash, randomUUID } from 'node:crypto'
import { chmod, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { isDirectory, type RawEntry } from './object-reader.ts'

const compress = promisify(deflate)

export interface ObjectWriterOptions {
  /** The repository's `objects` directory. */
  readonly directory: string
  readonly hash: 'sha1' | 'sha256'
}

/**
 * Writes loose objects, synced before they get their name, so that nothing half-written is ever found under one.
 *
 * By ourselves, not through git: measured on the development machine, a long-lived `git hash-object` or `git mktree` takes 1 to 1.8 ms an
 * object and each tree would have to wait for the one below it, while this takes 0.3 ms and all objects of a candidate are written at
 * once, their names being known beforehand.
 */
export class ObjectWriter {
  readonly #options: ObjectWriterOptions
  #mode: Promise<number> | null = null

  constructor(options: ObjectWriterOptions) {
    this.#options = options
  }

  /** The object's name at once, and a promise that it is stored. */
  write(type: 'blob' | 'tree' | 'commit', content: Uint8Array): { readonly id: ObjectId; readonly stored: Promise<void> } {
    const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
    const id = createHash(this.#options.hash).update(whole).digest('hex')
    return { id, stored: this.#store(id, whole) }
  }

  /** Entries in any order; git's own order is applied: bytewise, a directory as if its name ended in a slash. */
  writeTree(entries: readonly RawEntry[]): { readonly id: ObjectId; readonly stored: Promise<void> } {
    const keyed = entries.map((entry) => ({ entry, key: isDirectory(entry) ? Buffer.concat([entry.name, Buffer.from('/')]) : entry.name }))
    const sorted = keyed.sort((a, b) => Buffer.compare(a.key, b.key))
    return this.write('tree', Buffer.concat(sorted.flatMap(({ entry }) => [Buffer.from(`${entry.mode} `), entry.name, Buffer.from('\0'), Buffer.from(entry.id, 'hex')])))
  }

  async #store(id: ObjectId, whole: Buffer): Promise<void> {
    const folder = path.join(this.#options.directory, id.slice(0, 2))
    const file = path.join(folder, id.slice(2))
    try {
      // What is there stays there, so that contents with a colliding name cannot replace it; a new date keeps `git prune` away.
      if (await freshen(file)) return
      const content = await compress(whole, { level: 1 })
      // `git prune` clears up files of this name when they are old.
      const temporary = path.join(folder, `tmp_obj_${randomUUID()}`)
      await this.#writeSynced(temporary, folder, content)
      await rename(temporary, file)
    } catch (error) {
      throw new WorkspaceError('git-failed', `could not store object ${id}`, { cause: error, remedy: `Check the free space and the permissions of ${this.#options.directory}.` })
    }
  }

  async #writeSynced(temporary: string, folder: string, content: Uint8Array): Promise<void> {
    // The directory's own permissions carry core.sharedRepository.
    this.#mode ??= stat(this.#options.directory).then(({ mode }) => mode & 0o7777)
    const mode = await this.#mode
    const handle = await open(temporary, 'wx', 0o444).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, mode)
      return open(temporary, 'wx', 0o444)
    })
    try {
      await handle.writeFile(content)
      await handle.chmod(mode & 0o444)
      await handle.sync()
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    } finally {
      await handle.close()
    }
  }
}

async function freshen(file: string): Promise<boolean> {
  try {
    const now = new Date()
    await utimes(file, now, now)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    // Somebody else's file in a shared repository: ours takes its place, with a date of our own.
    if (code === 'EPERM' || code === 'EACCES') return false
    throw error
  }
}
