import { CycleError } from './cycle-error.ts'
import type { ProposalRecord } from './proposal-record.ts'
import type { JournalEvent, RunId } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { hasRemovedNothing, protects } from '../retention/retention-fold.ts'

type Prune = Extract<JournalEvent, { readonly kind: 'prune-intended' }>

/** The prune that gave a proposal up; null when it was kept, or judged again since. */
export async function pruneOfProposal(index: Pick<JournalIndex, 'ofKinds' | 'ofProposal'>, { id, made }: Pick<ProposalRecord, 'id' | 'made'>): Promise<Prune | null> {
  const prune = await lastPrune(index, ({ runs, proposals }) => proposals.includes(id) || (made.run !== null && runs.includes(made.run)))
  if (prune === null) return null
  for await (const event of index.ofProposal(id)) {
    if (event.sequence < prune.sequence ? protects(event) !== null : event.kind === 'proposal-screened') return null
  }
  return prune
}

async function lastPrune(index: Pick<JournalIndex, 'ofKinds'>, concerns: (body: Prune['body']) => boolean): Promise<Prune | null> {
  return (await effective(index)).findLast(({ body }) => concerns(body)) ?? null
}

/** Prunes that have given something up. */
async function effective(index: Pick<JournalIndex, 'ofKinds'>): Promise<readonly Prune[]> {
  const prunes: Prune[] = []
  for await (const event of index.ofKinds(['prune-intended', 'prune-settled'])) {
    if (event.kind === 'prune-intended') prunes.push(event)
    else if (event.kind === 'prune-settled' && hasRemovedNothing(event.body) && prunes.at(-1)?.body.prune === event.body.prune) prunes.pop()
  }
  return prunes
}

/** @throws CycleError `pruned`: its commit may be gone from the repository */
export async function refusePrunedProposal(index: Pick<JournalIndex, 'ofKinds' | 'ofProposal'>, record: Pick<ProposalRecord, 'id' | 'made'>): Promise<void> {
  const prune = await pruneOfProposal(index, record)
  if (prune === null) return
  throw new CycleError('pruned', `proposal ${record.id} was given up by \`ratchet prune\` at ${prune.at} (event ${prune.sequence}): its commit is not kept any more, only what was recorded of it`, {
    remedy: `\`ratchet show ${record.id}\` shows its verdict and facts. To use the change itself, make it again and judge it with \`ratchet evaluate\`.`,
  })
}

/** Runs that prunes gave up. */
export async function prunedRuns(index: Pick<JournalIndex, 'ofKinds'>): Promise<ReadonlySet<RunId>> {
  return new Set((await effective(index)).flatMap(({ body }) => body.runs))
}

/** @throws CycleError `pruned`: its candidates are gone, so it cannot go on as it would have */
export async function refusePrunedRun(index: Pick<JournalIndex, 'ofKinds'>, run: RunId): Promise<void> {
  const prune = await lastPrune(index, ({ runs }) => runs.includes(run))
  if (prune === null) return
  throw new CycleError('pruned', `run ${run} was given up by \`ratchet prune\` at ${prune.at} (event ${prune.sequence}): the candidates that it would go on from are not kept any more`, { remedy: 'Start a new one with `ratchet run`.' })
}
