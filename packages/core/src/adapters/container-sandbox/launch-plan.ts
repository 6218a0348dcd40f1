import { execFile } from 'node:child_process'
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { SandboxError, type Launch } from '../../sandbox/sandbox.ts'
import { workDirectory } from '../gvisor-sandbox/bundle-config.ts'
import { foldersAbove } from '../gvisor-sandbox/stage.ts'

const execute = promisify(execFile)

/** Where everything of a launch goes inside its container. */
export interface LaunchPlan {
  readonly directory: string
  /** The tree is copied into a tmpfs at the start. */
  readonly copied: boolean
  /** Sized tmpfs, the command's own; together they are the scratch space. */
  readonly spaces: readonly string[]
  /** Directories that the engine makes on the way to a mount point, to be given to the command's user. */
  readonly given: readonly string[]
  /** Paths in the tree that are mounted over the copy, hence not copied. */
  readonly covered: readonly string[]
  /** Host path and place inside, read-only. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[]
}

/**
 * Folders above a protected path are a tmpfs each: a mount point can be neither renamed nor removed, and what lies beside the protected path can still be
 * written.
 */
export async function planOf(launch: Launch, owner: { readonly user: number; readonly mayGive: boolean }): Promise<LaunchPlan> {
  const tree = realTree(launch.tree)
  const directory = workDirectory(launch)
  const copied = launch.access === 'throw-away'
  if (!copied && owner.mayGive) await give(tree, owner.user)
  const kept = copied ? protectedPaths(tree, launch.readOnly) : []
  const folders = foldersAbove(kept)
  const mounts = launch.mounts.map(({ source, target }) => ({ source, target: path.posix.resolve(directory, target) }))
  const over = mounts.flatMap(({ target }) => (target.startsWith(`${directory}/`) ? [target.slice(directory.length + 1)] : []))
  const inside = (name: string): string => `${directory}/${name}`
  return {
    directory,
    copied,
    spaces: [...(copied ? [directory, ...folders.map(inside)] : []), '/tmp', '/dev/shm'],
    given: foldersAbove(over).filter((name) => !folders.includes(name)).map(inside),
    covered: [...kept, ...over],
    mounts: [...kept.map((name) => ({ source: path.join(tree, name), target: inside(name) })), ...mounts],
  }
}

/** A command may change only what belongs to the user it runs as. */
async function give(tree: string, user: number): Promise<void> {
  try {
    await execute('chown', ['-hR', `${user}:${user}`, '--', tree])
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `${tree} cannot be given to the command's user`, { cause: error })
  }
}

function realTree(tree: string): string {
  try {
    if (statSync(tree).isDirectory()) return realpathSync(tree)
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `there is no tree at ${tree}`, { cause: error })
  }
  throw new SandboxError('sandbox-setup-failed', `${tree} is no directory`)
}

/** By their real names, since the tree may lead to them through links; those that are links themselves or lie outside are passed over. */
function protectedPaths(tree: string, names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) => {
    const file = path.join(tree, name)
    if (!existsSync(file) || lstatSync(file).isSymbolicLink()) return []
    const real = path.relative(tree, realpathSync(file))
    return real === '' || real.startsWith('..') ? [] : [real]
  })
  // What lies below another protected path is protected with it.
  return [...new Set(found)].filter((name) => !found.some((other) => name.startsWith(`${other}/`)))
}
