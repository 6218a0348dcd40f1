import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { removeTree } from '../../workspace/remove-tree.ts'
import { kernelVersion } from './kernel-image.ts'

const execute = promisify(execFile)

/** A kernel file and the folder of its modules. */
export interface FoundKernel {
  readonly kernel: string
  readonly modules: string
}

/** The package that brings the newest kernel with 9p; the one for clouds, half as large, is built without it. */
const kernelPackage = 'linux-image-amd64'
const unpackedName = 'debian-kernel'
const remedy = `Name a kernel for x86-64 whose modules lie in /lib/modules, or let one be fetched on a Debian or Ubuntu system (apt-get download ${kernelPackage}).`

export interface KernelSearch {
  /** A kernel file that the user named; its modules are looked for beside it and in /lib/modules. */
  readonly kernel?: string
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The kernel that the user named, else the one in the cache, else Debian's, fetched into the cache and never installed. */
export async function findKernel(search: KernelSearch, signal: AbortSignal): Promise<FoundKernel> {
  if (search.kernel !== undefined) return namedKernel(search.kernel)
  const home = path.join(search.cacheDirectory, unpackedName)
  if (!existsSync(home)) await fetchKernel(search, home, signal)
  const kernel = (await readdir(path.join(home, 'boot'))).find((name) => name.startsWith('vmlinuz-'))
  if (kernel === undefined) throw new SandboxError('sandbox-unavailable', `there is no kernel in ${home}`, { remedy: `Remove ${home}; it is fetched again.` })
  return withModules(path.join(home, 'boot', kernel), [home])
}

async function namedKernel(kernel: string): Promise<FoundKernel> {
  if (!existsSync(kernel)) throw new SandboxError('sandbox-unavailable', `there is no kernel at ${kernel}`, { remedy })
  return withModules(kernel, [path.dirname(path.dirname(path.resolve(kernel))), '/'])
}

async function withModules(kernel: string, roots: readonly string[]): Promise<FoundKernel> {
  const version = await versionOf(kernel)
  const places = roots.flatMap((root) => [path.join(root, 'lib/modules', version), path.join(root, 'usr/lib/modules', version)])
  const modules = places.find((place) => existsSync(path.join(place, 'kernel')))
  if (modules === undefined) throw new SandboxError('sandbox-unavailable', `the modules of ${kernel} are in none of ${places.join(', ')}`, { remedy })
  return { kernel, modules }
}

async function versionOf(kernel: string): Promise<string> {
  try {
    return kernelVersion(await readFile(kernel))
  } catch (error) {
    throw new SandboxError('sandbox-unavailable', `${kernel} cannot be read as a kernel`, { cause: error, remedy })
  }
}

/** The whole package would take 400 MB. */
const unpackScript = 'archive=$1 place=$2; shift 2; dpkg-deb --fsys-tarfile "$archive" | tar -x -C "$place" --wildcards "$@"'
const neededFolders = ['./boot/vmlinuz-*', '*/modules.builtin', ...['drivers/virtio', 'drivers/char', 'net/9p', 'fs/9p', 'fs/netfs', 'fs/fscache', 'fs/overlayfs'].map((folder) => `*/kernel/${folder}/*`)]

/** Downloads with the system's own package manager, which checks signatures, and only unpacks. */
async function fetchKernel({ cacheDirectory, environment }: KernelSearch, home: string, signal: AbortSignal): Promise<void> {
  const env = { ...environment, LC_ALL: 'C' } as NodeJS.ProcessEnv
  await mkdir(cacheDirectory, { recursive: true })
  const place = await mkdtemp(path.join(cacheDirectory, 'fetching-'))
  try {
    const { stdout } = await execute('apt-cache', ['depends', '--no-recommends', '--no-suggests', kernelPackage], { env, signal })
    const real = /Depends: (linux-image-[\w.+-]+)/.exec(stdout)?.[1]
    if (real === undefined) throw new Error(`${kernelPackage} does not name a kernel`)
    await execute('apt-get', ['download', '-qq', real], { cwd: place, env, signal })
    const [archive = ''] = (await readdir(place)).filter((name) => name.endsWith('.deb'))
    const unpacked = path.join(place, 'unpacked')
    await mkdir(unpacked)
    await execute('sh', ['-c', unpackScript, 'sh', path.join(place, archive), unpacked, ...neededFolders], { env, signal })
    await rename(unpacked, home)
  } catch (error) {
    if (signal.aborted) throw error
    // Another process may have brought it here meanwhile.
    if (!existsSync(home)) throw new SandboxError('sandbox-unavailable', 'no kernel for the microvm could be fetched', { cause: error, remedy })
  } finally {
    await removeTree(place)
  }
}
