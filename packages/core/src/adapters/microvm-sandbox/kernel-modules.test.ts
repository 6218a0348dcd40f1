import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernelVersion, unpack, unpackedKernel } from './kernel-image.ts'
import { collectModules, withoutSignature } from './kernel-modules.ts'

let directory: string

function moduleWith(depends: string): Buffer {
  return Buffer.from(`\x7fELF rest\0license=GPL\0depends=${depends}\0retpoline=Y\0`, 'latin1')
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-modules-'))
  await mkdir(path.join(directory, 'kernel/fs'), { recursive: true })
  await writeFile(path.join(directory, 'modules.builtin'), 'kernel/lib/built-in.ko\n')
  await writeFile(path.join(directory, 'kernel/fs/top.ko'), moduleWith('middle,bottom,built_in'))
  await writeFile(path.join(directory, 'kernel/middle.ko.zst'), zstdCompressSync(moduleWith('low-est')))
  await writeFile(path.join(directory, 'kernel/bottom.ko.gz'), gzipSync(moduleWith('')))
  await writeFile(path.join(directory, 'kernel/low-est.ko'), moduleWith(''))
  await writeFile(path.join(directory, 'kernel/lonely.ko'), moduleWith('nowhere'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('modules of a kernel', () => {
  it('come each after what they depend on, unpacked, and without what is built in', () => {
    const modules = collectModules(directory, ['top', 'bottom'])
    expect(modules.map(({ name }) => name)).toEqual(['low_est', 'middle', 'bottom', 'top'])
    for (const { content } of modules) expect(content.toString('latin1', 1, 4)).toBe('ELF')
  })

  it('that are missing are an error', () => {
    expect(() => collectModules(directory, ['lonely'])).toThrow(RangeError)
  })

  it('lose an appended signature and nothing else', () => {
    const body = Buffer.from('the module')
    const note = Buffer.alloc(12)
    note.writeUInt32BE(5, 8)
    expect(withoutSignature(Buffer.concat([body, Buffer.from('12345'), note, Buffer.from('~Module signature appended~\n')]))).toEqual(body)
    expect(withoutSignature(body)).toEqual(body)
  })
})

/** The parts of a bzImage that are read: magic, place of the version, place of the packed kernel. */
function kernelFile(payload: Buffer): Buffer {
  const head = Buffer.alloc(2 * 512)
  head.writeUInt8(1, 0x1f1)
  head.write('HdrS', 0x202, 'latin1')
  head.writeUInt16LE(0x300 - 512, 0x20e)
  head.writeUInt32LE(payload.length + 4, 0x24c)
  head.write('6.1.0-5-some (builder) #1', 0x300, 'latin1')
  return Buffer.concat([head, payload, Buffer.alloc(4)])
}

describe('a kernel file', () => {
  const elf = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.from([4, 0, 0, 0, 8, 0, 0, 0, 0x12, 0, 0, 0]), Buffer.from('Xen\0')])

  it('says its version and is unpacked', () => {
    for (const packed of [gzipSync(elf), zstdCompressSync(elf)]) {
      expect(kernelVersion(kernelFile(packed))).toBe('6.1.0-5-some')
      expect(unpackedKernel(kernelFile(packed))).toEqual(elf)
    }
  })

  it('stays as it is where it cannot be unpacked or entered', () => {
    for (const payload of [Buffer.from('\x02\x21\x4c\x18 lz4', 'latin1'), gzipSync(elf).subarray(0, 20), gzipSync(Buffer.from('\x7fELF no note', 'latin1'))]) expect(unpackedKernel(kernelFile(payload))).toBeNull()
  })

  it('that is something else is refused', () => {
    expect(() => kernelVersion(Buffer.alloc(4096))).toThrow(RangeError)
    expect(() => kernelVersion(Buffer.from('short'))).toThrow(RangeError)
  })

  it('bytes that are not packed stay as they are', () => {
    expect(unpack(elf)).toBe(elf)
  })
})
