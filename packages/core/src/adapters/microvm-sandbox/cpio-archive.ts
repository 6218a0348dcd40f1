/** One entry of an archive. Paths are relative, with `/` between names and without `.` or `..`. */
export type CpioEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'character-device'; readonly path: string; readonly mode: number; readonly major: number; readonly minor: number }

const typeBits: Readonly<Record<CpioEntry['kind'], number>> = { directory: 0o040000, file: 0o100000, link: 0o120000, 'character-device': 0o020000 }
const largestField = 0xffff_ffff
const trailer = 'TRAILER!!!'

/**
 * Writes the format that a Linux kernel unpacks as its first file system: "newc", fields in hexadecimal, names and contents padded to 4 bytes. Every
 * entry belongs to root and is from 1970, so that the same entries give the same bytes. The kernel makes no folders by itself: those above an entry must
 * come before it, and are added here where they are missing.
 */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = []
  const seen = new Map<string, CpioEntry['kind']>()
  let inode = 1
  for (const entry of entries.flatMap((one) => [...foldersAbove(one.path), one])) {
    requirePlainPath(entry.path)
    const before = seen.get(entry.path)
    if (before === 'directory' && entry.kind === 'directory') continue
    if (before !== undefined) throw new RangeError(`two entries of an archive are called ${JSON.stringify(entry.path)}`)
    seen.set(entry.path, entry.kind)
    parts.push(...written(entry, inode++))
  }
  parts.push(...record({ inode: 0, mode: 0, links: 1, device: [0, 0] }, trailer, Buffer.alloc(0)))
  return Buffer.concat(parts)
}

function foldersAbove(path: string): readonly CpioEntry[] {
  const names = path.split('/').slice(0, -1)
  return names.map((_, index) => ({ kind: 'directory', path: names.slice(0, index + 1).join('/'), mode: 0o755 }))
}

function requirePlainPath(path: string): void {
  const names = path.split('/')
  if (names.some((name) => name === '' || name === '.' || name === '..') || path.includes('\0') || path === trailer) throw new RangeError(`no path for an archive: ${JSON.stringify(path)}`)
}

function written(entry: CpioEntry, inode: number): readonly Buffer[] {
  const permissions = entry.kind === 'link' ? 0o777 : entry.mode & 0o7777
  const header = { inode, mode: typeBits[entry.kind] | permissions, links: entry.kind === 'directory' ? 2 : 1, device: [0, 0] as const }
  switch (entry.kind) {
    case 'directory':
      return record(header, entry.path, Buffer.alloc(0))
    case 'file':
      return record(header, entry.path, Buffer.from(entry.content.buffer, entry.content.byteOffset, entry.content.byteLength))
    case 'link':
      return record(header, entry.path, Buffer.from(entry.target))
    case 'character-device':
      return record({ ...header, device: [entry.major, entry.minor] }, entry.path, Buffer.alloc(0))
  }
}

interface Header {
  readonly inode: number
  readonly mode: number
  readonly links: number
  readonly device: readonly [number, number]
}

function record({ inode, mode, links, device }: Header, path: string, content: Buffer): readonly Buffer[] {
  const name = Buffer.from(`${path}\0`)
  // inode, mode, uid, gid, links, time, size, the device it lies on (2), the device it is (2), length of the name, checksum (none in this variant).
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, ...device, name.length, 0]
  for (const value of fields) if (value > largestField) throw new RangeError(`${path} is too large for an archive`)
  const head = Buffer.concat([Buffer.from(`070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`), name])
  return [head, padding(head.length), content, padding(content.length)]
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4)
}
