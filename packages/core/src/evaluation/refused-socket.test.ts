import { describe, expect, it } from 'vitest'
import type { TestRun } from './evaluation.ts'
import { loopbackHint, refusedSocket } from './refused-socket.ts'

const sign = (...texts: readonly string[]): string | null => refusedSocket(...texts.map((text) => Buffer.from(text)))

describe('refusedSocket', () => {
  it.each([
    ['Error: listen EAFNOSUPPORT: address family not supported 127.0.0.1', 'listen EAFNOSUPPORT'],
    ['  Error: connect ECONNREFUSED 127.0.0.1:5432\n', 'connect ECONNREFUSED'],
    ["{\n  errno: -1,\n  code: 'EPERM',\n  syscall: 'listen',\n}", 'listen EPERM'],
    ['  File "/usr/lib/python3.11/socket.py", line 232, in __init__\nOSError: [Errno 97] Address family not supported by protocol', 'EAFNOSUPPORT'],
    ['  File "/usr/lib/python3.11/socket.py", line 232, in bind\nPermissionError: [Errno 13] Permission denied', 'EACCES'],
    ['ConnectionRefusedError: [Errno 111] Connection refused', 'ECONNREFUSED'],
  ])('finds the code in %j', (text, found) => {
    expect([sign(text), sign('', text)]).toEqual([found, found])
  })

  it.each(["EPERM: operation not permitted, unlink 'x'", "PermissionError: [Errno 13] Permission denied: 'x'", "{ code: 'EACCES', syscall: 'open' }", 'AssertionError: 1 != 2', ''])('finds none in %j', (text) => {
    expect(sign(text)).toBeNull()
  })

  it('reads the end of much output in time', () => {
    expect(sign(`${'socket.py [Errno '.repeat(100_000)} listen EPERM`)).toBe('listen EPERM')
  })
})

describe('loopbackHint', () => {
  const run = { command: 'npm test', ending: 'exited', exitCode: 1, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' } as const satisfies TestRun

  it('names the key where a socket was refused and the key is not set', () => {
    expect(loopbackHint([run, { ...run, refusedSocket: 'listen EPERM' }], false)).toMatch(/listen EPERM.*`sandbox: \{ loopback: true \}`/)
    expect([loopbackHint([run], false), loopbackHint([{ ...run, refusedSocket: 'listen EPERM' }], true)]).toEqual([null, null])
  })
})
