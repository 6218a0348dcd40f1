import type { ObjectId } from '../../proposal/proposal.ts'
import { canonicalMode, isDirectory, type ObjectReader } from './object-reader.ts'

/** One file, link or submodule of a tree. */
export interface ListedEntry {
  /** The path's bytes, one a character: unlike its text, never two paths in one. */
  readonly key: string
  /** The path as text, for whoever judges by name. */
  readonly path: string
  readonly mode: string
  readonly id: ObjectId
}

/** Entries in git's order, which is the order of their paths' bytes once folders stand among the files. */
interface Folder {
  readonly items: readonly (ListedEntry | Folder)[]
}

/** Entries kept besides those of one whole tree, which the trees of all its candidates share almost entirely: 30 MiB. */
const keptEntries = 100_000

/** Lists trees recursively, reading only the folders that it has not seen at the same place before. */
export class TreeListing {
  readonly #objects: ObjectReader
  readonly #kept = new Map<string, Folder>()
  /** In all folders that are kept, and in the tree that was listed last. */
  #held = 0
  #listed = 0

  constructor(objects: ObjectReader) {
    this.#objects = objects
  }

  /** Every entry of the tree, keyed by its path's bytes and in their order. Fails with `unsafe-path` on a tree that must not be laid out. */
  async list(tree: ObjectId): Promise<ReadonlyMap<string, ListedEntry>> {
    const entries = new Map<string, ListedEntry>()
    const collect = (folder: Folder): void => {
      for (const item of folder.items) {
        if ('items' in item) collect(item)
        else entries.set(item.key, item)
      }
    }
    if (this.#held > 2 * this.#listed + keptEntries) {
      this.#kept.clear()
      this.#held = 0
    }
    collect(await this.#folder(tree, ''))
    this.#listed = entries.size
    return entries
  }

  async #folder(tree: ObjectId, prefix: string): Promise<Folder> {
    const name = `${tree}${prefix}`
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept
    const items: (ListedEntry | Folder)[] = []
    for (const entry of await this.#objects.tree(tree)) {
      const key = `${prefix}${entry.name.toString('latin1')}`
      if (isDirectory(entry)) items.push(this.#kept.get(`${entry.id}${key}/`) ?? (await this.#folder(entry.id, `${key}/`)))
      else items.push({ key, path: Buffer.from(key, 'latin1').toString('utf8'), mode: canonicalMode(entry.mode), id: entry.id })
    }
    const folder = { items }
    this.#kept.set(name, folder)
    this.#held += items.length
    return folder
  }
}

/** The folders above a path, innermost first. */
export function foldersAbove(key: string): string[] {
  const found: string[] = []
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) found.push(key.slice(0, end))
  return found
}
