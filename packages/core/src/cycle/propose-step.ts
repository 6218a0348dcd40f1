import { createHash } from 'node:crypto'
import type { Guidance } from '../archive/strategy.ts'
import { editedFiles } from '../proposal/apply-edits.ts'
import { contextDigest } from '../proposal/context-digest.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import type { NewEvent, RunId } from '../journal/event.ts'
import type { ObjectId, Proposal, ProposalId } from '../proposal/proposal.ts'
import type { ProposalDraft, ProposalRefusal, ProposalRequest, SourceFile } from '../proposal/proposer.ts'
import { splitChanges, wholeFiles, type SplitChanges } from '../proposal/split-changes.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { WorkspaceError, type CandidateCommit, type CandidateStore } from '../workspace/workspace.ts'
import { authorsBehind } from './authors-behind.ts'
import type { RunPorts } from './cycle-ports.ts'
import type { RunState } from './run-state.ts'
import { searchHistory } from './search-history-of.ts'
import { taskRecord } from './task-record-of.ts'

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
      tasks: () => taskRecord(ports, state, parent, signal),
      ...(guidance === undefined ? {} : await guided(guidance, readSources)),
    },
    signal,
  )
  if (draft === null) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: null, reason: 'exhausted' } }]
  if (draft.refusal !== undefined) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: null, reason: 'refused', refusal: draft.refusal } }]
  const { proposer, refusal: _, changes: __, ...told } = draft
  const { edits, files } = await contentOf(ports, { parent: parent.commit, sources, draft })
  const named = wholeFiles(edits, files)
  const digest = editsDigest(parent.commit, edits, named)
  const inContext = named.length > 0 ? null : contextDigest(edits, sources)
  const proposal: Proposal = { ...told, edits, ...(named.length === 0 ? {} : { files: named }), id: proposalId(run, step, digest), proposer: proposer ?? ports.proposer.name, parent: parent.commit }
  const candidate = { parent: parent.commit, changes: [...editedFiles(sources, edits), ...files], message: `${draft.operator}: ${draft.rationale}\n\nRatchet-Proposal: ${proposal.id}\n`, ref: `refs/ratchet/${run}/${step}` }
  const stored = await storeDraft(ports, candidate, draft)
  if ('refusal' in stored) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: null, reason: 'refused', ...stored } }]
  const { commit, tree } = stored
  if (state.hasTree(tree)) return [{ kind: 'step-skipped', body: { run, step, parent: parent.commit, editsDigest: digest, reason: 'duplicate', ...(draft.model === undefined ? {} : { model: draft.model }) } }]
  const mate = proposal.mate === undefined ? undefined : state.archive.indexOf(proposal.mate)
  const others = await authorsBehind(ports, [parent.proposal, mate === undefined ? null : state.archive.at(mate).proposal])
  const screening = await ports.screener.screen({ baseline: started.baseline, candidate: commit, author: { ...proposal, others } }, signal)
  return [
    { kind: 'proposal-made', body: { run, step, proposal, commit, tree, baseline: started.baseline, editsDigest: digest, ...(inContext === null ? {} : { contextDigest: inContext }) } },
    { kind: 'proposal-screened', body: { run, proposal: proposal.id, screening } },
  ]
}

/** Edits of text as far as the draft's whole files are that, and the files that are more. */
async function contentOf({ revisions }: Pick<RunPorts, 'revisions'>, { parent, sources, draft }: { readonly parent: ObjectId; readonly sources: readonly SourceFile[]; readonly draft: ProposalDraft }): Promise<SplitChanges> {
  if (draft.changes === undefined) return { edits: draft.edits, files: [] }
  const modes = new Map((await revisions.entries(parent)).map(({ path, mode }) => [path, mode]))
  const { edits, files } = splitChanges({ changes: draft.changes, sources, modes, firstPart: 1 + Math.max(-1, ...draft.edits.map(({ part }) => part)) })
  return { edits: [...draft.edits, ...edits], files }
}

/** Where a whole file would come to lie behind a link or in a submodule, nothing can be stored: whoever made it gets a refusal, and the run goes on. */
async function storeDraft({ candidates }: Pick<RunPorts, 'candidates'>, candidate: Parameters<CandidateStore['store']>[0], { changes, model }: ProposalDraft): Promise<CandidateCommit | { readonly refusal: ProposalRefusal }> {
  try {
    return await candidates.store(candidate)
  } catch (error) {
    if (changes === undefined || !(error instanceof WorkspaceError) || error.code !== 'unsafe-path') throw error
    return { refusal: { code: 'unsafe-path', detail: error.message.slice(0, 300), model: model === undefined ? null : { name: model.name, calls: model.calls, nanoUsd: model.nanoUsd } } }
  }
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
