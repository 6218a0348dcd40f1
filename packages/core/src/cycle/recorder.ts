import type { JournalEvent, NewEvent } from '../journal/event.ts'
import type { RunPorts } from './cycle-ports.ts'
import type { RunState } from './run-state.ts'

/**
 * Variants after which the state is written down again: a thousandth of what there is, so that writing costs the same a variant however many there are. Whoever is killed reads the events of no more than those again: 0.1 ms
 * a variant, 1 ms in a project with a thousand tests.
 */
const fewest = 1_000
const share = 1_000

/** Appends events to the journal and, once they are durable, applies them to the state. */
export interface Recorder {
  (events: readonly NewEvent[]): Promise<void>
  /** Writes the state down where it stands, so that resuming is quick. */
  save(): Promise<void>
}

export function createRecorder({ journal, snapshots }: Pick<RunPorts, 'journal' | 'snapshots'>, state: RunState, observe: (event: JournalEvent) => void = () => undefined): Recorder {
  let last: JournalEvent | undefined
  let saved = state.archive.size
  const save = async (): Promise<void> => {
    if (last === undefined) return
    await snapshots.save(state.run, { head: { sequence: last.sequence, hash: last.hash }, state: state.pack() })
    saved = state.archive.size
  }
  const record = async (events: readonly NewEvent[]): Promise<void> => {
    for (const event of await journal.append(events)) {
      state.apply(event)
      observe(event)
      last = event
    }
    if (state.archive.size - saved >= Math.max(fewest, saved / share)) await save()
  }
  return Object.assign(record, { save })
}
