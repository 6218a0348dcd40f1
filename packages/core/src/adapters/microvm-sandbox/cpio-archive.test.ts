import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpioArchive, type CpioEntry } from './cpio-archive.ts'

interface ReadEntry {
  readonly path: string
  readonly mode: number
  readonly content: Buffer
  readonly device: readonly [number, number]
  readonly inode: number
}

/** Reads the format by its description, knowing nothing of the writer. */
function readArchive(archive: Buffer): readonly ReadEntry[] {
  const entries: ReadEntry[] = []
  for (let at = 0; ; ) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701')
    const field = (index: number): number => Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16)
    const nameEnd = at + 110 + field(11)
    expect(archive[nameEnd - 1]).toBe(0)
    const path = archive.toString('utf8', at + 110, nameEnd - 1)
    const start = Math.ceil(nameEnd / 4) * 4
    if (path === 'TRAILER!!!') {
      expect(start).toBe(archive.length)
      return entries
    }
    entries.push({ path, mode: field(1), content: archive.subarray(start, start + field(6)), device: [field(9), field(10)], inode: field(0) })
    at = Math.ceil((start + field(6)) / 4) * 4
  }
}

const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('/') && !text.includes('\0') && text !== '.' && text !== '..' && text.isWellFormed())
const mode = fc.integer({ min: 0, max: 0o7777 })
/** Files and links lie in folders of their own kind, so that no file is also a folder. */
const entry: fc.Arbitrary<CpioEntry> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), path: fc.tuple(name, name).map(([a, b]) => `f${a}/x${b}`), mode, content: fc.uint8Array({ maxLength: 50 }) }),
  fc.record({ kind: fc.constant('link' as const), path: name.map((a) => `l${a}`), target: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('character-device' as const), path: name.map((a) => `c${a}`), mode, major: fc.nat(4095), minor: fc.nat(255) }),
  fc.record({ kind: fc.constant('directory' as const), path: name.map((a) => `d${a}`), mode }),
)

describe('an archive', () => {
  it('is read back as what was written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ path }) => path }), (entries) => {
        const read = new Map(readArchive(cpioArchive(entries)).map((one) => [one.path, one]))
        for (const one of entries) {
          const found = read.get(one.path)
          const type = { directory: 0o040000, file: 0o100000, link: 0o120000, 'character-device': 0o020000 }[one.kind]
          expect(found?.mode).toBe(type | (one.kind === 'link' ? 0o777 : one.mode))
          if (one.kind === 'file') expect(found?.content).toEqual(Buffer.from(one.content))
          if (one.kind === 'link') expect(found?.content.toString('utf8')).toBe(one.target)
          if (one.kind === 'character-device') expect(found?.device).toEqual([one.major, one.minor])
        }
      }),
    )
  })

  it('has every folder once, before what is in it, and an own number for every entry', () => {
    const file = (path: string): CpioEntry => ({ kind: 'file', path, mode: 0o644, content: Buffer.from('x') })
    const read = readArchive(cpioArchive([file('a/b/one'), file('a/b/two'), file('a/three')]))
    expect(read.map(({ path }) => path)).toEqual(['a', 'a/b', 'a/b/one', 'a/b/two', 'a/three'])
    expect(new Set(read.map(({ inode }) => inode)).size).toBe(5)
  })

  it('is the same for the same entries', () => {
    const entries: readonly CpioEntry[] = [{ kind: 'link', path: 'bin', target: 'usr/bin' }]
    expect(cpioArchive(entries)).toEqual(cpioArchive(entries))
  })

  it.each(['', '/etc', 'a//b', 'a/../b', './a', 'a/', 'TRAILER!!!', 'a\0b'])('refuses the path %j', (path) => {
    expect(() => cpioArchive([{ kind: 'directory', path, mode: 0o755 }])).toThrow(RangeError)
  })

  it('refuses two things of one name', () => {
    const file: CpioEntry = { kind: 'file', path: 'a', mode: 0o644, content: new Uint8Array() }
    expect(() => cpioArchive([file, file])).toThrow(RangeError)
    expect(() => cpioArchive([file, { ...file, path: 'a/b' }])).toThrow(RangeError)
  })
})
