import type { Variant } from '../archive/archive.ts'
import { ArchiveFold, createArchive } from '../archive/archive-fold.ts'
import { DigestIndex } from '../archive/digest-index.ts'
import type { PackedState } from '../archive/packed-state.ts'
import { taskTally, type TaskTally } from '../archive/task-tally.ts'
import { isAskedAbout, mayPass, type Decision, type ReasonCode } from '../decision/decision.ts'
import type { EventBodies, NewEvent, Purpose, RunId } from '../journal/event.ts'
import type { ObjectId, Opportunity, ProposalId } from '../proposal/proposal.ts'
import type { Attempt, ModelCredit } from '../proposal/search-history.ts'
import type { Screening } from '../screening/screening.ts'
import { attemptOf, failingCases, withModelUse, type FailingCases } from './model-credit.ts'
import { noTime, withEvaluation, type EvaluationTime } from './evaluation-time.ts'

export type MadeProposal = EventBodies['proposal-made']

/** Bytes kept of digests that are only asked for whether they are there: with a million of them two are alike with a chance of 3 in 10^8, and then one proposal is taken for tried. */
const width = 8

/** Decided proposals that a model is told of, at most. */
const attemptsKept = 12
/** A reply that cannot be had counts as this many steps that lead nowhere: a model that does not answer must not keep a search waiting for hours. */
const refusalWeight = 4

/** Made and not yet decided. */
interface OpenProposal {
  readonly made: MadeProposal
  /** Null until it is screened. */
  readonly screening: Screening | null
}

/** Of an evaluation, until it is decided. */
interface Measured {
  /** What fails with the proposal. */
  readonly failing: FailingCases
  readonly tasks: TaskTally | null
}

interface PackedFacts extends Pick<RunState, 'started' | 'opportunities' | 'nextStep' | 'evaluated' | 'fruitless' | 'time' | 'refusedRepairs'> {
  readonly archive: unknown
  readonly open: readonly OpenProposal[]
  readonly settling: readonly MadeProposal[]
  readonly decisions: readonly (readonly [string, Decision])[]
  readonly repairs: readonly number[]
  readonly attempts: readonly Attempt[]
  readonly credit: readonly (readonly [string, ModelCredit])[]
  readonly measured: readonly (readonly [ProposalId, Measured])[]
}

/**
 * Where a run stands: a fold of its events and of nothing else. The live run and `--resume` feed the same `apply`, which is what
 * makes an interrupted run continue exactly.
 */
export class RunState {
  readonly run: RunId
  readonly started: EventBodies['run-started']
  readonly archive: ArchiveFold
  /** Digests of edits on their parent. */
  readonly #tried: DigestIndex
  readonly #trees: DigestIndex
  /** Digests, in their context, of edits that broke something. */
  readonly #failed: DigestIndex
  /**
   * Search proposals in the order in which they will be decided: that in which they were made. A list of a few that is made anew, not a Map: one that millions enter and leave keeps a trail of its former tables
   * alive, with what was in them, until the next full collection.
   */
  #open: readonly OpenProposal[] = []
  /** Made by settling the winner, and decided there. A million decided proposals of the search stay in the journal. */
  readonly #settling = new Map<ProposalId, MadeProposal>()
  readonly #decisions = new Map<string, Decision>()
  readonly #repairs: number[] = []
  #attempts: readonly Attempt[] = []
  readonly #credit = new Map<string, ModelCredit>()
  readonly #measured = new Map<ProposalId, Measured>()
  opportunities: readonly Opportunity[] | null = null
  nextStep = 1
  /** Search evaluations that count against the budget. */
  evaluated = 0
  /** Steps in a row that led to nothing new. */
  fruitless = 0
  time: EvaluationTime = noTime
  /** Repairs that did not hold against what the search may not see. */
  refusedRepairs = 0
  finished: EventBodies['run-finished'] | null = null

