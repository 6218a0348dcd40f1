import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { CallNumbers } from './call-numbers.ts'

/** Everything about the host that decides how a launch is put together. */
export interface ConfinedHost {
  readonly calls: CallNumbers
  readonly abi: number
  /** Commands have the user of whoever runs Ratchet: only root can give them another. */
  readonly sharesUser: boolean
  /** Our own directory: `bin` first on PATH, filters, and one directory a launch. */
  readonly home: string
  readonly toolchains: readonly string[]
  /** Where the executables really lie. */
  readonly executables: readonly string[]
  readonly filters: { readonly common: string; readonly commonWithNetwork: string; readonly strict: string; readonly strictWithNetwork: string }
}

/**
 * A user that nobody is, another one for each launch: what launches of one user leave to each other (modes of files, limits on the number of processes, signals)
 * Landlock does not separate. Far above what accounts and user namespaces use, below what some programs take for an error.
 */
export function freshUser(): number {
  return 1_900_000_000 + randomInt(99_000_000)
}

/** Whether a user who is nobody can come to a place and read it: every directory above it must let anybody through. */
export function isOpenToAll(place: string): boolean {
  const last = statSync(place, { throwIfNoEntry: false })
  if (last === undefined || (last.mode & 0o004) === 0 || (last.isDirectory() && (last.mode & 0o001) === 0)) return false
  return isReachable(place)
}

export function isReachable(place: string): boolean {
  for (let above = path.dirname(place); ; above = path.dirname(above)) {
    if ((statSync(above).mode & 0o001) === 0) return false
    if (above === path.dirname(above)) return true
  }
}

/** Programs of a tree must start from where copies are made; containers often forbid that for shared memory. */
export function mayExecuteIn(directory: string): boolean {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' '))
  const [, , , options = ''] = mounts.findLast(([, mounted]) => mounted === directory) ?? []
  return existsSync(directory) && !options.split(',').includes('noexec')
}
