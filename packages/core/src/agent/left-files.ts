import { createHash } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import type { FileChange } from '../proposal/proposal.ts'
import { checkPath } from '../workspace/check-path.ts'

/** Why what was left in a folder is no change that could be taken. */
export type LeftProblem = 'link' | 'special-file' | 'unsafe-path' | 'unreadable' | 'too-many' | 'too-large'

export type LeftFiles = { readonly kind: 'taken'; readonly changes: readonly FileChange[] } | { readonly kind: 'refused'; readonly problem: LeftProblem; readonly where: string }

/** What lay in a folder before an untrusted command wrote to it. */
export interface FolderState {
  readonly entries: ReadonlyMap<string, { readonly mode: '100644' | '100755' | '120000'; readonly digest: string; readonly size: number }>
  /** Names in it that no change could be made under, as latin1: what git holds may be no text. They are passed over, then and now. */
  readonly odd: ReadonlySet<string>
}

export interface LeftLimits {
  /** Files and folders that may be there besides those that were before. */
  readonly entries: number
  readonly changes: number
  /** Of all changed and new files together. */
  readonly bytes: number
}

export const defaultLeftLimits: LeftLimits = { entries: 20_000, changes: 2_000, bytes: 32 * 1024 ** 2 }

/** Deeper folders are made to be walked, not to be read. */
const deepest = 100

class Refused extends Error {
  readonly problem: LeftProblem
  readonly where: string

  constructor(problem: LeftProblem, where: string) {
    super(problem)
    this.problem = problem
    this.where = where
  }
}

/** @throws TypeError where the folder holds what cannot be a tree: it was made by ourselves */
export async function readFolderState(folder: string, leaveOut: (path: string, isFolder: boolean) => boolean): Promise<FolderState> {
  const odd = new Set<string>()
  const entries = new Map<string, { mode: '100644' | '100755' | '120000'; digest: string; size: number }>()
  try {
    for (const { name, isLink } of await walk(folder, { leaveOut, most: Number.POSITIVE_INFINITY, isOdd: (name) => odd.add(name).has(name) })) {
      const file = path.join(folder, name)
      if (isLink) entries.set(name, { mode: '120000', digest: await readlink(file), size: 0 })
      else {
        const { content, mode } = await readPlainFile(file, name, Number.POSITIVE_INFINITY)
        entries.set(name, { mode, digest: digestOf(content), size: content.length })
      }
    }
  } catch (error) {
    if (error instanceof Refused) throw new TypeError(`${folder} cannot be given to a command: ${error.problem} ${error.where}`, { cause: error })
    throw error
  }
  return { entries, odd }
}

/**
 * What differs now, in the order of paths. To be called when every process that could write there is dead. Nothing is followed or opened but plain files, and nothing is read without a bound; what cannot be told as whole
 * files is refused: a link that is new or leads elsewhere now, a device, a pipe, a name that could not be written again, too much of anything.
 */
export async function readLeftFiles(folder: string, { before, limits, leaveOut }: { readonly before: FolderState; readonly limits: LeftLimits; readonly leaveOut: (path: string, isFolder: boolean) => boolean }): Promise<LeftFiles> {
  try {
    const found = await walk(folder, { leaveOut, most: before.entries.size * 2 + before.odd.size + limits.entries, isOdd: (name) => before.odd.has(name) })
    const changes: FileChange[] = []
    let bytes = 0
    for (const { name, isLink } of found) {
      const known = before.entries.get(name)
      const file = path.join(folder, name)
      if (isLink) {
        if (known?.mode !== '120000' || known.digest !== (await readlink(file))) throw new Refused('link', name)
        continue
      }
      const { content, mode } = await readPlainFile(file, name, Math.max(limits.bytes - bytes, known?.size ?? 0))
      if (known?.mode === mode && known.size === content.length && known.digest === digestOf(content)) continue
      bytes += content.length
      changes.push({ path: name, content, mode })
      if (bytes > limits.bytes) throw new Refused('too-large', name)
      if (changes.length > limits.changes) throw new Refused('too-many', name)
    }
    const left = new Set(found.map(({ name }) => name))
    const gone = [...before.entries.keys()].filter((name) => !left.has(name)).map((name): FileChange => ({ path: name, content: null }))
    if (changes.length + gone.length > limits.changes) throw new Refused('too-many', '')
    return { kind: 'taken', changes: [...changes, ...gone].toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', problem: error.problem, where: error.where }
    throw error
  }
}

interface Found {
  readonly name: string
  readonly isLink: boolean
}

/** Files and links, by path from `folder`; folders by themselves are nothing that git would keep. */
async function walk(folder: string, { leaveOut, most, isOdd }: { readonly leaveOut: (path: string, isFolder: boolean) => boolean; readonly most: number; readonly isOdd: (name: string) => boolean }): Promise<readonly Found[]> {
  const found: Found[] = []
  const folders = ['']
  let seen = 0
  for (const prefix of folders) {
    for (const entry of await entriesOf(path.join(folder, prefix), prefix)) {
      const own = entry.name.toString('utf8')
      const name = `${prefix}${own}`
      if (++seen > most) throw new Refused('too-many', prefix)
      // What a program keeps for itself at the root is no part of the tree; anywhere else such a name is refused.
      if (name === '.git' || leaveOut(name, entry.isDirectory())) continue
      if (!Buffer.from(own, 'utf8').equals(entry.name) || checkPath(name) !== null) {
        if (isOdd(Buffer.concat([Buffer.from(prefix), entry.name]).toString('latin1'))) continue
        throw new Refused('unsafe-path', name)
      }
      if (entry.isDirectory()) {
        if (name.split('/').length > deepest) throw new Refused('too-many', name)
        folders.push(`${name}/`)
      } else if (entry.isFile() || entry.isSymbolicLink()) found.push({ name, isLink: entry.isSymbolicLink() })
      else throw new Refused('special-file', name)
    }
  }
  return found
}

async function entriesOf(folder: string, prefix: string): Promise<readonly Dirent<Buffer>[]> {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: 'buffer' })
  } catch (error) {
    throw refusedBy(error, prefix)
  }
}

async function readPlainFile(file: string, name: string, limit: number): Promise<{ readonly content: Buffer; readonly mode: '100644' | '100755' }> {
  // Seen before it is opened: opening a pipe waits for its other end, and a device may do anything.
  if (!(await lstat(file)).isFile()) throw new Refused('special-file', name)
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const facts = await handle.stat()
    if (!facts.isFile()) throw new Refused('special-file', name)
    if (facts.size > limit) throw new Refused('too-large', name)
    return { content: await handle.readFile(), mode: (facts.mode & 0o100) === 0 ? '100644' : '100755' }
  } catch (error) {
    throw refusedBy(error, name)
  }
}

/** A command may close or deepen what it owns: that is its doing, and no failure of ours. */
function refusedBy(error: unknown, where: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' || code === 'ENAMETOOLONG' || code === 'ELOOP' ? new Refused('unreadable', where) : error
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
