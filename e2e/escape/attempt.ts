import type { Ending, Launch } from '../../packages/core/src/sandbox/sandbox.ts'

/** What the host holds out for an attempt, and looks at afterwards. */
export interface Bait {
  /** A file outside, readable for every user of the host, whose content is the secret. */
  readonly secretFile: string
  /** A file outside that every user may write; it must stay as it is. */
  readonly writableFile: string
  /** Ports on which the host listens on 127.0.0.1, and names of unix sockets. */
  readonly tcpPort: number
  readonly udpPort: number
  readonly abstractSocket: string
  readonly pathSocket: string
  /** Process number of a process of the host. */
  readonly hostPid: number
  /** An argument of `sleep` by which a process that stays behind is known. */
  readonly marker: string
}

/**
 * One attempt to get out, to stay, or to take more than it may. `command` runs inside and ends with status 0 when it was held, 9 when it got through; anything
 * else is a broken attempt, which counts as nobody's success. Where a limit has to end it, `endings` says which endings are right instead.
 */
export interface Attempt {
  readonly name: string
  readonly group: 'host files' | 'network' | 'kernel' | 'exhaustion' | 'processes' | 'leaks'
  readonly command: (bait: Bait) => string
  readonly endings?: readonly Ending[]
  readonly launch?: Partial<Pick<Launch, 'limits' | 'readOnly' | 'collect'>>
}

/** A shell text that is held when `attempt` fails. */
export function mustFail(attempt: string): string {
  return `if { ${attempt} ; } >/dev/null 2>&1; then exit 9; else exit 0; fi`
}

/** One system call by number, from Perl, which every Debian has; held when it fails. */
export function callMustFail(numbers: Readonly<Record<string, number>>, ...args: readonly string[]): string {
  const number = numbers[process.arch]
  if (number === undefined) return 'exit 0'
  return `exec perl -e 'my ($blank, $nothing) = ("x" x 512, ""); my $result = syscall(${[number, ...args].join(', ')}); exit($result == -1 ? 0 : 9)'`
}
