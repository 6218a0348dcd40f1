import { createHash } from 'node:crypto'
import type { EventBodies } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { Journal } from '../journal/journal.ts'
import type { RunId } from '../journal/event.ts'
import type { KeptRefs } from './kept-refs.ts'
import { prunableRefs, type PrunableRefsPorts } from './prunable-refs.ts'
import { RetentionFold, type PruneLimits, type PruneScope } from './retention-fold.ts'

/** Files beside the journal that can be made again. */
export interface CacheFiles {
  /** What may go: states of runs that are not in `unfinished`, and, where there is none, what setup installed before `before`. Nothing is followed out of the folder. */
  list(request: { readonly unfinished: readonly RunId[]; readonly before: string }): Promise<readonly CacheFile[]>
  remove(files: readonly CacheFile[]): Promise<void>
}

export interface CacheFile {
  readonly path: string
  readonly bytes: number
}

export interface PrunePorts extends Pick<PrunableRefsPorts, 'revisions'> {
  readonly journal: Journal
  readonly index: JournalIndex
  readonly refs: KeptRefs
  readonly caches: CacheFiles
}

export interface Pruned extends PruneScope, PruneLimits {
  /** Refs that were removed, or would be. */
  readonly refs: number
  readonly files: number
  /** Of the files. What git holds of the refs goes with git's own garbage collection. */
  readonly bytes: number
  /** Refs that stay although they are given up: locked, or moved meanwhile. The next prune tries again. */
  readonly left: number
}

/** What `pruneTarget` would do now; changes nothing. */
export async function planPrune(ports: PrunePorts, limits: PruneLimits, signal: AbortSignal): Promise<Pruned> {
  const { scope, refs, files } = await prepare(ports, limits, signal)
  return { ...limits, ...scope, refs: refs.length, files: files.length, bytes: total(files), left: 0 }
}

/**
 * Gives up what is old and nothing rests on. The intent is in the journal first: from then on it counts as given up, whether or not a kill leaves some of it behind, which the next prune removes. What is kept has its
 * baseline kept as well. The journal and its log lose nothing, so every proof stays valid.
 */
export async function pruneTarget(ports: PrunePorts, limits: PruneLimits, signal: AbortSignal): Promise<Pruned> {
  const { scope, refs, files, fold } = await prepare(ports, limits, signal)
  if (scope.runs.length + scope.proposals.length + refs.length + files.length === 0) return { ...limits, ...scope, refs: 0, files: 0, bytes: 0, left: 0 }
  const prune = createHash('sha256').update(JSON.stringify([(await ports.journal.head()).hash, limits])).digest('hex').slice(0, 12)
  await ports.journal.append([{ kind: 'prune-intended', body: { prune, ...limits, ...scope } }])
  for (const baseline of fold.baselines()) await ports.refs.keepBaseline(baseline)
  const removed = await ports.refs.remove(refs)
  await ports.caches.remove(files)
  const settled: EventBodies['prune-settled'] = { prune, outcome: 'done', refs: removed, files: files.length, bytes: total(files) }
  await ports.journal.append([{ kind: 'prune-settled', body: settled }])
  return { ...limits, ...scope, refs: removed, files: settled.files, bytes: settled.bytes, left: refs.length - removed }
}

async function prepare(ports: PrunePorts, limits: PruneLimits, signal: AbortSignal) {
  const fold = new RetentionFold()
  for await (const event of ports.journal.read(0)) {
    signal.throwIfAborted()
    fold.apply(event)
  }
  const scope = fold.plan(limits)
  fold.giveUp(scope)
  // Also what earlier prunes gave up and a kill, or a lock, left behind.
  const refs = await prunableRefs(ports, { refs: await ports.refs.list(), scope: fold.pruned(), fold })
  const files = await ports.caches.list({ unfinished: fold.unfinished(), before: limits.before })
  signal.throwIfAborted()
  return { fold, scope, refs, files }
}

function total(files: readonly CacheFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Closes what a killed prune left open; what it left behind is the next prune's. Says how many there were. */
export async function settlePrunes({ journal, index }: Pick<PrunePorts, 'journal' | 'index'>): Promise<number> {
  const open = new Set<string>()
  for await (const { kind, body } of index.ofKinds(['prune-intended', 'prune-settled'])) {
    if (kind === 'prune-intended') open.add(body.prune)
    else if (kind === 'prune-settled') open.delete(body.prune)
  }
  if (open.size > 0) await journal.append([...open].map((prune) => ({ kind: 'prune-settled', body: { prune, outcome: 'interrupted', refs: 0, files: 0, bytes: 0 } })))
  return open.size
}
