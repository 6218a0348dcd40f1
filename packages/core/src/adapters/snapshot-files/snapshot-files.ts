import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Numbers } from '../../archive/column.ts'
import { snapshotVersion, type RunSnapshot, type RunSnapshots } from '../../archive/run-snapshots.ts'
import type { RunId } from '../../journal/event.ts'

const kinds = { u8: Uint8Array, i32: Int32Array, f32: Float32Array, f64: Float64Array } as const
type Kind = keyof typeof kinds

const headerSchema = z.object({
  version: z.literal(snapshotVersion),
  /** Numbers are stored as this machine has them. */
  endian: z.literal(endianness()),
  head: z.object({ sequence: z.int().min(0), hash: z.string() }),
  facts: z.unknown(),
  /** Piece after piece; several in a row may belong to one column. */
  columns: z.array(z.object({ name: z.string(), kind: z.enum(['u8', 'i32', 'f32', 'f64']), length: z.int().min(0) })),
})
type Header = z.output<typeof headerSchema>

const unusable: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'ENODEV'])

const lengthBytes = 8
const digestBytes = 32

/**
 * Snapshots as files, one a run: length of the header, header as JSON, the columns as they lie in memory, SHA-256 of all that. Written beside and renamed into place: a file is a whole
 * one or it is none. Columns are read straight into their arrays, so that loading takes no more memory than having.
 */
export function createSnapshotFiles(directory: string): RunSnapshots {
  const fileOf = (run: RunId): string => path.join(directory, `${run}.state`)
  return {
    load: async (run) => {
      const file = await openOrNull(fileOf(run))
      if (file === null) return null
      try {
        return await readSnapshot(file)
      } finally {
        await file.close()
      }
    },
    save: async (run, snapshot) => {
      await mkdir(directory, { recursive: true })
      const draft = `${fileOf(run)}.new`
      const file = await open(draft, 'w', 0o600)
      try {
        await writeSnapshot(file, snapshot)
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      } finally {
        await file.close()
      }
      await rename(draft, fileOf(run))
    },
    discard: (run) => rm(fileOf(run), { force: true }),
  }
}

async function openOrNull(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (error) {
    // What cannot be opened is no snapshot either, whatever lies there: the journal says it all.
    if (unusable.has((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

async function writeSnapshot(file: FileHandle, { head, state }: RunSnapshot): Promise<void> {
  const entries = Object.entries(state.columns)
  const header: Header = { version: snapshotVersion, endian: endianness(), head, facts: state.facts, columns: entries.flatMap(([name, pieces]) => pieces.map((values) => ({ name, kind: kindOf(values), length: values.length }))) }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(lengthBytes)
  length.writeBigUInt64LE(BigInt(text.length))
  const hash = createHash('sha256')
  for (const part of [length, text, ...entries.flatMap(([, pieces]) => pieces.map(bytesOf))]) {
    hash.update(part)
    await file.writeFile(part)
  }
  await file.writeFile(hash.digest())
}

/** Null for anything that is not a whole snapshot of this version. */
async function readSnapshot(file: FileHandle): Promise<RunSnapshot | null> {
  const hash = createHash('sha256')
  const about = await file.stat()
  if (!about.isFile()) return null
  const { size } = about
  const length = await read(file, hash, Buffer.alloc(lengthBytes))
  const headerBytes = length === null ? size : Number(length.readBigUInt64LE())
  if (headerBytes >= size) return null
  const text = await read(file, hash, Buffer.alloc(headerBytes))
  const header = text === null ? null : parsed(text)
  // Nothing is made room for that is not there.
  const rest = header?.columns.reduce((sum, { kind, length: entries }) => sum + entries * kinds[kind].BYTES_PER_ELEMENT, digestBytes)
  if (header === null || rest !== size - lengthBytes - headerBytes) return null
  const columns: Record<string, Numbers[]> = {}
  for (const { name, kind, length: entries } of header.columns) {
    const values = new kinds[kind](entries)
    if ((await read(file, hash, bytesOf(values))) === null) return null
    ;(columns[name] ??= []).push(values)
  }
  const digest = Buffer.alloc(digestBytes)
  const { bytesRead } = await file.read(digest)
  if (bytesRead !== digestBytes || !hash.digest().equals(digest)) return null
  return { head: header.head, state: { facts: header.facts, columns } }
}

/** Null at the end of the file. */
async function read<T extends Uint8Array>(file: FileHandle, hash: Hash, into: T): Promise<T | null> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, into.length - at)
    if (bytesRead === 0) return null
    at += bytesRead
  }
  hash.update(into)
  return into
}

function parsed(text: Buffer): Header | null {
  try {
    return headerSchema.safeParse(JSON.parse(text.toString('utf8'))).data ?? null
  } catch {
    // Damaged: the journal says it all.
    return null
  }
}

function bytesOf(values: Numbers): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function kindOf(values: Numbers): Kind {
  const found = (Object.keys(kinds) as Kind[]).find((kind) => values instanceof kinds[kind])
  if (found === undefined) throw new TypeError('a column of another kind')
  return found
}

function endianness(): string {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 'little' : 'big'
}