  constructor(from: { readonly started: EventBodies['run-started']; readonly rootTree: ObjectId } | PackedState) {
    if ('rootTree' in from) {
      this.started = from.started
      this.archive = createArchive(from.started.baseline)
      this.#tried = new DigestIndex({ width })
      this.#trees = new DigestIndex({ width })
      this.#failed = new DigestIndex({ width })
      this.#trees.add(from.rootTree)
    } else {
      const { archive, open, settling, decisions, repairs, attempts, credit, measured, ...counts } = from.facts as PackedFacts
      this.started = counts.started
      this.archive = new ArchiveFold({ facts: archive, columns: from.columns })
      this.#tried = DigestIndex.unpack(from, 'tried', { width })
      this.#trees = DigestIndex.unpack(from, 'trees', { width })
      this.#failed = DigestIndex.unpack(from, 'failed', { width })
      this.#open = open
      for (const made of settling) this.#settling.set(made.proposal.id, made)
      for (const entry of decisions) this.#decisions.set(...entry)
      this.#repairs.push(...repairs)
      this.#attempts = attempts
      for (const entry of credit) this.#credit.set(...entry)
      for (const entry of measured) this.#measured.set(...entry)
      this.opportunities = counts.opportunities
      this.nextStep = counts.nextStep
      this.evaluated = counts.evaluated
      this.fruitless = counts.fruitless
      this.time = counts.time
      this.refusedRepairs = counts.refusedRepairs
    }
    this.run = this.started.run
  }

