import path from 'node:path'
import type { Journal, JournalIndex, LogPorts } from '@ratchet/core'
import { checkJournalLog, readLog } from '@ratchet/core/transparency-log/journal-log'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openKeyFiles } from '@ratchet/core/adapters/key-files/key-files'
import { createTileFiles } from '@ratchet/core/adapters/log-files/tile-files'
import type { Invocation } from './invocation.ts'
import { userFolder } from './user-directory.ts'

/** A journal that is open, and its repository. */
export interface Place {
  readonly workspace: GitWorkspace
  readonly journal: Journal & JournalIndex
}

export function logPorts({ workspace, journal }: Place): LogPorts {
  return { journal, index: journal, store: createTileFiles(path.join(workspace.stateDirectory, 'log')), notes: workspace.checkpoints }
}

/** Where private keys lie (XDG base directories): outside the target, and out of every sandbox's reach. */
export function keyDirectory(environment: Invocation['environment']): string {
  return path.join(userFolder(environment), 'keys')
}

/** What `status` says of the log. */
export async function recordState(place: Place): Promise<{ readonly origin: string; readonly size: number; readonly root: string; readonly key: string } | null> {
  // Without the notes: a writer may be adding one right now.
  const ports = { ...logPorts(place), notes: null }
  const checkpoint = await checkJournalLog(ports, null)
  const { keys } = await readLog(ports)
  const key = checkpoint === null ? null : keys.at(checkpoint.size)
  return checkpoint === null || key === null ? null : { origin: checkpoint.origin, size: checkpoint.size, root: Buffer.from(checkpoint.root).toString('base64'), key: key.text }
}

/** The keys of a journal, and which of them can sign here. */
export async function recordKeys(invocation: Invocation, place: Place): Promise<readonly { readonly key: string; readonly introducedBy: number; readonly endorsed: boolean; readonly isHere: boolean }[]> {
  const ring = openKeyFiles(keyDirectory(invocation.environment), invocation.clock)
  const { keys } = await readLog(logPorts(place))
  return keys.all.map(({ text, sequence, isEndorsed, verifier }) => ({ key: text, introducedBy: sequence, endorsed: isEndorsed, isHere: ring.find(verifier.key) !== null }))
}
