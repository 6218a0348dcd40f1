import { chmod, chown, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import path from 'node:path'
import { CapabilityError } from '../../capability/capability-error.ts'
import type { UsedCapability } from '../../capability/capability-event.ts'
import type { Door, DoorOpener, DoorUse } from '../../capability/door.ts'
import type { GrantTable } from '../../capability/grant-table.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { serveRequest } from './serve-request.ts'

/** Of one door. */
export interface DoorLimits {
  readonly connections: number
  /** Requests under way at a time. */
  readonly atOnce: number
  /** Of one request and of one answer. */
  readonly bodyBytes: number
  /** From the first byte of a request to the last of its answer. */
  readonly requestMs: number
}

export const defaultDoorLimits: DoorLimits = { connections: 16, atOnce: 4, bodyBytes: 4 * 1024 ** 2, requestMs: 120_000 }

export interface UnixDoorOptions {
  readonly grants: GrantTable
  /** The user as whom commands run, where that is another one; see `commandOwner`. */
  readonly owner: number | null
  readonly limits?: DoorLimits
  readonly observe?: (use: DoorUse) => void
}

/** Headers are all that may come before a token has been looked at. */
const headerBytes = 16 * 1024
const headerMs = 5_000
const sweepMs = 250

/**
 * Doors as unix sockets that speak HTTP. Socket and token lie in a folder of their own that only its owner may look into; a sandbox shows the two files and nothing else of it. What comes in
 * is bounded in number, size and time before anybody has shown a token.
 */
export function createUnixDoors(options: UnixDoorOptions): DoorOpener {
  return {
    open: async (terms, services): Promise<Door> => {
      await using opened = new AsyncDisposableStack()
      const { path: home } = opened.use(await openOwnedDirectory())
      const files = { socket: path.join(home, 'door'), token: path.join(home, 'token') }
      const { grants, limits = defaultDoorLimits, observe = () => undefined } = options
      // The folder's name was never there before.
      const { token, grant } = grants.issue(terms, path.basename(home))
      let last: UsedCapability | null = null
      opened.defer(() => {
        grants.revoke(grant.id)
        last = grants.used(grant.id)
      })
      const ending = new AbortController()
      const server = serverOf(limits)
      const state = { underWay: 0 }
      const serve: RequestListener = (request, response) => void serveRequest({ grants, grant, services, limits, observe, ending: ending.signal, state }, { request, response })
      server.on('request', serve)
      server.on('checkContinue', serve)
      opened.defer(() => closed(server))
      opened.defer(() => ending.abort(new Error('the launch has ended')))
      await listening(server, files.socket)
      await writeFile(files.token, token, { mode: 0o400, flag: 'wx' })
      for (const file of [files.socket, files.token]) await give(file, options.owner)
      const resources = opened.move()
      return { grant, files, used: () => last ?? grants.used(grant.id), [Symbol.asyncDispose]: () => resources.disposeAsync() }
    },
  }
}

async function give(file: string, owner: number | null): Promise<void> {
  await chmod(file, file.endsWith('/door') ? 0o600 : 0o400)
  if (owner !== null) await chown(file, owner, owner)
}

function serverOf({ connections, requestMs }: DoorLimits): Server {
  const server = createServer({ maxHeaderSize: headerBytes, headersTimeout: Math.min(headerMs, requestMs), requestTimeout: requestMs, connectionsCheckingInterval: sweepMs, keepAliveTimeout: headerMs, insecureHTTPParser: false })
  server.maxConnections = connections
  server.maxRequestsPerSocket = 1000
  return server
}

function listening(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new CapabilityError('door-failed', `no door could be opened at ${socket}`, { cause: error })))
    server.listen(socket, resolve)
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
