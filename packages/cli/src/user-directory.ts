import os from 'node:os'
import path from 'node:path'
import type { Invocation } from './invocation.ts'
import { UsageError } from './usage-error.ts'

const places = { XDG_CONFIG_HOME: '.config', XDG_CACHE_HOME: '.cache' } as const

/**
 * A directory of the user's own (XDG base directories), always absolute: private keys must never come to lie in the folder that Ratchet happens to run in.
 *
 * @throws UsageError where nobody says which
 */
export function userDirectory(environment: Invocation['environment'], variable: keyof typeof places): string {
  const named = environment[variable]
  return named !== undefined && path.isAbsolute(named) ? named : path.join(homeDirectory(environment, variable), places[variable])
}

/** Where keys, allowed signers and pins lie: outside the target, and out of every sandbox's reach. */
export function userFolder(environment: Invocation['environment']): string {
  return path.join(userDirectory(environment, 'XDG_CONFIG_HOME'), 'ratchet')
}

function homeDirectory(environment: Invocation['environment'], variable: string): string {
  const home = environment['HOME'] ?? homeOfAccount()
  if (home !== null && path.isAbsolute(home)) return home
  throw new UsageError('bad-argument', home === null ? 'this user has no home directory' : `the home directory ${JSON.stringify(home)} is not absolute`, { remedy: `Set HOME, or ${variable}, to an absolute directory.` })
}

/** Null where the user has no entry in the passwd database, as in some containers. */
function homeOfAccount(): string | null {
  try {
    return os.homedir()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'uv_os_homedir') return null
    throw error
  }
}
