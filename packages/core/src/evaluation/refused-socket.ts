import type { TestRun } from './evaluation.ts'

/** The end of what a stream said is enough: runners repeat what failed there. */
const bytesRead = 256 * 1024

/** `listen EPERM`, as Node words a failed call; the codes are those of a sandbox without a network, and of one in which nobody listens. */
const nodeCall = /\b(listen|bind|connect|socket) (EPERM|EACCES|EAFNOSUPPORT|ECONNREFUSED|ENETUNREACH)\b/
/** An error object that was printed: its code and its call, in any order. */
const nodeObject = /code: ['"](EPERM|EACCES|EAFNOSUPPORT|ECONNREFUSED|ENETUNREACH)['"][^{}]{0,400}?syscall: ['"](listen|bind|connect|socket)['"]/
/** Python prints the number of the error; EPERM and EACCES name files as well, so that those must come out of the module for sockets. */
const pythonNumber = /\[Errno (97|111|101)\]|socket\.py[^]{0,1000}?\[Errno (1|13)\]/

const pythonCodes: Readonly<Record<string, string>> = { 1: 'EPERM', 13: 'EACCES', 97: 'EAFNOSUPPORT', 101: 'ENETUNREACH', 111: 'ECONNREFUSED' }

/** A sign in a failing command's output that a socket was refused; null where there is none. A hint for a person and nothing else: a command can print what it likes. */
export function refusedSocket(...streams: readonly Uint8Array[]): string | null {
  for (const bytes of streams) {
    const text = Buffer.from(bytes.subarray(Math.max(0, bytes.length - bytesRead))).toString('utf8')
    const call = nodeCall.exec(text)
    if (call !== null) return `${call[1]} ${call[2]}`
    const object = nodeObject.exec(text)
    if (object !== null) return `${object[2]} ${object[1]}`
    const number = pythonNumber.exec(text)
    if (number !== null) return pythonCodes[number[1] ?? number[2] ?? ''] ?? null
  }
  return null
}

/** What a person may try where tests fail in the baseline itself and the sandbox gives them no sockets; null where nothing points there. */
export function loopbackHint(runs: readonly TestRun[], hasLoopback: boolean): string | null {
  const sign = hasLoopback ? undefined : runs.find((run) => run.refusedSocket !== undefined)?.refusedSocket
  return sign === undefined ? null : `the output speaks of a socket that was refused (${sign}): tests that need TCP on this machine alone need \`sandbox: { loopback: true }\``
}
