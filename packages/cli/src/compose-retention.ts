import path from 'node:path'
import type { ExportSummary, Pruned, PruneLimits, PrunePorts } from '@ratchet/core'
import { planPrune, pruneTarget } from '@ratchet/core/retention/prune-target'
import { exportLog } from '@ratchet/core/transparency-log/export-log'
import { createCacheFiles, treeBytes } from '@ratchet/core/adapters/cache-files/cache-files'
import { replaceFile } from '@ratchet/core/adapters/durable-files/replace-file'
import type { GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { createTileFiles } from '@ratchet/core/adapters/log-files/tile-files'
import type { OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'

function prunePorts({ workspace, journal, index }: OpenTarget): PrunePorts {
  return { journal, index, revisions: workspace.revisions, refs: workspace.keptRefs, caches: createCacheFiles(workspace.stateDirectory) }
}

export function planTargetPrune(invocation: Invocation, target: OpenTarget, limits: PruneLimits): Promise<Pruned> {
  return planPrune(prunePorts(target), limits, invocation.signal)
}

export function pruneOpenTarget(invocation: Invocation, target: OpenTarget, limits: PruneLimits): Promise<Pruned> {
  return pruneTarget(prunePorts(target), limits, invocation.signal)
}

/** What the record takes up, in bytes. */
export interface RecordVolume {
  readonly journalBytes: number
  readonly logBytes: number
  readonly attestationBytes: number
  /** What models were asked and answered. */
  readonly transcriptBytes: number
  readonly cacheBytes: number
  readonly backups: number
  /** Of objects that no branch, tag or remote holds. */
  readonly backupBytes: number
  readonly candidates: number
  readonly candidateBytes: number
}

const below = 'refs/ratchet/'
const bytesAtOnce = 256 * 1024

export async function recordVolume({ stateDirectory, keptRefs }: GitWorkspace): Promise<RecordVolume> {
  const sizeOf = (...names: readonly string[]): number => names.reduce((sum, name) => sum + treeBytes(path.join(stateDirectory, name)), 0)
  const refs = await keptRefs.list()
  const backups = refs.filter(({ ref }) => ref.startsWith(`${below}backup/`)).length
  const [all, backupBytes] = [await keptRefs.bytesHeldBy(below), await keptRefs.bytesHeldBy(`${below}backup/`)]
  return {
    journalBytes: sizeOf('journal.sqlite', 'journal.sqlite-wal'),
    logBytes: sizeOf('log'),
    attestationBytes: sizeOf('attestations'),
    transcriptBytes: sizeOf('transcripts'),
    cacheBytes: sizeOf('cache'),
    backups,
    backupBytes,
    candidates: refs.length - backups,
    candidateBytes: all - backupBytes,
  }
}

/** The audit into a file, or to stdout for `-`. */
export async function exportTarget({ console, signal }: Invocation, { workspace, index }: OpenTarget, file: string): Promise<ExportSummary> {
  const lines = exportLog({ index, store: createTileFiles(path.join(workspace.stateDirectory, 'log')) }, signal)
  if (file !== '-') return await replaceFile({ file, forbidden: [workspace.stateDirectory, workspace.gitDirectory, path.join(workspace.root, '.git')] }, lines)
  for (let piece = ''; ; ) {
    const step = await lines.next()
    if (step.done === true) {
      await console.stream(piece)
      return step.value
    }
    piece += step.value
    if (piece.length < bytesAtOnce) continue
    await console.stream(piece)
    piece = ''
  }
}
