import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { unpack } from './kernel-image.ts'

export interface KernelModule {
  readonly name: string
  readonly content: Buffer
}

/** What the guest needs of its kernel: a PCI bus with virtio devices, a serial port, randomness, shares of host directories, overlays. */
export const wantedModules = ['virtio_pci', 'virtio_console', 'virtio_rng', '9pnet_virtio', '9p', 'overlay'] as const

const signatureEnd = Buffer.from('~Module signature appended~\n')
const notePosition = 12

/**
 * The wanted modules and all they depend on, each after what it depends on. Reads the dependencies out of the modules, because a package that was only
 * unpacked has no list of them. What is built into the kernel is passed over; what is nowhere throws RangeError.
 */
export function collectModules(directory: string, wanted: readonly string[]): readonly KernelModule[] {
  const files = moduleFiles(directory)
  const builtIn = builtInNames(directory)
  const collected = new Map<string, KernelModule>()
  const visiting = new Set<string>()
  const visit = (name: string): void => {
    if (collected.has(name) || builtIn.has(name) || visiting.has(name)) return
    const file = files.get(name)
    if (file === undefined) throw new RangeError(`the kernel has no module ${name}`)
    visiting.add(name)
    const content = withoutSignature(unpack(readFileSync(file)))
    for (const other of dependencies(content)) visit(other)
    collected.set(name, { name, content })
  }
  for (const name of wanted) visit(name)
  return [...collected.values()]
}

/** `virtio-rng.ko` is the module virtio_rng. */
function nameOf(file: string): string {
  return path.basename(file).replace(/\.ko(\.(gz|xz|zst))?$/, '').replaceAll('-', '_')
}

function moduleFiles(directory: string): ReadonlyMap<string, string> {
  const entries = readdirSync(path.join(directory, 'kernel'), { recursive: true, withFileTypes: true })
  return new Map(entries.flatMap((entry) => (/\.ko(\.(gz|xz|zst))?$/.test(entry.name) ? [[nameOf(entry.name), path.join(entry.parentPath, entry.name)] as const] : [])))
}

function builtInNames(directory: string): ReadonlySet<string> {
  const list = path.join(directory, 'modules.builtin')
  return new Set(existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean).map(nameOf) : [])
}

/** From the section .modinfo: strings, each ended by a zero byte, one of them `depends=a,b`. */
export function dependencies(content: Buffer): readonly string[] {
  const mark = Buffer.from('\0depends=')
  const at = content.indexOf(mark)
  if (at < 0) return []
  const start = at + mark.length
  const end = content.indexOf(0, start)
  return content.toString('latin1', start, end < 0 ? content.length : end).split(',').filter(Boolean).map((name) => name.replaceAll('-', '_'))
}

/** Checking a signature takes the guest long under emulation, and these bytes are ours to vouch for. */
export function withoutSignature(content: Buffer): Buffer {
  if (!content.subarray(-signatureEnd.length).equals(signatureEnd)) return content
  const note = content.length - signatureEnd.length - notePosition
  const length = content.readUInt32BE(note + 8)
  return content.subarray(0, Math.max(0, note - length))
}
