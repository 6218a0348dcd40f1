import { randomBytes } from 'node:crypto'
import type { Launch } from '../../sandbox/sandbox.ts'

/** Where a thing of the host is in the guest's share of it, and where the command sees it. */
export interface Shown {
  /** Name in the share: its number among what is shared. */
  readonly share: number
  readonly target: string
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>
  /** Symbolic links of the command's root: where each leads, and its path. */
  readonly links: readonly (readonly [string, string])[]
  readonly shown: readonly Shown[]
}

export const defaultDirectory = '/work'

/** The order that the guest's first program waits for: a length, then fields, each with its length before it. */
export function launchOrder(launch: Launch, surroundings: Surroundings, now: Date): Buffer {
  const { limits } = launch
  const guarded = launch.access === 'kept' ? [] : launch.readOnly
  const fields: readonly (string | Uint8Array)[] = [
    // Seconds since 1970, and randomness: a guest that is started from a picture of its memory has the same of both as all others.
    String(Math.floor(now.getTime() / 1000)), randomBytes(64),
    launch.command, launch.access, String(limits.memoryBytes), String(limits.processes), String(Math.ceil(limits.cpuMs / 1000) + 1), String(limits.diskBytes),
    launch.collect ?? '', launch.channel === undefined ? '' : Buffer.concat([Buffer.from('+'), launch.channel]), launch.directory ?? defaultDirectory,
    ...listed(Object.entries({ ...surroundings.environment, ...launch.environment }).flat()),
    ...listed(surroundings.links.flat()),
    ...listed(surroundings.shown.flatMap(({ share, target }) => [String(share), target])),
    ...listed(foldersAbove(guarded)),
    ...listed(guarded),
  ]
  return withLength(Buffer.concat(fields.map((field) => withLength(bytesOf(field)))))
}

function listed(items: readonly string[]): readonly string[] {
  return [String(items.length), ...items]
}

function bytesOf(field: string | Uint8Array): Buffer {
  return typeof field === 'string' ? Buffer.from(field) : Buffer.from(field.buffer, field.byteOffset, field.byteLength)
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Every folder above a path, outermost first: renaming one would carry a read-only file away and leave room for another. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths) for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) folders.add(path.slice(0, end))
  return [...folders].sort((a, b) => a.split('/').length - b.split('/').length)
}
