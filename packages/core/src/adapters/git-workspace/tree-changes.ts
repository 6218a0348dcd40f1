import type { ObjectId } from '../../proposal/proposal.ts'
import type { PathChange } from '../../workspace/workspace.ts'
import { canonicalMode, isDirectory, type ObjectReader, type RawEntry } from './object-reader.ts'

interface KeyedChange extends PathChange {
  /** The path's bytes, one a character. */
  readonly key: string
}

/** What differs between two trees, in the order of the paths' bytes, as `git diff-tree -r --raw --no-renames` says it. Reads only folders that differ. */
export async function treeChanges(objects: ObjectReader, from: ObjectId, to: ObjectId): Promise<readonly PathChange[]> {
  const changes: KeyedChange[] = []
  const compare = async (before: ObjectId | null, after: ObjectId | null, prefix: string): Promise<void> => {
    if (before === after) return
    const [old, now] = [await named(objects, before), await named(objects, after)]
    for (const name of new Set([...old.keys(), ...now.keys()])) {
      const [a, b] = [old.get(name), now.get(name)]
      const key = `${prefix}${name}`
      await compare(folder(a), folder(b), `${key}/`)
      const change = fileChange(file(a), file(b), key)
      if (change !== null) changes.push(change)
    }
  }
  await compare(from, to, '')
  return changes.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ key: _, ...change }) => change)
}

async function named(objects: ObjectReader, tree: ObjectId | null): Promise<ReadonlyMap<string, RawEntry>> {
  return new Map(tree === null ? [] : (await objects.tree(tree)).map((entry) => [entry.name.toString('latin1'), entry]))
}

function folder(entry: RawEntry | undefined): ObjectId | null {
  return entry !== undefined && isDirectory(entry) ? entry.id : null
}

function file(entry: RawEntry | undefined): RawEntry | null {
  return entry === undefined || isDirectory(entry) ? null : entry
}

const absent = '000000'

function fileChange(before: RawEntry | null, after: RawEntry | null, key: string): KeyedChange | null {
  const [oldMode, newMode] = [modeOf(before), modeOf(after)]
  if (before?.id === after?.id && oldMode === newMode) return null
  const path = Buffer.from(key, 'latin1').toString('utf8')
  return { key, path, status: statusOf(oldMode, newMode), oldMode, newMode }
}

function modeOf(entry: RawEntry | null): string {
  return entry === null ? absent : canonicalMode(entry.mode)
}

/** The type is in the mode's first digits: 100 a file, 120 a link, 160 a submodule. */
function statusOf(oldMode: string, newMode: string): PathChange['status'] {
  if (oldMode === absent) return 'added'
  if (newMode === absent) return 'deleted'
  return oldMode.slice(0, 3) === newMode.slice(0, 3) ? 'modified' : 'type-changed'
}
