import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { grantedCapability, type GrantedCapability } from './capability-event.ts'
import type { DoorOpener } from './door.ts'

/** Doors of which the journal holds who was granted what, and that it was taken back: the first before anybody has the token, the second when it is worth nothing any more. */
export function recordedDoors(doors: DoorOpener, journal: Pick<Journal, 'append'>): DoorOpener {
  return {
    open: async (terms, services) => {
      await using opened = new AsyncDisposableStack()
      const door = opened.use(await doors.open(terms, services))
      const { id, run } = door.grant
      await journal.append([{ kind: 'capability-granted', body: grantedCapability(door.grant) }])
      const resources = opened.move()
      return {
        ...door,
        [Symbol.asyncDispose]: async () => {
          await resources.disposeAsync()
          await journal.append([{ kind: 'capability-ended', body: { capability: id, run, outcome: 'revoked', used: door.used() } }])
        },
      }
    },
  }
}

/** Writes down that what a killed process had granted has ended: its tokens were known to nobody else. To be called while nobody has a door. */
export async function endLostCapabilities({ journal, index }: { readonly journal: Pick<Journal, 'append'>; readonly index: Pick<JournalIndex, 'ofKinds'> }): Promise<void> {
  const open = new Map<string, GrantedCapability>()
  for await (const event of index.ofKinds(['capability-granted', 'capability-ended'])) {
    if (event.kind === 'capability-granted') open.set(event.body.capability, event.body)
    else if (event.kind === 'capability-ended') open.delete(event.body.capability)
  }
  for (const { capability, run } of open.values()) await journal.append([{ kind: 'capability-ended', body: { capability, run, outcome: 'lost', used: null } }])
}
