import { createHash } from 'node:crypto'

/** Whether a task is among the share of a suite that is kept from searches. It hangs on its name alone, so that more tasks in the suite move none. */
export function isHeldOut(id: string, share: number): boolean {
  const drawn = createHash('sha256').update(`held out ${id}`).digest().readUInt32BE(0) / 2 ** 32
  return drawn < share
}
