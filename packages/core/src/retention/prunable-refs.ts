import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import type { KeptRef } from './kept-refs.ts'
import type { PruneScope, RetentionFold } from './retention-fold.ts'

export interface PrunableRefsPorts {
  readonly index: Pick<JournalIndex, 'ofRun' | 'ofProposal'>
  readonly revisions: Pick<RevisionReader, 'commit'>
}

/** What the journal says of the candidates of what was given up. */
class GivenUp {
  /** Of runs, by ref. */
  readonly commits = new Map<string, ObjectId>()
  /** By ref; the parent of a candidate that turned out to be a duplicate, which the journal does not name. */
  readonly duplicates = new Map<string, ObjectId>()
  /** Of single changes, by ref: one tree may have several commits. */
  readonly trees = new Map<string, ObjectId>()
  /** Commits whose mutants go with them, by their first 16 digits. */
  readonly parents = new Map<string, ObjectId>()
  /** Of single changes, wherever else they are named; without those that something kept names as well. */
  readonly patches = new Set<ObjectId>()
}

/**
 * Which refs belong to what was given up (`scope`, which `fold` knows as such), and to nothing else: by name, and by what the journal says the name stood for. A ref of another name, or one that somebody has put somewhere else, is not Ratchet's to remove.
 */
export async function prunableRefs(ports: PrunableRefsPorts, request: { readonly refs: readonly KeptRef[]; readonly scope: PruneScope; readonly fold: Pick<RetentionFold, 'isProtected' | 'baselines' | 'commits'> }): Promise<readonly KeptRef[]> {
  const givenUp = await collect(ports, request)
  const baselines = request.fold.baselines()
  const found: KeptRef[] = []
  for (const one of request.refs) {
    const isOldBaseline = one.ref === `refs/ratchet/baseline/${one.commit}` && !baselines.has(one.commit)
    if (isOldBaseline || (await isIdleTripwire(ports, baselines, one)) || (await isGivenUp(ports, givenUp, one))) found.push(one)
  }
  return found
}

async function collect({ index }: PrunableRefsPorts, { scope, fold }: { readonly scope: PruneScope; readonly fold: Pick<RetentionFold, 'isProtected' | 'commits'> }): Promise<GivenUp> {
  const givenUp = new GivenUp()
  const kept = fold.commits()
  const add = (id: ProposalId, commit: ObjectId): boolean => {
    if (fold.isProtected(id)) return false
    givenUp.parents.set(commit.slice(0, 16), commit)
    return true
  }
  for (const run of scope.runs) {
    for await (const { kind, body } of index.ofRun(run)) {
      if (kind === 'step-skipped' && body.reason === 'duplicate') givenUp.duplicates.set(`refs/ratchet/${run}/${body.step}`, body.parent)
      if (kind !== 'proposal-made' || !add(body.proposal.id, body.commit)) continue
      givenUp.commits.set(`refs/ratchet/${run}/${body.step === 0 ? `settled/${body.proposal.id}` : body.step}`, body.commit)
    }
  }
  for (const id of scope.proposals) {
    for await (const { kind, body } of index.ofProposal(id)) {
      if (kind !== 'proposal-made' || !add(id, body.commit)) continue
      givenUp.trees.set(`refs/ratchet/changes/${id}`, body.tree)
      if (!kept.has(body.commit)) givenUp.patches.add(body.commit)
    }
  }
  return givenUp
}

/** Wrong tests are made on a baseline, anew for every evaluation: with nothing that is kept judged on it, nobody asks for them any more. */
async function isIdleTripwire({ revisions }: PrunableRefsPorts, baselines: ReadonlySet<ObjectId>, { ref, commit }: KeptRef): Promise<boolean> {
  const trusted = /^refs\/ratchet\/tripwires\/([0-9a-f]{16})\/\d+$/.exec(ref)?.[1]
  if (trusted === undefined) return false
  const { parents: [parent, ...others] } = await revisions.commit(commit)
  return parent !== undefined && others.length === 0 && parent.startsWith(trusted) && !baselines.has(parent)
}

async function isGivenUp({ revisions }: PrunableRefsPorts, givenUp: GivenUp, { ref, commit }: KeptRef): Promise<boolean> {
  const known = givenUp.commits.get(ref)
  if (known !== undefined) return known === commit
  const tree = givenUp.trees.get(ref)
  if (tree !== undefined) return (await revisions.commit(commit)).tree === tree
  if (/^refs\/ratchet\/(?:patches\/[0-9a-f]{16}|edits\/[0-9a-f]{12}-[0-9a-f]{8})$/.test(ref)) return givenUp.patches.has(commit)
  const mutated = /^refs\/ratchet\/canaries\/([0-9a-f]{16})\/\d+$/.exec(ref)?.[1]
  const parent = mutated === undefined ? givenUp.duplicates.get(ref) : givenUp.parents.get(mutated)
  return parent !== undefined && (await revisions.commit(commit)).parents[0] === parent
}
