/** Numbers of system calls, and one flag, that differ between architectures and that Perl has no name for. */
export interface CallNumbers {
  readonly prctl: number
  readonly seccomp: number
  readonly setsid: number
  readonly prlimit64: number
  readonly capset: number
  readonly dup3: number
  readonly getrusage: number
  readonly clockGettime: number
  readonly noFollow: number
}

const byArchitecture: Readonly<Record<string, CallNumbers>> = {
  x64: { prctl: 157, seccomp: 317, setsid: 112, prlimit64: 302, capset: 126, dup3: 292, getrusage: 98, clockGettime: 228, noFollow: 0o400000 },
  arm64: { prctl: 167, seccomp: 277, setsid: 157, prlimit64: 261, capset: 91, dup3: 24, getrusage: 165, clockGettime: 113, noFollow: 0o100000 },
}

/** Null for an architecture (as in `process.arch`) that this tier does not know: without the filter it would let UDP through. */
export function callNumbersOf(architecture: string): CallNumbers | null {
  return Object.hasOwn(byArchitecture, architecture) ? (byArchitecture[architecture] ?? null) : null
}
