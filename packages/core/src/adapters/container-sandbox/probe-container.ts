import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Accounting, SandboxProbe } from '../../sandbox/sandbox.ts'
import { probeTier } from '../gvisor-sandbox/probe-tier.ts'
import type { ContainerHost } from './container-arguments.ts'
import { runLaunch } from './run-launch.ts'

/** What works on this machine with the engine that was chosen. */
export async function probeContainer(host: ContainerHost, signal: AbortSignal): Promise<SandboxProbe> {
  const place = await mkdtemp(path.join(host.home, 'probe-'))
  let accounting: Accounting | null = null
  try {
    const probe = await probeTier({
      tier: 'container',
      accounting,
      treeMode: 'copy',
      place,
      owner: host.mayGive ? host.owner : null,
      launch: async (launch, signal) => {
        const result = await runLaunch({ host, launch }, signal)
        if (result.ending === 'exited') accounting = result.usage.accounting
        return result
      },
    }, signal)
    return { ...probe, accounting, checks: [{ name: 'engine', ok: true, detail: [host.engine.name, ...host.engine.options].join(' ') }, ...probe.checks] }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
