import { readFileSync, readdirSync, readlinkSync, rmdirSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/**
 * What the names of this process's groups start with. Pid and start time name a process for good, within its process namespace: without
 * that, the groups of a run in a container would look like those of a process that is gone.
 */
export function ownGroupPrefix(): string {
  return `ratchet-ns${ownNamespace()}-${process.pid}-${startOf(process.pid) ?? '0'}-`
}

/** Groups of processes that were killed: whatever still runs in them is killed as well. */
export function removeLeftovers(parent: string): void {
  const namespace = ownNamespace()
  for (const name of readdirSync(parent)) {
    const [, owner, pid, start] = /^ratchet-ns(\d+)-(\d+)-(\d+)-/.exec(name) ?? []
    if (owner !== namespace || startOf(Number(pid)) === start) continue
    const directory = path.join(parent, name)
    // Another user's are for that user to clear away.
    if (statSync(directory, { throwIfNoEntry: false })?.uid !== process.geteuid?.()) continue
    killMembers(path.join(directory, 'cgroup.procs'))
    removeGroupDirectory(directory)
  }
}

/** Kills what a group holds now. What the members start meanwhile is left: a caller who must be sure closes the group first, and repeats. */
export function killMembers(list: string): void {
  for (const pid of readIfThere(list)?.split('\n') ?? []) {
    // A member outside our own process namespace reads as 0, which to kill(2) would be our own process group.
    if (pid === '' || pid === '0') continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (error) {
      // Ended between the reading and the signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** False while a process is in the group. */
export function removeGroupDirectory(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code === 'EBUSY') return false
    throw error
  }
}

function ownNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}

/** Start time in clock ticks (field 22 of stat). */
function startOf(pid: number): string | null {
  const text = readIfThere(`/proc/${pid}/stat`)
  return text === null ? null : (text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null)
}

/** Null when the process or group went away, before the opening (ENOENT) or after it (ESRCH, ENODEV). */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
