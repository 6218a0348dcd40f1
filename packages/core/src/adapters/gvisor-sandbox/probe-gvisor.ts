import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxProbe } from '../../sandbox/sandbox.ts'
import type { ControlGroups } from '../bubblewrap-sandbox/control-group.ts'
import { probeTier } from './probe-tier.ts'
import { runLaunch } from './run-launch.ts'
import { hostOwner, type GvisorHost } from './stage.ts'

/** What works on this release of runsc and this machine; what does not makes the tier unavailable, however safe it would be. */
export async function probeGvisor({ host, groups }: { readonly host: GvisorHost; readonly groups: ControlGroups }, signal: AbortSignal): Promise<SandboxProbe> {
  const place = await mkdtemp(path.join(host.home, 'probe-'))
  try {
    const { accounting } = groups
    const { treeMode } = host
    return await probeTier({ tier: 'gvisor', accounting, treeMode, place, owner: hostOwner, launch: (launch, signal) => runLaunch({ host, groups, launch }, signal) }, signal)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
