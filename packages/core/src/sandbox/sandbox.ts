import { Failure } from '../failure/failure.ts'

/**
 * How strong the isolation of a sandbox is, weakest first: `landlock` restricts one process tree on the host's kernel, `container` is what an engine sets up,
 * `namespace` is bubblewrap with a system-call filter, `gvisor` a kernel in user space, `microvm` a kernel of its own, `e2b` somebody else's machine.
 */
export const tiers = ['landlock', 'container', 'namespace', 'gvisor', 'microvm', 'e2b'] as const
export type Tier = (typeof tiers)[number]

/** Hard limits of one launch. All of them apply to the whole process tree. */
export interface Limits {
  readonly memoryBytes: number
  readonly cpuMs: number
  readonly wallMs: number
  readonly processes: number
  /** Writable space: scratch plus what is written into a throw-away tree. */
  readonly diskBytes: number
  /** stdout + stderr + collected file together. */
  readonly outputBytes: number
}

/** A host directory or file shown inside the sandbox, always read-only. `target` is absolute or relative to /work. */
export interface Mount {
  readonly source: string
  readonly target: string
}

/**
 * How the tree at /work may be written:
 * `throw-away`: writes succeed, are seen by this launch only, count against `diskBytes`, and vanish at its end;
 * `kept`: writes go to the host directory (setup and build only); the adapter stops the launch when `diskBytes` is passed.
 */
export type TreeAccess = 'throw-away' | 'kept'

/** One command in the sandbox. The command line is run by `/bin/sh -c` with /work as working directory. */
export interface Launch {
  readonly command: string
  /** Host directory shown at /work. */
  readonly tree: string
  readonly access: TreeAccess
  readonly mounts: readonly Mount[]
  /** Paths relative to /work that a throw-away launch can read and not change, rename or replace; those that do not exist are passed over. */
  readonly readOnly: readonly string[]
  /** The whole environment besides PATH, HOME, TMPDIR, LANG, which the sandbox sets itself. */
  readonly environment: Readonly<Record<string, string>>
  readonly limits: Limits
  /** A file (relative to /work) whose bytes are handed back in `collected`; read while the sandbox still stands. */
  readonly collect?: string
  /** Only setup of the trusted baseline may reach the network; never a candidate. Default false. */
  readonly network?: boolean
  /** Sockets of IPv4 and IPv6 in a network of its own, in which there is nobody else. Without it only unix sockets. */
  readonly loopback?: boolean
  /** Where the tree is shown instead of at /work: an absolute path below /srv, so that nothing can tell a launch by its directory. */
  readonly directory?: string
  /**
   * Bytes that wait on descriptor 3 of the command, which is open in both directions; what the command writes there comes back in `LaunchResult.channel`.
   * Only the process that the shell starts has it, unless it hands it on. Not every tier can do this.
   */
  readonly channel?: Uint8Array
  /**
   * A way out to what somebody granted, shown as two files: `RATCHET_DOOR` names a unix socket inside, `RATCHET_TOKEN_FILE` the file with its token. Only for a launch that is meant to reach something; a candidate's
   * evaluation has none. The tier `namespace` has doors; every other one refuses such a launch.
   */
  readonly door?: { readonly socket: string; readonly token: string }
  /** The only processors, by the kernel's numbers, that the command starts on. What runs on another machine need not heed it; a command may be able to leave them. */
  readonly processors?: readonly number[]
  /** Whether `ResourceUsage.instructions` is wanted. Not every tier and not every machine can do this. */
  readonly instructions?: boolean
}

/** Why a launch ended. Only `exited` can ever count as success. */
export type Ending =
  | 'exited'
  | 'signalled'
  | 'wall-limit'
  | 'cpu-limit'
  | 'memory-limit'
  | 'process-limit'
  | 'disk-limit'
  | 'output-limit'
  | 'aborted'

/** Where the resource figures came from, strongest first. `sampled` (rlimits and /proc) is weaker and reported as such. */
export type Accounting = 'cgroup-v2' | 'cgroup-v1' | 'sampled'

export interface ResourceUsage {
  readonly wallMs: number
  /** user + system time of the whole tree. */
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  readonly accounting: Accounting
  /** Instructions of the whole tree in user space, counted by the processor and read from outside of the sandbox; what starts the sandbox is among them. Null or absent where they were not asked for, nothing counts, or the launch did not end as `exited`. */
  readonly instructions?: number | null
}

export interface LaunchResult {
  readonly ending: Ending
  /** Exit status of the command; null unless `exited`. */
  readonly exitCode: number | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** Bytes of `Launch.collect`; null when it was not asked for or does not exist. */
  readonly collected: Uint8Array | null
  /** What was written to the channel, counted against `outputBytes`; null when none was asked for or the tier has none. */
  readonly channel?: Uint8Array | null
  readonly usage: ResourceUsage
}

export interface SandboxProbe {
  readonly tier: Tier
  readonly available: boolean
  readonly accounting: Accounting | null
  /** How throw-away trees are made: by overlayfs or by copying. */
  readonly treeMode: 'overlay' | 'copy' | null
  /** What was really started and seen, one line each, for `doctor`. */
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}

/** That a tier was tried on this machine, and every check held. */
export interface SelfTest {
  readonly testedAt: string
  readonly checks: number
}

/**
 * Runs commands that are not trusted. Contract:
 * - `launch` resolves with a value for everything the command can do, including every limit; it rejects with SandboxError only
 *   when the sandbox itself could not be set up, and with `aborted` as an ending when `signal` fires.
 * - When it settles, every process of the tree is dead and every scratch file is gone.
 * - Launches may run in parallel. Nothing that the command wrote is ever interpreted by the adapter.
 */
export interface Sandbox extends AsyncDisposable {
  readonly tier: Tier
  /** Absent where nobody asked for one before it was opened. */
  readonly selfTest?: SelfTest
  launch(launch: Launch, signal: AbortSignal): Promise<LaunchResult>
  /** Starts the tier for real and reports what holds; never throws for a missing tool. */
  probe(signal: AbortSignal): Promise<SandboxProbe>
}

export type SandboxErrorCode = 'sandbox-unavailable' | 'sandbox-setup-failed' | 'sandbox-teardown-failed'

export class SandboxError extends Failure<SandboxErrorCode> {}
