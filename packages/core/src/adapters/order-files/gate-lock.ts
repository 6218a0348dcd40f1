import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { AutonomyError } from '../../autonomy/autonomy-error.ts'
import { isSqliteCode } from '../sqlite-journal/sqlite-code.ts'

const pause = 20

/**
 * Held around an effect on a branch, and for a moment by whoever has given an order. An exclusive transaction on an empty database, as the writer's lock of the journal: the kernel lets go of it when the process dies.
 *
 * @throws AutonomyError `order-unheeded` when somebody else held it for `patience` ms
 */
export async function holdGate(directory: string, patience: number, signal?: AbortSignal): Promise<Disposable> {
  const database = new DatabaseSync(path.join(directory, 'gate.lock'))
  try {
    const until = performance.now() + patience
    for (;;) {
      try {
        database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
        return { [Symbol.dispose]: () => void (database.isOpen && database.close()) }
      } catch (error) {
        if (!isSqliteCode(error, 'busy', 'locked')) throw error
        if (performance.now() >= until) throw new AutonomyError('order-unheeded', 'another Ratchet process has been moving a branch for too long', { cause: error, remedy: 'The order stands for everything that begins now. End that process, and see where its branch is with `ratchet status`.' })
      }
      await sleep(pause, undefined, signal === undefined ? {} : { signal })
    }
  } catch (error) {
    database.close()
    throw error
  }
}
