import type { UsedCapability } from './capability-event.ts'
import type { Denial, Grant, Scope, Terms } from './grant.ts'

/**
 * What stands behind a scope. The request's path begins after the scope (`/model/v1/chat` arrives as `/v1/chat`), and its token is taken off. `signal` fires when nobody waits for the answer any more: the time
 * is up, the other side is gone, or the launch has ended. Must not keep the grant. What it throws is told to nobody inside.
 */
export type Service = (request: Request, grant: Grant, signal: AbortSignal) => Promise<Response>

export type Services = ReadonlyMap<Scope, Service>

/** Host files that a sandbox shows at fixed places; see `Launch.door`. */
export interface DoorFiles {
  readonly socket: string
  readonly token: string
}

/** A way out of one launch, to exactly what its token stands for. Disposing of it revokes the token, ends every request and closes every connection. */
export interface Door extends AsyncDisposable {
  readonly grant: Grant
  readonly files: DoorFiles
  /** What was let through so far, or till its end. */
  used(): UsedCapability
}

/** Opens doors. None is there unless somebody opens it. Fails with a `CapabilityError`. */
export interface DoorOpener {
  open(terms: Terms, services: Services): Promise<Door>
}

/** One request at a door, for whoever keeps a record. Holds nothing that opens anything. */
export interface DoorUse {
  readonly grant: string | null
  readonly scope: Scope | null
  readonly outcome: 'answered' | 'failed' | 'too-large' | 'too-slow' | 'too-many' | 'no-service' | 'malformed' | Denial
  /** Of the answer; null where there was none. */
  readonly status: number | null
  readonly bytesIn: number
  readonly bytesOut: number
}
