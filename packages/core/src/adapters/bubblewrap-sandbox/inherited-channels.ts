import { readFileSync, readdirSync } from 'node:fs'

const closeOnExec = 0o2000000

/**
 * Descriptors above `above` that this process was started with and that its children would inherit: some launchers leave files or pipes
 * open. Node closes its own by itself; these it does not know of.
 */
export function inheritedChannels(above: number): ReadonlySet<number> {
  return new Set(readdirSync('/proc/self/fd').flatMap((name) => (Number(name) > above && !isClosedOnExec(name) ? [Number(name)] : [])))
}

function isClosedOnExec(name: string): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8'))?.[1] ?? '0'
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0
  } catch (error) {
    // The descriptor that listed the directory is gone by now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
}
