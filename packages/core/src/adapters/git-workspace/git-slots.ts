import { chmod, lstat, mkdir, mkdtemp, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type RevisionReader, type Slot, type TreeEntry, type TreeSlots } from '../../workspace/workspace.ts'
import type { ObjectReader } from './object-reader.ts'

type Held = Pick<TreeEntry, 'mode' | 'id'>

/** A directory and what lies in it. Only this file writes there; everybody else mounts it. */
interface WarmSlot {
  readonly path: string
  readonly held: Map<string, Held>
  busy: boolean
}

const cachedTrees = 16

/** Warm slots below `root`: a slot moves from one tree to the next by writing only what differs. */
export function gitSlots({ root, objects, revisions }: { readonly root: string; readonly objects: ObjectReader; readonly revisions: RevisionReader }): TreeSlots {
  const slots: WarmSlot[] = []
  const listings = new Map<ObjectId, readonly TreeEntry[]>()
  const entriesOf = async (commit: ObjectId): Promise<readonly TreeEntry[]> => {
    let entries = listings.get(commit)
    if (entries === undefined) {
      entries = await revisions.entries(commit)
      if (listings.size >= cachedTrees) listings.delete(listings.keys().next().value as ObjectId)
      listings.set(commit, entries)
    }
    return entries
  }
  return {
    materialise: async ({ commit, baseline, isProtected }) => {
      const wanted = compose(await entriesOf(commit), commit === baseline ? null : await entriesOf(baseline), isProtected)
      const slot = claim(slots, wanted) ?? (await createSlot(root, slots))
      slot.busy = true
      try {
        await move(slot, wanted, objects)
      } catch (error) {
        // Half-moved, its record no longer holds: it is never used again.
        slots.splice(slots.indexOf(slot), 1)
        throw new WorkspaceError('slot-failed', `could not lay out ${commit}`, { cause: error, remedy: 'Check the free space in /dev/shm and in the temporary directory.' })
      }
      return { path: slot.path, [Symbol.asyncDispose]: async () => void (slot.busy = false) } satisfies Slot
    },
    [Symbol.asyncDispose]: async () => {
      for (const slot of slots.splice(0)) await rm(slot.path, { recursive: true, force: true })
    },
  }
}

/** The candidate's tree under the baseline's protected files. Protected wins wherever the two cannot both be. */
function compose(candidate: readonly TreeEntry[], baseline: readonly TreeEntry[] | null, isProtected: (path: string) => boolean): Map<string, Held> {
  if (baseline === null) return new Map(candidate.map((entry) => [entry.path, entry]))
  const wanted = new Map<string, Held>(baseline.filter((entry) => isProtected(entry.path)).map((entry) => [entry.path, entry]))
  const folders = new Set([...wanted.keys()].flatMap(ancestors))
  const guarded = new Set(wanted.keys())
  for (const entry of candidate) {
    if (isProtected(entry.path) || folders.has(entry.path) || ancestors(entry.path).some((folder) => guarded.has(folder))) continue
    wanted.set(entry.path, entry)
  }
  return wanted
}

function ancestors(file: string): string[] {
  const found: string[] = []
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) found.push(file.slice(0, end))
  return found
}

/** The idle slot that differs least, judged by a few entries; exactness does not matter here. */
function claim(slots: readonly WarmSlot[], wanted: ReadonlyMap<string, Held>): WarmSlot | null {
  const idle = slots.filter((slot) => !slot.busy)
  const distance = (slot: WarmSlot): number => {
    let different = Math.abs(slot.held.size - wanted.size)
    for (const [file, entry] of wanted) if (slot.held.get(file)?.id !== entry.id) different++
    return different
  }
  return idle.length <= 1 ? (idle[0] ?? null) : (idle.map((slot) => ({ slot, away: distance(slot) })).sort((a, b) => a.away - b.away)[0]?.slot ?? null)
}

async function createSlot(root: string, slots: WarmSlot[]): Promise<WarmSlot> {
  const directory = await mkdtemp(path.join(root, 'slot-'))
  await chmod(directory, 0o755)
  const slot: WarmSlot = { path: directory, held: new Map(), busy: true }
  slots.push(slot)
  return slot
}

/** Removes what must go before it writes what must come, so that a directory that was a link is a directory again by then. */
async function move(slot: WarmSlot, wanted: ReadonlyMap<string, Held>, objects: ObjectReader): Promise<void> {
  for (const [file, held] of [...slot.held]) {
    const next = wanted.get(file)
    if (next !== undefined && next.id === held.id && next.mode === held.mode) continue
    await removeEntry(slot.path, file, held)
    slot.held.delete(file)
  }
  for (const [file, entry] of wanted) {
    if (slot.held.has(file)) continue
    await writeEntry(slot.path, { file, entry }, objects)
    slot.held.set(file, entry)
  }
}

async function removeEntry(root: string, file: string, held: Held): Promise<void> {
  const full = path.join(root, file)
  if (held.mode === '160000') await rmdir(full)
  else await unlink(full)
  for (const folder of ancestors(file)) {
    try {
      await rmdir(path.join(root, folder))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return
      throw error
    }
  }
}

async function writeEntry(root: string, { file, entry }: { readonly file: string; readonly entry: Held }, objects: ObjectReader): Promise<void> {
  const full = path.join(root, file)
  await ensureFolders(root, file)
  switch (entry.mode) {
    case '160000':
      await mkdir(full, { mode: 0o755 })
      return
    case '120000':
      await symlink((await objects.read(entry.id)).content, full)
      return
    case '100755':
    case '100644':
    default: {
      // wx: whatever might be there, a link above all, is never written through.
      await writeFile(full, (await objects.read(entry.id)).content, { flag: 'wx', mode: 0o644 })
      await chmod(full, entry.mode === '100755' ? 0o755 : 0o644)
    }
  }
}

/** Makes missing folders one by one, and refuses to go through anything that is not a real one. */
async function ensureFolders(root: string, file: string): Promise<void> {
  for (const folder of ancestors(file).reverse()) {
    const full = path.join(root, folder)
    try {
      await mkdir(full, { mode: 0o755 })
      await chmod(full, 0o755)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!(await lstat(full)).isDirectory()) throw new WorkspaceError('unsafe-path', `${JSON.stringify(folder)} is no directory`, { cause: error })
    }
  }
}
