import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { SandboxError } from '../../sandbox/sandbox.ts'
import { seccompProgram } from '../bubblewrap-sandbox/seccomp-filter.ts'
import { cpioArchive, type CpioEntry } from './cpio-archive.ts'
import type { FoundKernel } from './find-kernel.ts'
import { guestProgram } from './guest-program.ts'
import { kernelVersion, unpackedKernel } from './kernel-image.ts'
import { collectModules, wantedModules } from './kernel-modules.ts'

const execute = promisify(execFile)

/** What a machine is started with. Both files are named by what they are made of, so that a change of anything makes new ones. */
export interface GuestImage {
  readonly kernel: string
  readonly initialFiles: string
  /** Kernel version, for people. */
  readonly version: string
}

/** Builds the image, or finds it in the cache from before. */
export async function buildGuestImage(found: FoundKernel, cacheDirectory: string): Promise<GuestImage> {
  await mkdir(cacheDirectory, { recursive: true })
  const file = await readFile(found.kernel)
  try {
    const files = cpioArchive(await initialFiles(found))
    return {
      kernel: await inCache(path.join(cacheDirectory, `kernel-${digestOf(file)}`), () => unpackedKernel(file) ?? file),
      initialFiles: await inCache(path.join(cacheDirectory, `files-${digestOf(files)}`), () => files),
      version: kernelVersion(file),
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SandboxError('sandbox-unavailable', `${found.kernel} cannot be used as the kernel of a microvm: ${error.message}`, { cause: error, remedy: 'Name another kernel, or none: then Debian\'s is fetched.' })
  }
}

async function initialFiles({ modules }: FoundKernel): Promise<readonly CpioEntry[]> {
  const filter = seccompProgram('x64')
  if (filter === null) throw new TypeError('there is no filter of system calls for x86-64')
  return [
    { kind: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { kind: 'file', path: 'init', mode: 0o755, content: Buffer.from(guestProgram) },
    { kind: 'file', path: 'seccomp', mode: 0o600, content: filter },
    ...collectModules(modules, wantedModules).map(({ content }, index): CpioEntry => ({ kind: 'file', path: `modules/${String(index).padStart(2, '0')}`, mode: 0o600, content })),
    ...(await perl()),
  ]
}

/** The host's Perl with its shared libraries, each where its loader looks for it. */
async function perl(): Promise<readonly CpioEntry[]> {
  const program = ['/usr/bin/perl', '/bin/perl'].find(existsSync)
  if (program === undefined) throw new SandboxError('sandbox-unavailable', 'there is no /usr/bin/perl, which the guest starts with', { remedy: 'Install perl.' })
  const { stdout } = await execute('ldd', [program], { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })
  const libraries = [...new Set([...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? ''))]
  const entries = [program, ...libraries].map(async (source): Promise<CpioEntry> => ({ kind: 'file', path: source === program ? 'bin/perl' : source.slice(1), mode: 0o755, content: await readFile(await realpath(source)) }))
  return Promise.all(entries)
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

/** Finds or writes a file. Written beside its place and moved there: several processes may make the same at once. */
async function inCache(file: string, make: () => Buffer): Promise<string> {
  if (existsSync(file)) return file
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, make(), { mode: 0o644 })
  await rename(unfinished, file)
  return file
}
