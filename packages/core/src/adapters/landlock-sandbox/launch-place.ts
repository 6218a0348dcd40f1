import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, lchown, lstat, mkdir, readdir, realpath, rmdir, symlink, unlink } from 'node:fs/promises'
import path from 'node:path'
import { SandboxError, type Launch, type Mount } from '../../sandbox/sandbox.ts'
import { removeTree } from '../../workspace/remove-tree.ts'
import { isOpenToAll } from './confined-host.ts'
import { walkToGuarded, type GuardedWalk } from './guarded-walk.ts'

/** Where one launch takes place, ready to be used. */
export interface LaunchPlace {
  /** Working directory of the command. */
  readonly tree: string
  /** HOME and TMPDIR lie here. */
  readonly scratch: string
  /** What must stay as it is, and the directories above it. */
  readonly guarded: GuardedWalk
  /** Directories of the host that links in the tree lead to. */
  readonly shown: readonly string[]
  /** To be called once when everything of the launch is dead: hands a kept tree back, and removes what was made. */
  close(): Promise<void>
}

export interface PlaceRequest {
  readonly home: string
  /** The user of the command; null when it is our own. */
  readonly user: number | null
  readonly launch: Launch
}

/**
 * A command of another user works on a copy in any case: it could not come to the tree through directories that are not its own. What it wrote in a kept
 * tree is copied back. A command of our own user works in a kept tree itself.
 */
export async function openLaunchPlace({ home, user, launch }: PlaceRequest): Promise<LaunchPlace> {
  // Of the same length for every launch: paths get into what is measured.
  const directory = path.join(home, `l${randomBytes(8).toString('hex')}`)
  const scratch = path.join(directory, 'tmp')
  try {
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    await mkdir(path.join(scratch, 'home'), { mode: 0o700 })
    const inPlace = launch.access === 'kept' && user === null
    const tree = inPlace ? await realpath(launch.tree) : path.join(directory, 'work')
    if (!inPlace) await copied(launch.tree, tree)
    if (user !== null) await giveTo(user, directory, [tree, scratch])
    const links = await showMounts({ tree, user, mounts: launch.mounts, inPlace })
    const wanted = launch.access === 'kept' ? [] : launch.readOnly
    const guarded = await walkToGuarded(tree, [...wanted, ...(inPlace ? [] : links.names)])
    await (user === null ? withdrawWriting(guarded) : giveToRoot(guarded, user))
    const close = async (): Promise<void> => {
      if (launch.access === 'kept') await links.remove()
      if (launch.access === 'kept' && !inPlace) await handBack(tree, launch.tree)
      await removeTree(directory)
    }
    return { tree, scratch, guarded, shown: links.shown, close }
  } catch (error) {
    await removeTree(directory)
    if (error instanceof SandboxError) throw error
    throw new SandboxError('sandbox-setup-failed', 'the tree could not be prepared for a launch', { cause: error })
  }
}

/** The program goes from directory to directory and knows every kind of file; no link in the tree is followed. */
async function copied(source: string, target: string): Promise<void> {
  await ran('cp', ['-a', '--', `${source}/.`, target])
}

/** Links are given, not followed. Only the launch's own group gets through the directory above. */
async function giveTo(user: number, directory: string, parts: readonly string[]): Promise<void> {
  await ran('chown', ['-hR', `${user}:${user}`, '--', ...parts])
  await chown(directory, 0, user)
  await chmod(directory, 0o710)
}

async function handBack(from: string, to: string): Promise<void> {
  for (const name of await readdir(to)) await removeTree(path.join(to, name))
  await copied(from, to)
}

async function ran(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${Buffer.concat(said).toString('utf8').slice(0, 500)}`)
}

interface Links {
  readonly names: readonly string[]
  readonly shown: readonly string[]
  remove(): Promise<void>
}

interface MountRequest {
  readonly tree: string
  readonly user: number | null
  readonly mounts: readonly Mount[]
  readonly inPlace: boolean
}

/** Without a mount namespace: a link where the command may follow it, else a copy. */
async function showMounts({ tree, user, mounts, inPlace }: MountRequest): Promise<Links> {
  const names: string[] = []
  const shown: string[] = []
  const made: string[] = []
  for (const { source, target } of mounts) {
    const absolute = path.posix.resolve('/work', target)
    const name = path.posix.relative('/work', absolute)
    if (name === '' || name.startsWith('../')) {
      if (absolute !== path.resolve(source)) throw new SandboxError('sandbox-setup-failed', `${source} cannot be shown at ${absolute} without a mount namespace`)
      shown.push(source)
      continue
    }
    const place = path.join(tree, name)
    await clearPlace(tree, name, inPlace)
    if (user === null || isOpenToAll(source)) {
      await symlink(await realpath(source), place)
      shown.push(source)
    } else await ran('cp', ['-a', '-T', '--', source, place])
    names.push(name)
    made.push(place)
  }
  return { names, shown, remove: async () => { for (const place of made) await removeShown(tree, place) } }
}

/** Directories above are made; a link among them would lead out of the tree. */
async function clearPlace(tree: string, name: string, inPlace: boolean): Promise<void> {
  const parts = name.split('/')
  for (let end = 1; end < parts.length; end++) {
    const above = path.join(tree, ...parts.slice(0, end))
    const status = await lstat(above).catch(missing)
    if (status === null) await mkdir(above)
    else if (!status.isDirectory()) throw new SandboxError('sandbox-setup-failed', `${name} cannot be shown in the tree: ${parts.slice(0, end).join('/')} is no directory`)
  }
  const place = path.join(tree, name)
  if ((await lstat(place).catch(missing)) === null) return
  if (inPlace) throw new SandboxError('sandbox-setup-failed', `${name} cannot be shown in the tree: it is there already`)
  await removeTree(place)
}

/** Whatever the command has put there instead: a mount would have hidden it. Nothing is removed behind a link. */
async function removeShown(tree: string, place: string): Promise<void> {
  const above = path.dirname(place)
  if ((await realpath(above).catch(missing)) !== above) return
  const status = await lstat(place).catch(missing)
  if (status === null) return
  if (status.isSymbolicLink()) await unlink(place)
  else await removeTree(place)
  for (let empty = above; empty !== tree && (await readdir(empty)).length === 0; empty = path.dirname(empty)) await rmdir(empty)
}

/**
 * As root: protected files belong to root, and so do the directories above them, in which the launch's group may make files and,
 * by the sticky bit, remove only its own.
 */
async function giveToRoot({ above, kept }: GuardedWalk, user: number): Promise<void> {
  for (const directory of above) {
    await chown(directory, 0, user)
    await chmod(directory, 0o1775)
  }
  for (const place of kept) await eachBelow(place, async (file, mode) => {
    await lchown(file, 0, 0)
    if (mode !== null) await chmod(file, 0o444 | (mode & 0o111 ? 0o111 : 0))
  })
}

/** As anybody else: without the right to write; the filter refuses to give it back, and no rule lets the directories above lose a name. */
async function withdrawWriting({ kept }: GuardedWalk): Promise<void> {
  for (const place of kept) await eachBelow(place, async (file, mode) => {
    if (mode !== null) await chmod(file, mode & 0o555)
  })
}

/** A place and everything below it, what is inside first; `mode` is null for a link, which has none and is not followed. */
async function eachBelow(place: string, visit: (file: string, mode: number | null) => Promise<void>): Promise<void> {
  const status = await lstat(place)
  if (status.isDirectory()) for (const name of await readdir(place)) await eachBelow(path.join(place, name), visit)
  await visit(place, status.isSymbolicLink() ? null : status.mode & 0o777)
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
