import { hash, randomUUID } from 'node:crypto'
import { chmodSync, closeSync, fchmodSync, fsync, mkdirSync, openSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { deflate, deflateSync } from 'node:zlib'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { isDirectory, type RawEntry } from './object-reader.ts'

const compressInBackground = promisify(deflate)
const sync = promisify(fsync)
const turnEnd = promisify(setImmediate)
/** Compressing less than this takes less time than handing it to another thread. */
const smallBytes = 64 * 1024

export interface ObjectWriterOptions {
  /** The repository's `objects` directory. */
  readonly directory: string
  readonly hash: 'sha1' | 'sha256'
}

/** On its way to the disk. */
export interface WrittenObject {
  readonly id: ObjectId
  readonly content: Uint8Array
  /** Settled once it is stored. */
  readonly stored: Promise<void>
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
  #mode: number | null = null

  constructor(options: ObjectWriterOptions) {
    this.#options = options
  }

  get hash(): ObjectWriterOptions['hash'] {
    return this.#options.hash
  }

  /** The object's name at once, and a promise that it is stored. */
  write(type: 'blob' | 'tree' | 'commit', content: Uint8Array): WrittenObject {
    const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])
    const id = hash(this.#options.hash, whole, 'hex')
    return { id, content, stored: this.#store(id, whole) }
  }

  /** Entries in any order; git's own order is applied: bytewise, a directory as if its name ended in a slash. */
  writeTree(entries: readonly RawEntry[]): WrittenObject {
    const keyed = entries.map((entry) => ({ entry, key: isDirectory(entry) ? Buffer.concat([entry.name, Buffer.from('/')]) : entry.name }))
    const sorted = keyed.sort((a, b) => Buffer.compare(a.key, b.key))
    return this.write('tree', Buffer.concat(sorted.flatMap(({ entry }) => [Buffer.from(`${entry.mode} `), entry.name, Buffer.from('\0'), Buffer.from(entry.id, 'hex')])))
  }

  /** Everything but the sync itself is done at once: each call takes some 10 µs, and the way through the thread pool ten times that. */
  async #store(id: ObjectId, whole: Buffer): Promise<void> {
    const folder = path.join(this.#options.directory, id.slice(0, 2))
    const file = path.join(folder, id.slice(2))
    try {
      // What is there stays there, so that contents with a colliding name cannot replace it; a new date keeps `git prune` away.
      if (freshen(file)) return
      const content = await compress(whole)
      // `git prune` clears up files of this name when they are old. In one place for all: a file system that spreads directories over the disk
      // (ext4) takes a millisecond to make the first files in each.
      const temporary = path.join(this.#options.directory, `tmp_obj_${randomUUID()}`)
      await this.#writeSynced(temporary, folder, content)
      renameSync(temporary, file)
    } catch (error) {
      throw new WorkspaceError('git-failed', `could not store object ${id}`, { cause: error, remedy: `Check the free space and the permissions of ${this.#options.directory}.` })
    }
  }

  async #writeSynced(temporary: string, folder: string, content: Uint8Array): Promise<void> {
    // The directory's own permissions carry core.sharedRepository.
    const mode = (this.#mode ??= statSync(this.#options.directory).mode & 0o7777)
    if (statSync(folder, { throwIfNoEntry: false }) === undefined && mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, mode)
    const handle = openSync(temporary, 'wx', 0o444)
    try {
      writeFileSync(handle, content)
      fchmodSync(handle, mode & 0o444)
      // All objects of a candidate are made before the first is synced: while a file system commits, making a file waits for it.
      await turnEnd()
      await sync(handle)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    } finally {
      closeSync(handle)
    }
  }
}

/** A file takes a whole block of the disk however little is in it, so that nothing is won by compressing what fits; `git gc` compresses it all the same. */
const blockBytes = 4096

async function compress(whole: Buffer): Promise<Uint8Array> {
  if (whole.length <= blockBytes - storedBytes) return stored(whole)
  return whole.length <= smallBytes ? deflateSync(whole, { level: 1 }) : await compressInBackground(whole, { level: 1 })
}

/** What the frame of a stored block takes: the head of the stream, that of the block, and the checksum. */
const storedBytes = 11

/** A zlib stream of one stored block (RFC 1950, RFC 1951 section 3.2.4): what level 0 would give, without the quarter of a megabyte that a compressor sets up first. */
function stored(whole: Buffer): Buffer {
  const stream = Buffer.allocUnsafe(whole.length + storedBytes)
  stream.writeUInt16BE(0x7801, 0)
  stream.writeUInt8(1, 2)
  stream.writeUInt16LE(whole.length, 3)
  stream.writeUInt16LE(~whole.length & 0xffff, 5)
  stream.set(whole, 7)
  let [a, b] = [1, 0]
  // Adler-32. Of so few bytes both sums are exact without taking the modulus on the way.
  for (const byte of whole) {
    a += byte
    b += a
  }
  stream.writeUInt32BE((((b % 65_521) << 16) | a % 65_521) >>> 0, whole.length + 7)
  return stream
}

function freshen(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false
  try {
    const now = new Date()
    utimesSync(file, now, now)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Gone meanwhile; or somebody else's file in a shared repository: ours takes its place, with a date of our own.
    if (code === 'ENOENT' || code === 'EPERM' || code === 'EACCES') return false
    throw error
  }
}
