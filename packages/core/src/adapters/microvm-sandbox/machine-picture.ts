import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rename, rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { Duplex } from 'node:stream'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { SandboxError, type Launch } from '../../sandbox/sandbox.ts'
import { removeTree } from '../../workspace/remove-tree.ts'
import { commandOwner } from '../bubblewrap-sandbox/stage.ts'
import { FrameReader } from './frame-reader.ts'
import { hostView } from './host-view.ts'
import { guestMemoryMebibytes, machineArguments, machineItself, pictureChannel } from './machine-arguments.ts'
import { spawnMachine, type Setting } from './run-launch.ts'

/** A picture holds the guest's memory, at most. */
const largestPicture = 64 * 1024 ** 3
const pollMs = 20
/** Two weeks. */
const unusedMs = 14 * 24 * 3_600_000

/**
 * Pictures of machines that have booted and wait for their order, one for each size of memory, kept in the cache. Nothing of any launch is in one: shares are
 * mounted, the clock is set and randomness is added only when the order has come. What all guests of a picture have in common is the place of their kernel in
 * memory. A picture is named by all that it depends on, so that none is ever used with another machine.
 */
export function machinePictures(setting: Setting, cacheDirectory: string): (launch: Launch) => Promise<string> {
  const made = new Map<number, Promise<string>>()
  return async (launch) => {
    const size = guestMemoryMebibytes(launch.limits.memoryBytes)
    const file = path.join(cacheDirectory, `picture-${nameFor(setting, launch)}`)
    if (existsSync(file)) {
      await utimes(file, setting.now(), setting.now())
      return file
    }
    const making = made.get(size) ?? record(setting, launch, file)
    made.set(size, making)
    try {
      return await making
    } finally {
      made.delete(size)
    }
  }
}

function nameFor({ host }: Setting, launch: Launch): string {
  const { size, mtimeMs } = statSync(host.qemu)
  // Whether the tree's share is writable is no matter of the machine.
  const parts = [machineItself(host, { ...launch, access: 'throw-away' }), path.basename(host.image.kernel), path.basename(host.image.initialFiles), size, mtimeMs]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Boots a machine with nothing in its shares, and has qemu write down where it stands. */
async function record(setting: Setting, launch: Launch, file: string): Promise<string> {
  const { host } = setting
  const place = await mkdtemp(path.join(host.home, 'picture-'))
  const owner = commandOwner(host.rights)
  if (owner !== null) await chown(place, owner, owner)
  const empty: Launch = { ...launch, access: 'kept', tree: place, mounts: [], readOnly: [], limits: { ...launch.limits, diskBytes: largestPicture } }
  const { sources } = hostView({ executables: {}, toolchains: [], etc: `${host.home}/etc` }, empty)
  const machine = spawnMachine(host, machineArguments(host, empty, { sources, entries: [], startUp: 'record' }), 'pipe')
  const ended = once(machine, 'exit')
  let words = ''
  machine.stderr?.on('data', (bytes: Buffer) => void (words = `${words}${bytes.toString('utf8')}`.slice(-1024)))
  const limit = AbortSignal.timeout(setting.bootMs)
  try {
    await Promise.race([ready(machine.stdout, limit), ended.then(() => Promise.reject(new Error('it ended before')))])
    await written(machine.stdio[pictureChannel] as Duplex, limit)
    return await moved(path.join(place, 'picture'), file, setting.now())
  } catch (error) {
    throw new SandboxError('sandbox-setup-failed', `no picture of a booted machine could be made: ${error instanceof Error ? error.message : ''} ${words.trim()}`, { cause: error, remedy: 'Run `ratchet doctor`: it says what fails.' })
  } finally {
    machine.kill('SIGKILL')
    await ended
    await removeTree(place)
  }
}

async function ready(stream: NodeJS.ReadableStream | null, signal: AbortSignal): Promise<void> {
  const reader = new FrameReader()
  if (stream === null) throw new Error('it has no port')
  for (;;) {
    const [bytes] = (await once(stream, 'data', { signal })) as [Buffer]
    if (reader.take(bytes).some(({ kind }) => kind === 'ready')) return
  }
}

/** Talks with qemu until the picture is written. */
async function written(control: Duplex, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: control })
  const ask = async (execute: string, more: object = {}): Promise<unknown> => {
    control.write(`${JSON.stringify({ execute, ...more })}\n`)
    for (;;) {
      const [line] = (await once(lines, 'line', { signal })) as [string]
      const answer = JSON.parse(line) as { readonly return?: unknown; readonly error?: { readonly desc?: string } }
      if (answer.error !== undefined) throw new Error(`qemu: ${answer.error.desc ?? 'no'}`)
      if ('return' in answer) return answer.return
    }
  }
  await ask('qmp_capabilities')
  await ask('migrate-set-parameters', { arguments: { 'max-bandwidth': largestPicture } })
  await ask('migrate', { arguments: { uri: 'exec:exec cat > /tree/picture' } })
  for (;;) {
    const { status } = (await ask('query-migrate')) as { readonly status?: string }
    if (status === 'completed') return
    if (status === 'failed' || status === 'cancelled') throw new Error(`qemu: the recording ${status}`)
    await sleep(pollMs, undefined, { signal })
  }
}

/** Moved into its place at last: several processes may make the same at once. */
async function moved(from: string, to: string, now: Date): Promise<string> {
  await mkdir(path.dirname(to), { recursive: true })
  const unfinished = `${to}.${process.pid}`
  await copyFile(from, unfinished)
  // qemu runs as the owner of what it wrote, and has the picture open later on: then it must not be its to change.
  await chown(unfinished, process.geteuid?.() ?? 0, process.getegid?.() ?? 0)
  await chmod(unfinished, 0o600)
  await rename(unfinished, to)
  await removeUnused(path.dirname(to), now)
  return to
}

/** Pictures of kernels and of sizes that are no longer asked for. Whoever has one open keeps it. */
async function removeUnused(directory: string, now: Date): Promise<void> {
  for (const name of await readdir(directory)) {
    const file = path.join(directory, name)
    const used = name.startsWith('picture-') ? statSync(file, { throwIfNoEntry: false })?.mtimeMs : undefined
    if (used !== undefined && now.getTime() - used > unusedMs) await rm(file, { force: true })
  }
}
