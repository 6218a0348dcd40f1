import { execFileSync } from 'node:child_process'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

const sector = 512
/** XEN_ELFNOTE_PHYS32_ENTRY with its owner: what tells qemu where to enter. */
const entryNote = Buffer.from([0x12, 0, 0, 0, 0x58, 0x65, 0x6e, 0])

/** The version of a bzImage, as in /lib/modules. Throws RangeError for what is no kernel: a file that a user named may be anything. */
export function kernelVersion(file: Buffer): string {
  if (file.length < 0x260 || file.toString('latin1', 0x202, 0x206) !== 'HdrS') throw new RangeError('it is no Linux kernel (bzImage) for x86-64')
  const start = file.readUInt16LE(0x20e) + sector
  const version = /^[\w.+~-]+/.exec(file.toString('latin1', start, start + 256))?.[0]
  if (version === undefined) throw new RangeError('it does not say its version')
  return version
}

/**
 * The kernel itself, as an ELF file that qemu can enter directly: unpacking it here and not in the guest saves seconds under emulation. Null where the
 * file must be booted as it is, because the packing is one that we cannot undo, or the kernel cannot be entered this way.
 */
export function unpackedKernel(file: Buffer): Buffer | null {
  const elf = unpackedBytes(payloadOf(file))
  return elf !== null && elf.toString('latin1', 1, 4) === 'ELF' && elf.includes(entryNote) ? elf : null
}

function payloadOf(file: Buffer): Buffer {
  const setupSectors = file.readUInt8(0x1f1) || 4
  const start = (setupSectors + 1) * sector + file.readUInt32LE(0x248)
  const length = file.readUInt32LE(0x24c)
  // The last four bytes are the unpacked size, which the boot loader's own unpacker wants.
  return file.subarray(start, start + Math.max(0, length - 4))
}

export type Packing = 'gzip' | 'zstd' | 'xz' | 'none'

/** How something is packed, by its first bytes. */
export function packingOf(bytes: Buffer): Packing {
  const start = bytes.toString('hex', 0, 6)
  if (start.startsWith('1f8b')) return 'gzip'
  if (start.startsWith('28b52ffd')) return 'zstd'
  return start === 'fd377a585a00' ? 'xz' : 'none'
}

function unpackedBytes(payload: Buffer): Buffer | null {
  try {
    return unpack(payload)
  } catch (error) {
    // Without the program xz, or with something behind the packed bytes, the kernel unpacks itself as always.
    if (error instanceof Error) return null
    throw error
  }
}

const largestUnpacked = 512 * 1024 ** 2

/** Undoes what kernels and modules are packed with; throws where it cannot. Other bytes come back as they are. */
export function unpack(bytes: Buffer): Buffer {
  switch (packingOf(bytes)) {
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: largestUnpacked })
    case 'zstd':
      return zstdDecompressSync(bytes, { maxOutputLength: largestUnpacked })
    case 'xz':
      return execFileSync('xz', ['-dc'], { input: bytes, maxBuffer: largestUnpacked, stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: '/usr/bin:/bin' } })
    case 'none':
      return bytes
  }
}
