import { access, constants, lstat, mkdtemp, readFile, readdir, readlink, statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { removeTree } from './remove-tree.ts'
import { WorkspaceError } from './workspace.ts'

/** A temporary directory that is removed by its owner, or, when the owner was killed, by whoever opens the next one. */
export interface OwnedDirectory extends AsyncDisposable {
  readonly path: string
  /** Held in memory: fast, and gone with the power. */
  readonly inMemory: boolean
}

const tmpfsMagic = 0x01021994
const roomNeeded = 256 * 1024 ** 2

/**
 * Made below `parent`, else in /dev/shm where that is a roomy tmpfs, else in the system's temporary directory. Only its user may look
 * into it. Named by pid and start time, because a pid alone is reused, and by pid namespace, because an owner in another container cannot
 * be seen from here and must not be taken for dead.
 */
export async function openOwnedDirectory(parent?: string): Promise<OwnedDirectory> {
  const root = parent ?? ((await isRoomyTmpfs('/dev/shm')) ? '/dev/shm' : os.tmpdir())
  const namespace = await pidNamespace()
  await removeLeftovers(root, namespace)
  const directory = await mkdtemp(path.join(root, `ratchet-${process.pid}-${(await startTime(process.pid)) ?? 0}-${namespace}-`))
  const { type } = await statfs(directory)
  return { path: directory, inMemory: type === tmpfsMagic, [Symbol.asyncDispose]: () => removeTree(directory) }
}

async function isRoomyTmpfs(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK | constants.X_OK)
    const facts = await statfs(directory)
    return facts.type === tmpfsMagic && facts.bavail * facts.bsize > roomNeeded
  } catch (error) {
    // Missing, or not ours to use: the temporary directory serves as well, only slower.
    if ((error as NodeJS.ErrnoException).code !== undefined) return false
    throw error
  }
}

async function removeLeftovers(root: string, namespace: string): Promise<void> {
  const own = process.getuid?.()
  for (const name of await readdir(root)) {
    const match = /^ratchet-(\d+)-(\d+)-(\d+)-/.exec(name)
    if (match === null || match[3] !== namespace || (await startTime(Number(match[1]))) === match[2]) continue
    const file = path.join(root, name)
    const status = await lstat(file).catch(missing)
    // Somebody else's leftovers are theirs to remove, and a link is nobody's leftover.
    if (status !== null && status.isDirectory() && status.uid === own) await removeTree(file).catch(leftInPlace)
  }
}

/** What a dead process left, and what cannot be removed, must not keep this one from its work: the next one tries again. */
function leftInPlace(error: unknown): void {
  if (!(error instanceof WorkspaceError)) throw error
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; null when there is no such process. The name in field 2 may hold anything but ends in `)`. */
async function startTime(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(missing)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

async function pidNamespace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(missing)
  return /\d+/.exec(link ?? '')?.[0] ?? '0'
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
  throw error
}
