import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** An archive that a machine sent and that no honest tar writes. */
export class BadArchive extends Error {}

const block = 512

interface Entry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link'
  readonly mode: number
  readonly link: string
  readonly content: Buffer
}

/**
 * Writes what a machine has made into an empty directory. The archive comes from where a hostile command ran, so that only files, directories and symbolic links
 * are taken, no name leads out, hard links and devices are refused, and links are made last: nothing is ever written through one.
 *
 * @throws BadArchive for anything else
 */
export async function unpackArchive(archive: Buffer, directory: string): Promise<void> {
  const links: Entry[] = []
  for (const entry of entriesOf(archive)) {
    if (entry.name === '') continue
    if (entry.kind === 'link') {
      links.push(entry)
      continue
    }
    const place = path.join(directory, entry.name)
    await mkdir(entry.kind === 'directory' ? place : path.dirname(place), { recursive: true })
    // A name twice would be written over what came first; with `wx` it fails.
    if (entry.kind === 'file') await writeFile(place, entry.content, { mode: entry.mode & 0o777, flag: 'wx' })
  }
  for (const { name, link } of links) await makeLink(directory, name, link)
}

/** A link made before may stand where this one's directory should be. */
async function makeLink(directory: string, name: string, link: string): Promise<void> {
  const parts = name.split('/')
  for (let end = 1; end < parts.length; end++) {
    const above = path.join(directory, ...parts.slice(0, end))
    const status = await lstat(above).catch(missing)
    if (status === null) await mkdir(above)
    else if (!status.isDirectory()) throw new BadArchive(`${name} lies behind something that is no directory`)
  }
  await symlink(link, path.join(directory, name))
}

/** Entries of a tar archive in the pax format, which is ustar with records of longer names before an entry. */
function* entriesOf(archive: Buffer): Generator<Entry> {
  let extended: ReadonlyMap<string, string> = new Map()
  for (let at = 0; at + block <= archive.length; ) {
    const header = archive.subarray(at, at + block)
    if (header.every((byte) => byte === 0)) return
    requireSum(header)
    const size = Number(extended.get('size') ?? octal(header, 124, 12))
    if (!Number.isSafeInteger(size) || size < 0 || at + block + size > archive.length) throw new BadArchive('an entry is longer than the archive')
    const content = archive.subarray(at + block, at + block + size)
    at += block + Math.ceil(size / block) * block
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'x') {
      extended = records(content)
      continue
    }
    if (type === 'g') continue
    yield { name: safeName(extended.get('path') ?? ustarName(header)), kind: kindOf(type), mode: octal(header, 100, 8), link: safeLink(extended.get('linkpath') ?? field(header, 157, 100)), content }
    extended = new Map()
  }
}

function kindOf(type: string): Entry['kind'] {
  if (type === '0' || type === '\0') return 'file'
  if (type === '5') return 'directory'
  if (type === '2') return 'link'
  throw new BadArchive(`an entry of type ${JSON.stringify(type)}`)
}

/** Relative, without `..`, and without a `.`. */
function safeName(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0')) throw new BadArchive(`the name ${JSON.stringify(name)}`)
  return parts.join('/')
}

/** Where it leads is nobody's concern here: links of a tree are data. */
function safeLink(link: string): string {
  if (link.includes('\0')) throw new BadArchive('a link with a NUL')
  return link
}

function ustarName(header: Buffer): string {
  const prefix = field(header, 345, 155)
  return prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`
}

function field(header: Buffer, start: number, length: number): string {
  const bytes = header.subarray(start, start + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? length : end)
}

function octal(header: Buffer, start: number, length: number): number {
  const text = field(header, start, length).trim()
  if (!/^[0-7]*$/.test(text)) throw new BadArchive('a number that is not octal')
  return Number.parseInt(text === '' ? '0' : text, 8)
}

function requireSum(header: Buffer): void {
  let sum = 0
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte
  if (sum !== octal(header, 148, 8)) throw new BadArchive('a header whose sum is wrong')
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function records(content: Buffer): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const length = Number(content.toString('latin1', at, space))
    if (space === -1 || !Number.isInteger(length) || length < 5 || at + length > content.length) throw new BadArchive('a broken record')
    const record = content.toString('utf8', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    if (equals === -1) throw new BadArchive('a broken record')
    found.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return found
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
