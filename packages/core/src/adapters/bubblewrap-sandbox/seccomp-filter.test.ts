import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNumber, deniedCalls, restrictedCalls, seccompProgram, unimplementedCalls, type FilteredCall, type Sockets } from './seccomp-filter.ts'

const names: readonly FilteredCall[] = [...deniedCalls, ...restrictedCalls, ...unimplementedCalls]
const audit = { x64: 0xc000003e, arm64: 0xc00000b7, i386: 0x40000003, arm: 0x40000028 } as const
const architectures = ['x64', 'arm64'] as const
type Name = (typeof architectures)[number]

/** What the kernel's interpreter does with the few instructions used here; anything else is a mistake in the program. */
function interpret(program: Buffer, data: Buffer): number {
  let accumulator = 0
  for (let at = 0; at < program.length / 8; at++) {
    const [code, yes, no, operand] = [program.readUInt16LE(8 * at), program.readUInt8(8 * at + 2), program.readUInt8(8 * at + 3), program.readUInt32LE(8 * at + 4)]
    const jump = (condition: boolean): void => {
      at += condition ? yes : no
    }
    switch (code) {
      case 0x20:
        accumulator = data.readUInt32LE(operand)
        break
      case 0x06:
        return operand
      case 0x15:
        jump(accumulator === operand)
        break
      case 0x25:
        jump(accumulator > operand)
        break
      case 0x35:
        jump(accumulator >= operand)
        break
      case 0x45:
        jump((accumulator & operand) !== 0)
        break
      default:
        throw new Error(`instruction ${at} is unknown: ${code}`)
    }
  }
  throw new Error('ran off the end')
}

interface Call {
  readonly architecture: Name
  readonly number: number
  readonly audit?: number
  readonly args?: readonly bigint[]
}

function outcome(call: Call, sockets: Sockets = 'unix'): string {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(call.number >>> 0, 0)
  data.writeUInt32LE(call.audit ?? audit[call.architecture], 4)
  for (const [index, value] of (call.args ?? []).entries()) data.writeBigUInt64LE(BigInt.asUintN(64, value), 16 + 8 * index)
  const result = interpret(seccompProgram(call.architecture, sockets) ?? Buffer.alloc(0), data)
  if (result === 0x7fff0000) return 'allow'
  if (result === 0x80000000) return 'kill'
  return result >>> 16 === 5 ? `errno ${result & 0xffff}` : `unknown ${result}`
}

const numberOf = (name: FilteredCall, architecture: Name): number => callNumber(name, architecture) ?? -1
/** 32 bits of junk in the half of an argument that the kernel does not look at. */
const highHalf = 0xdeadbeefn << 32n

