import type { FileChange, ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { isDirectory, type ObjectReader, type RawEntry } from './object-reader.ts'
import type { ObjectWriter, WrittenObject } from './object-writer.ts'

/** Changes of one directory level: sub-directories with theirs, and files. */
interface Level {
  readonly files: Map<string, FileChange>
  readonly folders: Map<string, Level>
}

interface Rewriting {
  readonly objects: ObjectReader
  readonly writer: ObjectWriter
  /** Everything that was sent to be written. */
  readonly written: WrittenObject[]
}

/**
 * The tree with `changes` made, and what must be stored before it may be named. Untouched entries keep their bytes; a directory that
 * becomes empty goes. Fails with `unsafe-path` on a change that would go through a link, a submodule or a file, or that takes a directory
 * for a file: the directory's files must be deleted by name.
 */
export async function rewriteTree({ objects, writer }: Pick<Rewriting, 'objects' | 'writer'>, tree: ObjectId, changes: readonly FileChange[]): Promise<{ readonly id: ObjectId; readonly written: readonly WrittenObject[] }> {
  const rewriting: Rewriting = { objects, writer, written: [] }
  try {
    const id = (await rewriteLevel(rewriting, tree, { level: levelsOf(changes), where: '' })) ?? writeTree(rewriting, [])
    return { id, written: rewriting.written }
  } catch (error) {
    // Whatever was sent has ended, one way or the other, before the caller hears of it.
    await Promise.allSettled(rewriting.written.map(({ stored }) => stored))
    throw error
  }
}

function levelsOf(changes: readonly FileChange[]): Level {
  const root = emptyLevel()
  for (const change of changes) {
    const segments = change.path.split('/')
    const name = segments.pop() as string
    let level = root
    for (const segment of segments) {
      let next = level.folders.get(segment)
      if (next === undefined) level.folders.set(segment, (next = emptyLevel()))
      level = next
    }
    level.files.set(name, change)
  }
  return root
}

function emptyLevel(): Level {
  return { files: new Map(), folders: new Map() }
}

/** Deletions, then directories, then files: so a file may take the place of a directory that was emptied, and the other way round. */
async function rewriteLevel(rewriting: Rewriting, tree: ObjectId | null, { level, where }: { readonly level: Level; readonly where: string }): Promise<ObjectId | null> {
  const entries = new Map<string, RawEntry>((tree === null ? [] : await rewriting.objects.tree(tree)).map((entry) => [entry.name.toString('latin1'), entry]))
  const at = (name: string) => ({ key: Buffer.from(name, 'utf8').toString('latin1'), name: Buffer.from(name, 'utf8'), path: `${where}${name}` })
  for (const [name, change] of level.files) {
    if (change.content !== null) continue
    const { key, path } = at(name)
    if (holdsDirectory(entries, key)) throw inTheWay(path, 'is a directory')
    entries.delete(key)
  }
  for (const [name, folder] of level.folders) {
    const { key, name: bytes, path } = at(name)
    const held = entries.get(key)
    // Writing below a link or a submodule would write somewhere else.
    if (held !== undefined && !isDirectory(held)) throw inTheWay(path, 'is no directory')
    const id = await rewriteLevel(rewriting, held?.id ?? null, { level: folder, where: `${path}/` })
    if (id === null) entries.delete(key)
    else entries.set(key, { mode: '40000', name: bytes, id })
  }
  for (const [name, change] of level.files) {
    if (change.content === null) continue
    const { key, name: bytes, path } = at(name)
    const held = entries.get(key)
    if (holdsDirectory(entries, key)) throw inTheWay(path, 'is a directory')
    entries.set(key, { mode: change.mode ?? (held?.mode === '100755' ? '100755' : '100644'), name: bytes, id: send(rewriting, rewriting.writer.write('blob', change.content)) })
  }
  return entries.size === 0 ? null : writeTree(rewriting, [...entries.values()])
}

function holdsDirectory(entries: ReadonlyMap<string, RawEntry>, key: string): boolean {
  const held = entries.get(key)
  return held !== undefined && isDirectory(held)
}

function writeTree(rewriting: Rewriting, entries: readonly RawEntry[]): ObjectId {
  return send(rewriting, rewriting.writer.writeTree(entries))
}

function send({ written }: Rewriting, object: WrittenObject): ObjectId {
  // A failure is reported by whoever awaits it; until then it must not count as unhandled.
  object.stored.catch(() => undefined)
  written.push(object)
  return object.id
}

function inTheWay(path: string, problem: string): WorkspaceError {
  return new WorkspaceError('unsafe-path', `${JSON.stringify(path)} ${problem} in the parent commit`)
}
