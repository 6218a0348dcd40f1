import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'

/** What it takes to keep paths of a tree as they are. */
export interface GuardedWalk {
  /** Directories above guarded places, the tree first; empty when nothing is guarded. They may gain names and not lose any that is guarded. */
  readonly above: readonly string[]
  /** Files, links and whole directories that must not change. */
  readonly kept: readonly string[]
  /** Directories beside them, in which everything is free. */
  readonly free: readonly string[]
}

/**
 * Follows each path from the tree down. A link on the way is itself kept, since replacing it would replace what the path means; what it leads to is guarded under its own
 * name, if at all. What does not exist is passed over.
 */
export async function walkToGuarded(tree: string, paths: readonly string[]): Promise<GuardedWalk> {
  const above = new Set<string>()
  const kept = new Set<string>()
  for (const name of paths) {
    const parts = path.posix.normalize(name).split('/').filter((part) => part !== '' && part !== '.')
    if (parts.length === 0 || parts.includes('..')) continue
    const steps = parts.map((_, index) => path.join(tree, ...parts.slice(0, index + 1)))
    const passed: string[] = [tree]
    for (const [index, step] of steps.entries()) {
      const status = await lstat(step).catch(missing)
      if (status === null) break
      if (index === steps.length - 1 || !status.isDirectory()) {
        kept.add(step)
        for (const directory of passed) above.add(directory)
        break
      }
      passed.push(step)
    }
  }
  const inside = (place: string): boolean => [...kept].some((other) => place.startsWith(`${other}/`))
  // A directory that is kept as a whole is stronger than what is kept below it.
  const outer = [...kept].filter((place) => !inside(place))
  const open = [...above].filter((place) => !inside(place) && !outer.includes(place))
  return { above: open, kept: outer, free: await freeBeside(open, new Set([...open, ...outer])) }
}

async function freeBeside(above: readonly string[], taken: ReadonlySet<string>): Promise<readonly string[]> {
  const found: string[] = []
  for (const directory of above) {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const place = path.join(directory, entry.name)
      if (entry.isDirectory() && !taken.has(place)) found.push(place)
    }
  }
  return found
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