describe.each(architectures)('the filter for %s', (architecture) => {
  const named = (name: FilteredCall, ...args: bigint[]): string => outcome({ architecture, number: numberOf(name, architecture), args })
  const known = new Set(names.map((name) => numberOf(name, architecture)))

  it('is a whole number of instructions, within the limit of the kernel, without a jump past its end', () => {
    const program = seccompProgram(architecture) ?? Buffer.alloc(0)
    const length = program.length / 8
    expect(Number.isInteger(length) && length > 100 && length <= 4096).toBe(true)
    for (let at = 0; at < length; at++) {
      if ((program.readUInt16LE(8 * at) & 7) === 5) expect(at + 1 + Math.max(program.readUInt8(8 * at + 2), program.readUInt8(8 * at + 3))).toBeLessThan(length)
    }
    expect(program.readUInt16LE(8 * (length - 1))).toBe(0x06)
  })

  it('has one number for each call', () => {
    const present = names.filter((name) => callNumber(name, architecture) !== null)
    expect(new Set(present.map((name) => numberOf(name, architecture))).size).toBe(present.length)
    expect(new Set(names).size).toBe(names.length)
  })

  it('refuses what is denied, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.constantFrom(...deniedCalls), fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 6 }), (name, args) => {
        if (callNumber(name, architecture) !== null) expect(named(name, ...args)).toBe('errno 1')
      }),
    )
  })

  it('answers "not implemented" where programs have an older way', () => {
    for (const name of unimplementedCalls) expect(named(name)).toBe('errno 38')
  })

  it('allows every number it has no rule for', () => {
    const unlisted = fc.integer({ min: 0, max: 0x3fffffff }).filter((number) => !known.has(number) && (architecture === 'arm64' || number < 512 || number > 547))
    const common = fc.integer({ min: 0, max: 511 }).filter((number) => !known.has(number))
    fc.assert(
      fc.property(fc.oneof(unlisted, common), (number) => {
        expect(outcome({ architecture, number })).toBe('allow')
      }),
    )
  })

  it('kills a call made under the numbers of another architecture', () => {
    const foreign = fc.oneof(fc.constantFrom(...Object.values(audit)), fc.integer({ min: 0, max: 0xffffffff })).filter((value) => value !== audit[architecture])
    fc.assert(
      fc.property(foreign, fc.integer({ min: 0, max: 0xffffffff }), (audit, number) => {
        expect(outcome({ architecture, number, audit })).toBe('kill')
      }),
    )
  })

  it('tells threads and processes from new namespaces, with junk in the high half too', () => {
    const thread = 0x003d0f00n
    expect(named('clone', thread)).toBe('allow')
    expect(named('clone', 0x01200011n | highHalf)).toBe('allow')
    for (const flag of [0x00020000n, 0x02000000n, 0x04000000n, 0x08000000n, 0x10000000n, 0x20000000n, 0x40000000n]) {
      for (const rest of [0n, 17n, thread, highHalf]) expect(named('clone', flag | rest)).toBe('errno 1')
    }
  })

  it('refuses to type into a terminal, and leaves other controls alone', () => {
    for (const request of [0x5412n, 0x541cn]) {
      for (const high of [0n, highHalf, 0xffffffffn << 32n]) expect(named('ioctl', 0n, request | high, 0n)).toBe('errno 1')
    }
    for (const request of [0x5401n, 0x5413n, 0x5421n, 0x125412n]) expect(named('ioctl', 0x5412n, request, 0x541cn)).toBe('allow')
  })

  it.each(['socket', 'socketpair'] as const)('offers unix sockets alone to %s, and three families more where a network is wanted', (name) => {
    for (const family of [1n, 2n, 10n, 16n]) {
      expect(named(name, family, 1n)).toBe(family === 1n ? 'allow' : 'errno 97')
      expect(outcome({ architecture, number: numberOf(name, architecture), args: [family, 1n] }, 'network')).toBe('allow')
    }
    for (const family of [0n, 3n, 17n, 38n, 40n, 44n, 0xffffffffn, 40n | (1n << 32n)]) {
      expect(named(name, family, 1n)).toBe('errno 97')
      expect(outcome({ architecture, number: numberOf(name, architecture), args: [family, 1n] }, 'network')).toBe('errno 97')
    }
  })

  it('lets a personality be asked for, not hardening be switched off', () => {
    for (const value of [0n, 8n, 0xffffffffn, -1n]) expect(named('personality', value)).toBe('allow')
    for (const value of [0x0040000n, 0x0400000n, 0x0040008n, 0x0040000n | highHalf]) expect(named('personality', value)).toBe('errno 1')
  })

  it('turns advice that empties the page cache into nothing, and only that', () => {
    expect(named('fadvise64', 3n, 0n, 0n, 4n)).toBe('errno 0')
    expect(named('fadvise64', 3n, 0n, 0n, 4n | highHalf)).toBe('errno 0')
    for (const advice of [0n, 1n, 2n, 3n, 5n]) expect(named('fadvise64', 4n, 4n, 4n, advice)).toBe('allow')
    for (const advice of [20n, 21n, 21n | highHalf]) expect(named('madvise', 0n, 4096n, advice)).toBe('errno 0')
    for (const advice of [4n, 8n, 14n, 19n, 22n]) expect(named('madvise', 20n, 21n, advice)).toBe('allow')
  })
})

describe('the second set of numbers on x86-64', () => {
  it('is never open, with its bit or without', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (number) => {
        expect(outcome({ architecture: 'x64', number: number | 0x40000000 })).toBe('errno 38')
      }),
    )
    for (const number of [512, 521, 547]) expect(outcome({ architecture: 'x64', number })).toBe('errno 38')
    for (const number of [511, 548]) expect(outcome({ architecture: 'x64', number })).toBe('allow')
  })
})

describe('what the filter is known by', () => {
  it('is its numbers: some, from the tables of the kernel', () => {
    expect((['ptrace', 'keyctl', 'unshare', 'mount', 'clone', 'socket'] as const).map((name) => [callNumber(name, 'x64'), callNumber(name, 'arm64')])).toEqual([
      [101, 117], [250, 219], [272, 97], [165, 40], [56, 220], [41, 198],
    ])
    expect(callNumber('iopl', 'arm64')).toBe(null)
  })

  it('does not exist for other architectures', () => {
    for (const name of ['ia32', 'arm', 'riscv64', 'ppc64', '', 'toString', '__proto__']) {
      expect(seccompProgram(name)).toBe(null)
      expect(callNumber('ptrace', name)).toBe(null)
    }
  })
})

const base = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--ro-bind', process.execPath, '/tmp/node', '--unshare-all', '--unshare-user', '--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--chdir', '/tmp']
const own = seccompProgram(process.arch)
const works = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0
const usable = own !== null && works('bwrap', ...base, '--', 'true')
const has = { perl: usable && works('perl', '-e', '1'), python: usable && works('python3', '-c', 'import ctypes, multiprocessing'), unshare: usable && works('unshare', '--version') }