  /** Everything that `apply` has made of the events so far; views of live numbers, to be written down before the next event. */
  pack(): PackedState {
    const { started, opportunities, nextStep, evaluated, fruitless, time, refusedRepairs } = this
    const archive = this.archive.pack()
    const facts: PackedFacts = {
      started, opportunities, nextStep, evaluated, fruitless, time, refusedRepairs, archive: archive.facts,
      open: this.#open, settling: [...this.#settling.values()], decisions: [...this.#decisions], repairs: this.#repairs,
      attempts: this.#attempts, credit: [...this.#credit], measured: [...this.#measured],
    }
    return { facts, columns: { ...archive.columns, ...this.#tried.pack('tried'), ...this.#trees.pack('trees'), ...this.#failed.pack('failed') } }
  }

  apply(event: NewEvent): void {
    switch (event.kind) {
      case 'opportunities-observed':
        this.opportunities = event.body.opportunities
        return
      case 'proposal-made':
        this.#applyMade(event.body)
        return
      case 'proposal-screened':
        this.#applyScreened(event.body)
        return
      case 'step-skipped':
        this.nextStep = event.body.step + 1
        this.fruitless += event.body.reason === 'refused' ? refusalWeight : 1
        if (event.body.editsDigest !== null) this.#tried.add(event.body.editsDigest)
        withModelUse(this.#credit, event.body.refusal?.model ?? event.body.model ?? null, false)
        return
      case 'evaluation-recorded':
        this.time = withEvaluation(this.time, event.body.evaluation)
        if (event.body.purpose === 'search') this.#measured.set(event.body.proposal, { failing: failingCases(event.body.evaluation), tasks: taskTally(event.body.evaluation) })
        return
      case 'decision-made':
        this.#applyDecision(event.body)
        return
      case 'run-finished':
        this.finished = event.body
        return
      case 'run-started':
      case 'consent-given':
      case 'authors-named':
      case 'order-given':
      case 'approval-requested':
      case 'automation-ended':
      case 'notification-settled':
      case 'key-introduced':
      case 'model-call-intended':
      case 'model-call-settled':
      case 'capability-granted':
      case 'capability-ended':
      case 'research-intended':
      case 'research-settled':
      case 'prune-intended':
      case 'prune-settled':
      case 'attestation-intended':
      case 'attestation-settled':
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        return
    }
  }

  /** Time in which evaluations of this run went on, in ms. */
  get spentMs(): number {
    return this.time.spentMs
  }

  /** What was tried already, whether or not it was evaluated. */
  get tried(): { has(editsDigest: string): boolean } {
    return this.#tried
  }

  /** What broke something, wherever the text around it is the same. */
  get failed(): { has(contextDigest: string): boolean } {
    return this.#failed
  }

  /** The newest decided search proposals, the newest first. */
  get attempts(): readonly Attempt[] {
    return this.#attempts
  }

  get modelCredit(): ReadonlyMap<string, ModelCredit> {
    return this.#credit
  }

  hasTree(tree: ObjectId): boolean {
    return this.#trees.has(tree)
  }

  /** Search proposals that were made and not yet decided, in the order in which they will be. */
  get pending(): readonly MadeProposal[] {
    return this.#open.map(({ made }) => made)
  }

  /** Of a pending proposal. */
  screening(id: ProposalId): Screening | undefined {
    return this.#open.find(({ made }) => made.proposal.id === id)?.screening ?? undefined
  }

  /** What settling the winner made; see `readProposal` for the others. */
  settling(id: ProposalId): MadeProposal | undefined {
    return this.#settling.get(id)
  }

  decision(proposal: ProposalId, purpose: Purpose, trial: number): Decision | undefined {
    return this.#decisions.get(decisionKey(proposal, purpose, trial))
  }

  /** Variants on which every failing test passes, in the order in which they were found. */
  repairs(): readonly Variant[] {
    return this.#repairs.map((index) => this.archive.at(index))
  }

  #applyMade(made: MadeProposal): void {
    this.#trees.add(made.tree)
    // Steps below 1 belong to settling the winner: they are not search steps.
    if (made.step < 1) {
      this.#settling.set(made.proposal.id, made)
      return
    }
    this.#tried.add(made.editsDigest)
    this.nextStep = made.step + 1
    this.fruitless = 0
    this.#open = [...this.#open, { made, screening: null }]
  }

  #applyScreened({ proposal, screening }: EventBodies['proposal-screened']): void {
    this.#open = this.#open.map((open) => (open.made.proposal.id === proposal ? { ...open, screening } : open))
  }

  #applyDecision(body: EventBodies['decision-made']): void {
    if (body.purpose !== 'search') {
      if (body.purpose === 'confirm' && this.started.goal === 'repair' && !mayPass(body.decision)) this.refusedRepairs += 1
      this.#decisions.set(decisionKey(body.proposal, body.purpose, body.trial), body.decision)
      return
    }
    const made = this.#open.find((open) => open.made.proposal.id === body.proposal)?.made
    if (made?.contextDigest !== undefined && isBroken(body.decision)) this.#failed.add(made.contextDigest)
    const measured = this.#measured.get(body.proposal)
    const variant = made === undefined ? null : this.archive.add(made, body.decision, { tasks: measured?.tasks, asked: this.started.followsAsked === true && isAskedAbout(body.decision) })
    if (variant !== null && isCompleteRepair(body.decision)) this.#repairs.push(variant.index)
    this.#open = this.#open.filter((open) => open.made !== made)
    if (made !== undefined) {
      const attempt = attemptOf(made.proposal, body.decision, measured?.failing)
      this.#attempts = [attempt, ...this.#attempts].slice(0, attemptsKept)
      withModelUse(this.#credit, made.proposal.model ?? null, attempt.verdict === 'accepted' || (attempt.verdict !== 'rejected' && (attempt.ratio ?? 0) > 1))
    }
    this.#measured.delete(body.proposal)
    this.evaluated += 1
    // A new variant is a new place to look from.
    this.fruitless = 0
  }
}

/** Whether a change behaves wrongly, by itself: not that it is slow, nor that somebody has to be asked. */
function isBroken({ verdict, reasons }: Decision): boolean {
  return verdict === 'rejected' && reasons.some(({ code }) => breakages.has(code))
}

const breakages: ReadonlySet<ReasonCode> = new Set(['build-failed', 'tests-failed', 'tests-missing', 'self-test-failed', 'test-run-failed', 'oracle-mismatch', 'oracle-failed', 'metric-failed', 'metric-output-differs'])

/** Whether every test that fails on the baseline passes; what else is needed for an offer is another question. */
export function isCompleteRepair(decision: Decision): boolean {
  return mayPass(decision) && decision.reasons.some(({ code }) => code === 'repaired')
}

function decisionKey(proposal: ProposalId, purpose: Purpose, trial: number): string {
  return `${proposal} ${purpose} ${trial}`
}
