import { SandboxError, type Launch, type LaunchResult, type Sandbox } from '../sandbox/sandbox.ts'
import type { DoorOpener, Services } from './door.ts'
import type { Terms } from './grant.ts'

/** Time that a launch may take to start and to end, in ms. */
const aroundLaunch = 10_000

/**
 * Runs one launch with a door that is there for just as long: the token means nothing before it, after it, or anywhere else. Inside, `RATCHET_DOOR` names a unix socket that speaks HTTP, and `RATCHET_TOKEN_FILE` a file
 * with what goes into `Authorization: Bearer`.
 */
export async function launchThroughDoor(
  { sandbox, doors }: { readonly sandbox: Pick<Sandbox, 'launch'>; readonly doors: DoorOpener },
  { launch, services, terms }: { readonly launch: Omit<Launch, 'door'>; readonly services: Services; readonly terms: Omit<Terms, 'lifetimeMs'> },
  signal: AbortSignal,
): Promise<LaunchResult> {
  // A network of its own would be a second way out, which nobody counts.
  if (launch.network === true) throw new SandboxError('sandbox-setup-failed', 'a launch has a door or the network, never both')
  await using door = await doors.open({ ...terms, lifetimeMs: launch.limits.wallMs + aroundLaunch }, services)
  return await sandbox.launch({ ...launch, door: door.files }, signal)
}
