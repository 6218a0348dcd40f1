import { createHash } from 'node:crypto'
import type { Guidance } from '../archive/strategy.ts'
import { editedFiles } from '../proposal/apply-edits.ts'
import { contextDigest } from '../proposal/context-digest.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import type { NewEvent, RunId } from '../journal/event.ts'
import type { Proposal, ProposalId } from '../proposal/proposal.ts'
import type { ProposalRequest, SourceFile } from '../proposal/proposer.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { RunPorts } from './cycle-ports.ts'
import type { RunState } from './run-state.ts'
import { searchHistory } from './search-history-of.ts'

export type ReadSources = (commit: string) => Promise<readonly SourceFile[]>

/**
 * One search step up to screening, as events: choose a parent, propose, refuse duplicates, store, screen. Everything random comes from
 * (seed, step), so the step is the same whether or not the run was interrupted before it.
 */
export async function proposeStep(ports: RunPorts, state: RunState, readSources: ReadSources, signal: AbortSignal): Promise<readonly NewEvent[]> {
  const { run, started, nextStep: step } = state
  const parent = ports.strategy.selectParent(state.archive, { random: seededRandom(started.seed, 'parent', step), child: state.archive.size + state.pending.length })
  const guidance = ports.strategy.guide?.(state.archive, { random: seededRandom(started.seed, 'guidance', step), parent })
  const sources = await readSources(parent.commit)
  const draft = await ports.proposer.propose(
    {
      parent: parent.commit,
      sources,
      opportunities: state.opportunities ?? [],
      random: seededRandom(started.seed, 'proposal', step),
      tried: state.tried,
      failed: state.failed,
      step,
      models: state.modelCredit,
      history: () => searchHistory(ports.index, state, parent),
      ...(guidance === undefined ? {} : await guided(guidance, readSources)),
    },
    signal,
  )
  if (draft === null) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: null, reason: 'exhausted' } }]
  if (draft.refusal !== undefined) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: null, reason: 'refused', refusal: draft.refusal } }]
  const { proposer, refusal: _, ...content } = draft
  const digest = editsDigest(parent.commit, draft.edits)
  const inContext = contextDigest(draft.edits, sources)
  const proposal: Proposal = { ...content, id: proposalId(run, step, digest), proposer: proposer ?? ports.proposer.name, parent: parent.commit }
  const { commit, tree } = await ports.candidates.store({
    parent: parent.commit,
    changes: editedFiles(sources, draft.edits),
    message: `${draft.operator}: ${draft.rationale}\n\nRatchet-Proposal: ${proposal.id}\n`,
    ref: `refs/ratchet/${run}/${step}`,
  })
  if (state.hasTree(tree)) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: digest, reason: 'duplicate', ...(draft.model === undefined ? {} : { model: draft.model }) } }]
  const screening = await ports.screener.screen({ baseline: started.baseline, candidate: commit, author: proposal }, signal)
  return [
    { kind: 'proposal-made', body: { run, step, proposal, commit, tree, baseline: started.baseline, editsDigest: digest, ...(inContext === null ? {} : { contextDigest: inContext }) } },
    { kind: 'proposal-screened', body: { run, proposal: proposal.id, screening } },
  ]
}

async function guided({ mate, credit, atOnce }: Guidance, readSources: ReadSources): Promise<Pick<ProposalRequest, 'mate' | 'credit' | 'atOnce'>> {
  return {
    credit,
    atOnce,
    ...(mate === null ? {} : { mate: { commit: mate.variant.commit, sources: await readSources(mate.variant.commit), base: await readSources(mate.base.commit) } }),
  }
}

export function proposalId(run: RunId | null, step: number, digest: string): ProposalId {
  return createHash('sha256').update(JSON.stringify([run, step, digest])).digest('hex').slice(0, 12)
}
