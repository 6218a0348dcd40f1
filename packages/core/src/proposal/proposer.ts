import type { Random } from '../randomness/seeded-random.ts'
import type { FileChange, ObjectId, Opportunity, Proposal, ProposalModel } from './proposal.ts'
import type { ModelCredit, SearchHistory } from './search-history.ts'
import type { TaskRecord } from '../weakness/task-failure.ts'

/** A file of the parent variant that may be edited. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A second variant to take edits from: what it does to `base`, the nearest ancestor that it shares with the parent. */
export interface Mate {
  readonly commit: ObjectId
  readonly sources: readonly SourceFile[]
  readonly base: readonly SourceFile[]
}

export interface ProposalRequest {
  readonly parent: ObjectId
  /** Editable source files of the parent variant, sorted by path. Text only; binary files are left out. */
  readonly sources: readonly SourceFile[]
  readonly opportunities: readonly Opportunity[]
  readonly random: Random
  /** Digests (see `editsDigest`) of what was tried on this parent already; a proposer avoids them. */
  readonly tried: { has(editsDigest: string): boolean }
  /** Digests (see `contextDigest`) of what broke something in another variant with the same text around it; a proposer avoids them as well. */
  readonly failed?: { has(contextDigest: string): boolean }
  /** How many times likelier than by itself a proposer should draw an operator, as it has paid in this run; 1 where left out. */
  readonly credit?: (operator: string) => number
  /** How many rewrites may be proposed at once; 1 where left out. */
  readonly atOnce?: number
  /** To be merged into the parent instead of anything else, where that can be done. */
  readonly mate?: Mate
  /** Number of the step, from 1: it names what is asked of a model, so that a resumed run asks nothing twice. */
  readonly step?: number
  /** What the search knows so far; read only by whoever wants it. */
  readonly history?: () => Promise<SearchHistory>
  /** What the parent did with the tasks of its evaluation; read only by whoever improves an agent. */
  readonly tasks?: () => Promise<TaskRecord>
  /** What asking each model has brought in this run, by its name in the configuration. */
  readonly models?: ReadonlyMap<string, ModelCredit>
}

/** Somebody was asked in vain: an ordinary ending of a step, recorded with what it cost. */
export interface ProposalRefusal {
  /** A `ReplyProblem`, a `ModelErrorCode`, `budget` or `lost`. */
  readonly code: string
  readonly detail: string
  /** Null where no call was made. */
  readonly model: Pick<ProposalModel, 'name' | 'calls' | 'nanoUsd'> | null
}

/** A proposal before the cycle names it. With a `refusal` there is nothing to propose, and `edits` is empty. */
export type ProposalDraft = Pick<Proposal, 'edits' | 'operator' | 'rationale' | 'mate' | 'steps' | 'model' | 'weakness'> & {
  /** Where a proposer speaks for several. */
  readonly proposer?: Proposal['proposer']
  /** Whole files besides `edits`, of other paths. What is a change of text in an editable file becomes edits of it. */
  readonly changes?: readonly FileChange[]
  readonly refusal?: ProposalRefusal
}

/**
 * Makes one proposal. A pure function of the request: same request, same draft, so that a run can be replayed.
 * Null means: nothing (more) to propose for this parent.
 */
export interface Proposer {
  readonly name: Proposal['proposer']
  propose(request: ProposalRequest, signal: AbortSignal): Promise<ProposalDraft | null>
}
