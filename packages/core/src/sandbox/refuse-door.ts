import { SandboxError, type Launch, type Tier } from './sandbox.ts'

/** For tiers that have no doors: a launch that counts on one must not run without it. */
export function refuseDoor({ door }: Pick<Launch, 'door'>, tier: Tier): void {
  if (door !== undefined) throw new SandboxError('sandbox-setup-failed', `the tier ${tier} has no doors`, { remedy: 'Use the tier namespace for what is to reach a model or a tool.' })
}
