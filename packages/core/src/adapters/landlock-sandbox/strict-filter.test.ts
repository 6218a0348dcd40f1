import { describe, expect, it } from 'vitest'
import { strictFilter, type StrictFilterOptions } from './strict-filter.ts'

const [allowed, refused, noFamily] = [0x7fff0000, 0x00050001, 0x00050061]

/** As the kernel runs it: no loops, jumps only forward, so that every program ends. */
function answer(program: Buffer, number: number, ...args: readonly bigint[]): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number, 0)
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(value, 16 + 8 * index)
  let held = 0
  for (let at = 0; at < program.length / 8; at++) {
    const [code, yes, no, operand] = [program.readUInt16LE(8 * at), program.readUInt8(8 * at + 2), program.readUInt8(8 * at + 3), program.readUInt32LE(8 * at + 4)]
    if (code === 0x20) held = data.readUInt32LE(operand)
    else if (code === 0x54) held = (held & operand) >>> 0
    else if (code === 0x15) at += held === operand ? yes : no
    else if (code === 0x06) return operand
    else throw new Error(`unknown instruction ${code}`)
  }
  throw new Error('ran off the end')
}

const plain: StrictFilterOptions = { network: false, sharesUser: false, scopesSignals: true }
const own: StrictFilterOptions = { ...plain, sharesUser: true }
const oldOwn: StrictFilterOptions = { ...own, scopesSignals: false }

describe.each([
  { arch: 'x64', read: 0, socket: 41, pair: 53, chmod: 268, utimensat: 280, kill: 62, prlimit: 302, shmget: 29, fcntl: 72, fchmod: 91 },
  { arch: 'arm64', read: 63, socket: 198, pair: 199, chmod: 53, utimensat: 88, kill: 129, prlimit: 261, shmget: 194, fcntl: 25, fchmod: 52 },
])('on $arch', ({ arch, ...n }) => {
  const filter = (options: StrictFilterOptions): Buffer => strictFilter(arch, options) ?? Buffer.alloc(0)

  it('leaves no socket but connected pairs that cannot be sent elsewhere', () => {
    for (const family of [1n, 2n, 10n, 16n]) expect(answer(filter(plain), n.socket, family, 1n)).toBe(noFamily)
    for (const type of [1n, 5n, 0x80801n]) expect(answer(filter(plain), n.pair, 1n, type)).toBe(allowed)
    for (const type of [2n, 3n, 0x80802n]) expect(answer(filter(plain), n.pair, 1n, type)).toBe(refused)
    expect(answer(filter(plain), n.pair, 16n, 1n)).toBe(noFamily)
    expect(answer(filter({ ...plain, network: true }), n.socket, 2n, 1n)).toBe(allowed)
  })

  it('refuses what belongs to the whole machine, and limits of other processes', () => {
    for (const options of [plain, own, { ...plain, network: true }]) {
      expect(answer(filter(options), n.shmget, 1n)).toBe(refused)
      expect([answer(filter(options), n.prlimit, 0n), answer(filter(options), n.prlimit, 7n), answer(filter(options), n.read)]).toEqual([allowed, refused, allowed])
    }
  })

  it('takes the rights of an owner from a command of our own user, and signals where the kernel does not', () => {
    expect([answer(filter(plain), n.chmod), answer(filter(plain), n.fchmod), answer(filter(plain), n.kill, 7n)]).toEqual([allowed, allowed, allowed])
    expect([answer(filter(own), n.chmod), answer(filter(own), n.fchmod), answer(filter(own), n.kill, 7n)]).toEqual([refused, refused, allowed])
    expect([answer(filter(own), n.utimensat, 3n, 0n), answer(filter(own), n.utimensat, 3n, 1n << 40n), answer(filter(own), n.utimensat, 3n, 5n)]).toEqual([allowed, refused, refused])
    expect([answer(filter(oldOwn), n.kill, 0n), answer(filter(oldOwn), n.kill, 7n), answer(filter(oldOwn), n.kill, 0xffffffffn)]).toEqual([allowed, refused, refused])
    expect([answer(filter(oldOwn), n.fcntl, 3n, 8n), answer(filter(oldOwn), n.fcntl, 3n, 4n)]).toEqual([refused, allowed])
  })
})

it('knows no other architecture', () => {
  expect(strictFilter('riscv64', plain)).toBeNull()
})
