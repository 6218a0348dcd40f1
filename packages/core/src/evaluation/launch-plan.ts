import type { Config } from '../target/config.ts'
import type { Launch, Limits, Mount, TreeAccess } from '../sandbox/sandbox.ts'

/** A tree ready to be launched: host directory shown at /work, and what setup added, read-only on top. */
export interface LaunchTree {
  readonly path: string
  readonly mounts: readonly Mount[]
  /** Protected paths: no launch may change what judges it. */
  readonly readOnly: readonly string[]
  /** As `sandbox.loopback` of the config says. */
  readonly loopback?: boolean
}

/** Limits of one step; `timeoutMs` overrides the general wall limit. */
export function stepLimits(config: Pick<Config, 'sandbox'>, timeoutMs: number | undefined): Limits {
  const box = config.sandbox
  return {
    memoryBytes: box.memory,
    cpuMs: box.cpu,
    wallMs: timeoutMs ?? box.wall,
    processes: box.processes,
    diskBytes: box.disk,
    outputBytes: box.output,
  }
}

export interface StepLaunch {
  readonly command: string
  readonly tree: LaunchTree
  readonly limits: Limits
  readonly access?: TreeAccess
  readonly environment?: Readonly<Record<string, string>>
  readonly collect?: string | undefined
  /** Shown besides those of the tree. */
  readonly mounts?: readonly Mount[]
  readonly channel?: Uint8Array | undefined
}

/** Every launch of an evaluation: no network, nothing of the host's environment. */
export function stepLaunch(step: StepLaunch): Launch {
  return {
    command: step.command,
    tree: step.tree.path,
    mounts: [...step.tree.mounts, ...(step.mounts ?? [])],
    readOnly: step.tree.readOnly,
    ...(step.tree.loopback === true ? { loopback: true } : {}),
    access: step.access ?? 'throw-away',
    environment: step.environment ?? {},
    limits: step.limits,
    ...(step.collect === undefined ? {} : { collect: step.collect }),
    ...(step.channel === undefined ? {} : { channel: step.channel }),
  }
}