describe.skipIf(!usable)('real programs under the filter (skipped where bwrap or user namespaces are missing, or the architecture has no filter)', () => {
  let home: string
  let file: string
  beforeAll(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-filter-'))
    file = path.join(home, 'filter')
    writeFileSync(file, own ?? '')
  })
  afterAll(() => rmSync(home, { recursive: true }))

  // Opened for each launch: bwrap reads from the descriptor's position on, which launches sharing one would share.
  const run = (...command: string[]): { status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string } => {
    const descriptor = openSync(file, 'r')
    try {
      const stdio = ['ignore', 'pipe', 'pipe', ...Array.from({ length: 6 }, () => 'ignore' as const), descriptor] as const
      return spawnSync('bwrap', [...base, '--seccomp', '9', '--', ...command], { stdio: [...stdio], encoding: 'utf8', timeout: 20_000 })
    } finally {
      closeSync(descriptor)
    }
  }
  const calls = (name: FilteredCall, ...args: string[]): string => {
    const program = `my @args = (${args.join(', ')}); $! = 0; my $result = syscall(${callNumber(name, process.arch)}, @args); print $result, " ", $! + 0`
    return run('perl', '-e', program).stdout
  }

  it('run, and see one filter', () => {
    const { status, stdout } = run('grep', '-E', '^(Seccomp|NoNewPrivs):', '/proc/self/status')
    expect([status, stdout]).toEqual([0, 'NoNewPrivs:\t1\nSeccomp:\t2\n'])
  })

  it('do not start when the filter did not arrive', () => {
    writeFileSync(path.join(home, 'empty'), '')
    const descriptor = openSync(path.join(home, 'empty'), 'r')
    const { status, stdout } = spawnSync('bwrap', [...base, '--seccomp', '3', '--', 'echo', 'ran'], { stdio: ['ignore', 'pipe', 'pipe', descriptor], encoding: 'utf8' })
    closeSync(descriptor)
    expect([status === 0, stdout]).toEqual([false, ''])
  })

  it.skipIf(!has.perl)('get the refusals (skipped without perl)', () => {
    const buffer = '"x" x 512'
    expect(calls('keyctl', '0', '-3', '0')).toBe('-1 1')
    expect(calls('add_key', '"user"', '"name"', '"payload"', '7', '-2')).toBe('-1 1')
    expect(calls('ptrace', '0', '0', '0', '0')).toBe('-1 1')
    expect(calls('io_uring_setup', '1', buffer)).toBe('-1 1')
    expect(calls('unshare', String(0x10000000))).toBe('-1 1')
    expect(calls('clone', String(0x10000011), '0', '0', '0', '0')).toBe('-1 1')
    expect(calls('clone3', buffer, '88')).toBe('-1 38')
    expect(calls('personality', String(0x0040000))).toBe('-1 1')
    expect(calls('personality', String(0xffffffff))).toBe('0 0')
    expect(calls('socket', '17', '3', '0')).toBe('-1 97')
    expect(calls('ioctl', '0', String(0x5412), buffer)).toBe('-1 1')
    // Descriptor 99 is not open: success shows that the call was not made, EBADF that it was.
    expect(calls('fadvise64', '99', '0', '0', '4')).toBe('0 0')
    expect(calls('fadvise64', '99', '0', '0', '3')).toBe('-1 9')
  })

  it.skipIf(!has.unshare)('cannot make a user namespace (skipped without unshare)', () => {
    expect(run('unshare', '-U', 'true').status).not.toBe(0)
  })

  it.skipIf(!has.python || process.arch !== 'x64')('die of a 32 bit call from a 64 bit process (skipped without python3, or off x86-64)', () => {
    // mov eax, 20 (getpid); int 0x80; ret
    const program = String.raw`import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(b'\xb8\x14\x00\x00\x00\xcd\x80\xc3')
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print('alive')`
    const { status, stdout } = run('python3', '-c', program)
    // SIGSYS; SIGSEGV from a kernel without 32 bit calls.
    expect([[128 + 31, 128 + 11].includes(status ?? 0), stdout]).toEqual([true, ''])
  })

  it('leave threads, child processes, files and sockets of node alone', () => {
    const program = `const { Worker } = require('node:worker_threads'), { execFileSync } = require('node:child_process'), fs = require('node:fs/promises'), net = require('node:net')
      const worker = new Worker('require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true })
      const server = net.createServer((socket) => socket.end('served'))
      worker.once('message', async (answer) => {
        await fs.writeFile('file', execFileSync('sh', ['-c', 'echo child | cat']))
        server.listen('socket', () => net.connect('socket').on('data', async (data) => { console.log(answer, String(await fs.readFile('file')).trim(), String(data)); server.close() }))
      })`
    const { status, stdout, stderr } = run('/tmp/node', '-e', program)
    expect([status, stdout, stderr]).toEqual([0, '42 child served\n', ''])
  })

  it.skipIf(!has.python)('leave pools, threads and child processes of python alone (skipped without python3)', () => {
    const program = `import multiprocessing, subprocess, threading
def square(x): return x * x
with multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(square, [1, 2, 3]))
seen = []
thread = threading.Thread(target=lambda: seen.append('thread')); thread.start(); thread.join()
print(seen, subprocess.run(['echo', 'child'], capture_output=True, text=True).stdout.strip())`
    const { status, stdout, stderr } = run('python3', '-c', program)
    expect([status, stdout, stderr]).toEqual([0, "[1, 4, 9]\n['thread'] child\n", ''])
  })
})
