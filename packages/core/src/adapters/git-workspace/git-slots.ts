import { chmodSync, chownSync, closeSync, fchmodSync, fchownSync, lchownSync, lstatSync, mkdirSync, openSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectId } from '../../proposal/proposal.ts'
import { WorkspaceError, type RevisionReader, type Slot, type TreeSlots } from '../../workspace/workspace.ts'
import { composeTree } from './compose-tree.ts'
import { guardedPaths } from './guarded-paths.ts'
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
  /** Who the files shall belong to, where Ratchet may give them away: the user that commands run as. Null: nobody else. */
  readonly owner: number | null
}

/** Warm slots below `root`: a slot moves from one tree to the next by writing only what differs. */
export function gitSlots({ root, objects, revisions, signal, owner }: GitSlotsOptions): TreeSlots {
  const maker = new FileMaker(objects, owner)
  const slots: WarmSlot[] = []
  const listing = new TreeListing(objects)
  const treeOf = async (commit: ObjectId): Promise<ObjectId> => (await revisions.commit(commit)).tree
  return {
    materialise: async ({ commit, baseline, isProtected, isWithheld }) => {
      signal?.throwIfAborted()
      const own = await listing.list(await treeOf(commit))
      const whole = commit === baseline ? own : composeTree(own, await listing.list(await treeOf(baseline)), isProtected)
      const wanted = isWithheld === undefined ? whole : new Map([...whole].filter(([, entry]) => !isWithheld(entry.path)))
      const slot = claim(slots, wanted) ?? (await createSlot(root, slots, owner))
      slot.busy = true
      try {
        await move(slot, wanted, maker)
      } catch (error) {
        throw await discard(slots, slot, { commit, error })
      }
      return handOut(slot, guardedPaths([...wanted.values()].map((entry) => entry.path), isProtected))
    },
    [Symbol.asyncDispose]: async () => {
      for (const slot of slots.splice(0)) await rm(slot.path, { recursive: true, force: true })
    },
  }
}

/** Given back once: a second dispose must not free the slot under whoever has it by then. */
function handOut(slot: WarmSlot, protectedPaths: readonly string[]): Slot {
  let isHeld = true
  return {
    path: slot.path,
    protectedPaths,
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

async function createSlot(root: string, slots: WarmSlot[], owner: number | null): Promise<WarmSlot> {
  const directory = await mkdtemp(path.join(root, 'slot-'))
  await chmod(directory, 0o755)
  if (owner !== null) await chown(directory, owner, owner)
  const slot: WarmSlot = { path: directory, held: new Map(), busy: true }
  slots.push(slot)
  return slot
}

/**
 * Files are made by synchronous calls: in memory each takes some 10 µs, and the way through the thread pool ten times that. Reading an object still
 * lets everybody else have a turn.
 *
 * Removes what must go before it writes what must come, so that a directory that was a link is a directory again by then.
 */
async function move(slot: WarmSlot, wanted: ReadonlyMap<string, ListedEntry>, maker: FileMaker): Promise<void> {
  for (const [key, held] of slot.held) {
    const next = wanted.get(key)
    if (next === held || (next?.id === held.id && next.mode === held.mode)) continue
    removeEntry(slot.path, held)
    slot.held.delete(key)
  }
  for (const [key, entry] of wanted) {
    if (slot.held.has(key)) continue
    await maker.write(slot.path, entry)
    slot.held.set(key, entry)
  }
}

function removeEntry(root: string, { key, mode }: ListedEntry): void {
  if (mode === '160000') rmdirSync(within(root, key))
  else unlinkSync(within(root, key))
  for (const folder of foldersAbove(key)) {
    try {
      rmdirSync(within(root, folder))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return
      throw error
    }
  }
}

class FileMaker {
  readonly #objects: ObjectReader
  readonly #owner: number | null

  constructor(objects: ObjectReader, owner: number | null) {
    this.#objects = objects
    this.#owner = owner
  }

  async write(root: string, { key, mode, id }: ListedEntry): Promise<void> {
    const full = within(root, key)
    this.#ensureFolders(root, key)
    switch (mode) {
      case '160000':
        this.#makeFolder(full)
        return
      case '120000':
        symlinkSync(await this.#objects.content(id), full)
        if (this.#owner !== null) lchownSync(full, this.#owner, this.#owner)
        return
      default:
        // Only the owner's executable bit ever meant anything.
        this.#writeNew(full, await this.#objects.content(id), Number.parseInt(mode, 8) & 0o100 ? 0o755 : 0o644)
    }
  }

  #writeNew(full: Buffer, content: Buffer, mode: number): void {
    // wx: whatever might be there, a link above all, is never written through.
    const file = openSync(full, 'wx', mode)
    try {
      writeFileSync(file, content)
      // Whatever the umask took away.
      fchmodSync(file, mode)
      if (this.#owner !== null) fchownSync(file, this.#owner, this.#owner)
    } finally {
      closeSync(file)
    }
  }

  #makeFolder(full: Buffer): void {
    mkdirSync(full, { mode: 0o755 })
    chmodSync(full, 0o755)
    if (this.#owner !== null) chownSync(full, this.#owner, this.#owner)
  }

  /** Makes missing folders one by one, and refuses to go through anything that is not a real one. */
  #ensureFolders(root: string, key: string): void {
    for (const folder of foldersAbove(key).toReversed()) {
      const full = within(root, folder)
      const found = lstatSync(full, { throwIfNoEntry: false })
      if (found === undefined) this.#makeFolder(full)
      else if (!found.isDirectory()) throw new WorkspaceError('unsafe-path', `${JSON.stringify(folder)} is no directory`)
    }
  }
}

/** As bytes, because a path in git need not be text. The names below were checked when the tree was read. */
function within(root: string, key: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(key, 'latin1')])
}
