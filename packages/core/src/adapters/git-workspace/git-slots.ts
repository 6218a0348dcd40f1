import { chmod, lstat, mkdir, mkdtemp, rm, rmdir, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type RevisionReader, type Slot, type TreeSlots } from '../../workspace/workspace.ts'
import { composeTree } from './compose-tree.ts'
import type { ObjectReader } from './object-reader.ts'
import { foldersAbove, TreeListing, type ListedEntry } from './tree-listing.ts'

/** A directory and what lies in it. Only this file writes there; everybody else mounts it. */
interface WarmSlot {
  readonly path: string
  readonly held: Map<string, ListedEntry>
  busy: boolean
}

export interface GitSlotsOptions {
  /** Private directory in which slots are made. */
  readonly root: string
  readonly objects: ObjectReader
  readonly revisions: RevisionReader
  readonly signal: AbortSignal | undefined
}

/** Warm slots below `root`: a slot moves from one tree to the next by writing only what differs. */
export function gitSlots({ root, objects, revisions, signal }: GitSlotsOptions): TreeSlots {
  const slots: WarmSlot[] = []
  const listing = new TreeListing(objects)
  const treeOf = async (commit: ObjectId): Promise<ObjectId> => (await revisions.commit(commit)).tree
  return {
    materialise: async ({ commit, baseline, isProtected }) => {
      signal?.throwIfAborted()
      const own = await listing.list(await treeOf(commit))
      const wanted = commit === baseline ? own : composeTree(own, await listing.list(await treeOf(baseline)), isProtected)
      const slot = claim(slots, wanted) ?? (await createSlot(root, slots))
      slot.busy = true
      try {
        await move(slot, wanted, objects)
      } catch (error) {
        throw await discard(slots, slot, { commit, error })
      }
      return handOut(slot)
    },
    [Symbol.asyncDispose]: async () => {
      for (const slot of slots.splice(0)) await rm(slot.path, { recursive: true, force: true })
    },
  }
}

/** Given back once: a second dispose must not free the slot under whoever has it by then. */
function handOut(slot: WarmSlot): Slot {
  let isHeld = true
  return {
    path: slot.path,
    [Symbol.asyncDispose]: async () => {
      if (isHeld) slot.busy = false
      isHeld = false
    },
  }
}

/** Half-moved, its record no longer holds: the slot is never used again. */
async function discard(slots: WarmSlot[], slot: WarmSlot, { commit, error }: { readonly commit: ObjectId; readonly error: unknown }): Promise<WorkspaceError> {
  slots.splice(slots.indexOf(slot), 1)
  const removal = await Promise.allSettled([rm(slot.path, { recursive: true, force: true })])
  const causes = [error, ...removal.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))]
  return new WorkspaceError('slot-failed', `could not lay out ${commit}`, {
    cause: causes.length === 1 ? error : new AggregateError(causes, 'laying out and removing what was left both failed'),
    remedy: 'Check the free space in /dev/shm and in the temporary directory.',
  })
}

/** The idle slot that differs least. */
function claim(slots: readonly WarmSlot[], wanted: ReadonlyMap<string, ListedEntry>): WarmSlot | null {
  const idle = slots.filter((slot) => !slot.busy)
  const distance = (slot: WarmSlot): number => {
    let different = Math.abs(slot.held.size - wanted.size)
    for (const [key, entry] of wanted) if (slot.held.get(key)?.id !== entry.id) different++
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
async function move(slot: WarmSlot, wanted: ReadonlyMap<string, ListedEntry>, objects: ObjectReader): Promise<void> {
  for (const [key, held] of slot.held) {
    const next = wanted.get(key)
    if (next === held || (next?.id === held.id && next.mode === held.mode)) continue
    await removeEntry(slot.path, held)
    slot.held.delete(key)
  }
  for (const [key, entry] of wanted) {
    if (slot.held.has(key)) continue
    await writeEntry(slot.path, entry, objects)
    slot.held.set(key, entry)
  }
}

async function removeEntry(root: string, { key, mode }: ListedEntry): Promise<void> {
  if (mode === '160000') await rmdir(within(root, key))
  else await unlink(within(root, key))
  for (const folder of foldersAbove(key)) {
    try {
      await rmdir(within(root, folder))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return
      throw error
    }
  }
}

async function writeEntry(root: string, { key, mode, id }: ListedEntry, objects: ObjectReader): Promise<void> {
  const full = within(root, key)
  await ensureFolders(root, key)
  switch (mode) {
    case '160000':
      await mkdir(full, { mode: 0o755 })
      await chmod(full, 0o755)
      return
    case '120000':
      await symlink((await objects.read(id)).content, full)
      return
    default:
      // wx: whatever might be there, a link above all, is never written through.
      await writeFile(full, (await objects.read(id)).content, { flag: 'wx', mode: 0o644 })
      // Trees of old repositories hold 100664 and the like; only the owner's executable bit ever meant anything.
      await chmod(full, Number.parseInt(mode, 8) & 0o100 ? 0o755 : 0o644)
  }
}

/** Makes missing folders one by one, and refuses to go through anything that is not a real one. */
async function ensureFolders(root: string, key: string): Promise<void> {
  for (const folder of foldersAbove(key).toReversed()) {
    const full = within(root, folder)
    try {
      await mkdir(full, { mode: 0o755 })
      await chmod(full, 0o755)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!(await lstat(full)).isDirectory()) throw new WorkspaceError('unsafe-path', `${JSON.stringify(folder)} is no directory`, { cause: error })
    }
  }
}

/** As bytes, because a path in git need not be text. The names below were checked when the tree was read. */
function within(root: string, key: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(key, 'latin1')])
}
