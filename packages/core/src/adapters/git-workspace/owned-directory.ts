import { mkdtemp, readFile, readdir, rm, stat, statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** A temporary directory that is removed by its owner, or, when the owner was killed, by whoever opens the next one. */
export interface OwnedDirectory extends AsyncDisposable {
  readonly path: string
  /** Held in memory: fast, and gone with the power. */
  readonly inMemory: boolean
}

const tmpfsMagic = 0x01021994
const roomNeeded = 256 * 1024 ** 2

/** Named by pid and start time: a pid alone is reused. */
export async function openOwnedDirectory(): Promise<OwnedDirectory> {
  const { root, inMemory } = await chooseRoot()
  await removeLeftovers(root)
  const directory = await mkdtemp(path.join(root, `ratchet-${process.pid}-${await startTime(process.pid)}-`))
  return { path: directory, inMemory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

async function chooseRoot(): Promise<{ readonly root: string; readonly inMemory: boolean }> {
  try {
    const facts = await statfs('/dev/shm')
    if (facts.type === tmpfsMagic && facts.bavail * facts.bsize > roomNeeded) return { root: '/dev/shm', inMemory: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return { root: os.tmpdir(), inMemory: false }
}

async function removeLeftovers(root: string): Promise<void> {
  const own = process.getuid?.()
  for (const name of await readdir(root)) {
    const match = /^ratchet-(\d+)-(\d+)-/.exec(name)
    if (match === null || (await startTime(Number(match[1]))) === match[2]) continue
    const file = path.join(root, name)
    const status = await stat(file).catch(missing)
    // Somebody else's leftovers are theirs to remove.
    if (status !== null && status.uid === own) await rm(file, { recursive: true, force: true })
  }
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot; null when there is no such process. The name in field 2 may hold anything but ends in `)`. */
async function startTime(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(missing)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return null
  throw error
}
