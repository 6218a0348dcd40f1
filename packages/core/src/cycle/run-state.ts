import type { Variant } from '../archive/archive.ts'
import { ArchiveFold, createArchive } from '../archive/archive-fold.ts'
import { DigestIndex } from '../archive/digest-index.ts'
import type { PackedState } from '../archive/packed-state.ts'
import { mayPass, type Decision, type ReasonCode } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { EventBodies, NewEvent, Purpose, RunId } from '../journal/event.ts'
import type { ObjectId, Opportunity, ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'

export type MadeProposal = EventBodies['proposal-made']

interface PackedFacts extends Pick<RunState, 'started' | 'opportunities' | 'nextStep' | 'evaluated' | 'fruitless' | 'spentMs' | 'spentUntil' | 'refusedRepairs' | 'pending'> {
  readonly archive: unknown
  readonly made: readonly (readonly [ProposalId, MadeProposal])[]
  readonly screenings: readonly (readonly [ProposalId, Screening])[]
  readonly decisions: readonly (readonly [string, Decision])[]
  readonly repairs: readonly number[]
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
  /** Only what is open, and what settling the winner made: a million decided proposals stay in the journal. */
  readonly #made = new Map<ProposalId, MadeProposal>()
  readonly #screenings = new Map<ProposalId, Screening>()
  /** Of settling the winner. */
  readonly #decisions = new Map<string, Decision>()
  readonly #repairs: number[] = []
  opportunities: readonly Opportunity[] | null = null
  nextStep = 1
  /** Search evaluations that count against the budget. */
  evaluated = 0
  /** Steps in a row that led to nothing new. */
  fruitless = 0
  /** Wall time in which evaluations of this run went on, in ms; what went on side by side counts once. */
  spentMs = 0
  /** The latest end of an evaluation, in ms since 1970. */
  spentUntil = 0
  /** Search proposals that were made and not yet decided, in the order in which they will be: that in which they were made. */
  pending: readonly MadeProposal[] = []
  /** Repairs that did not hold against what the search may not see. */
  refusedRepairs = 0
  finished: EventBodies['run-finished'] | null = null

  constructor(from: { readonly started: EventBodies['run-started']; readonly rootTree: ObjectId } | PackedState) {
    if ('rootTree' in from) {
      this.started = from.started
      this.archive = createArchive(from.started.baseline)
      this.#tried = new DigestIndex({ width: 16 })
      this.#trees = new DigestIndex()
      this.#failed = new DigestIndex({ width: 16 })
      this.#trees.add(from.rootTree)
    } else {
      const { archive, made, screenings, decisions, repairs, ...counts } = from.facts as PackedFacts
      this.started = counts.started
      this.archive = new ArchiveFold({ facts: archive, columns: from.columns })
      this.#tried = DigestIndex.unpack(from, 'tried', { width: 16 })
      this.#trees = DigestIndex.unpack(from, 'trees')
      this.#failed = DigestIndex.unpack(from, 'failed', { width: 16 })
      for (const entry of made) this.#made.set(...entry)
      for (const entry of screenings) this.#screenings.set(...entry)
      for (const entry of decisions) this.#decisions.set(...entry)
      this.#repairs.push(...repairs)
      this.opportunities = counts.opportunities
      this.nextStep = counts.nextStep
      this.evaluated = counts.evaluated
      this.fruitless = counts.fruitless
      this.spentMs = counts.spentMs
      this.spentUntil = counts.spentUntil
      this.refusedRepairs = counts.refusedRepairs
      this.pending = counts.pending
    }
    this.run = this.started.run
  }

  /** Everything that `apply` has made of the events so far; views of live numbers, to be written down before the next event. */
  pack(): PackedState {
    const { started, opportunities, nextStep, evaluated, fruitless, spentMs, spentUntil, refusedRepairs, pending } = this
    const archive = this.archive.pack()
    const facts: PackedFacts = {
      started, opportunities, nextStep, evaluated, fruitless, spentMs, spentUntil, refusedRepairs, pending, archive: archive.facts,
      made: [...this.#made], screenings: [...this.#screenings], decisions: [...this.#decisions], repairs: this.#repairs,
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
        this.#screenings.set(event.body.proposal, event.body.screening)
        return
      case 'step-skipped':
        this.nextStep = event.body.step + 1
        this.fruitless += 1
        if (event.body.editsDigest !== null) this.#tried.add(event.body.editsDigest)
        return
      case 'evaluation-recorded':
        this.#spend(event.body.evaluation)
        return
      case 'decision-made':
        this.#applyDecision(event.body)
        return
      case 'run-finished':
        this.finished = event.body
        return
      case 'run-started':
      case 'key-introduced':
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        return
    }
  }

  /** What was tried already, whether or not it was evaluated. */
  get tried(): { has(editsDigest: string): boolean } {
    return this.#tried
  }

  /** What broke something, wherever the text around it is the same. */
  get failed(): { has(contextDigest: string): boolean } {
    return this.#failed
  }

  hasTree(tree: ObjectId): boolean {
    return this.#trees.has(tree)
  }

  /** An open proposal, or one of settling the winner; see `readProposal` for the others. */
  made(id: ProposalId): MadeProposal | undefined {
    return this.#made.get(id)
  }

  screening(id: ProposalId): Screening | undefined {
    return this.#screenings.get(id)
  }

  decision(proposal: ProposalId, purpose: Purpose, trial: number): Decision | undefined {
    return this.#decisions.get(decisionKey(proposal, purpose, trial))
  }

  /** Variants on which every failing test passes, in the order in which they were found. */
  repairs(): readonly Variant[] {
    return this.#repairs.map((index) => this.archive.at(index))
  }

  #applyMade(made: MadeProposal): void {
    this.#made.set(made.proposal.id, made)
    this.#trees.add(made.tree)
    // Steps below 1 belong to settling the winner: they are not search steps.
    if (made.step < 1) return
    this.#tried.add(made.editsDigest)
    this.nextStep = made.step + 1
    this.fruitless = 0
    this.pending = [...this.pending, made]
  }

  /** Evaluations are recorded in the order in which they were begun. */
  #spend({ startedAt, wallMs, processors }: Evaluation): void {
    const from = Date.parse(startedAt)
    // Alone, it took what it took, whatever was done to the machine's clock meanwhile.
    const counted = processors === undefined ? wallMs : Math.max(0, from + wallMs - Math.max(from, this.spentUntil))
    this.spentMs += counted
    this.spentUntil = Math.max(this.spentUntil, from + wallMs)
  }

  #applyDecision(body: EventBodies['decision-made']): void {
    if (body.purpose !== 'search') {
      if (body.purpose === 'confirm' && this.started.goal === 'repair' && !mayPass(body.decision)) this.refusedRepairs += 1
      this.#decisions.set(decisionKey(body.proposal, body.purpose, body.trial), body.decision)
      return
    }
    const made = this.#made.get(body.proposal)
    if (made?.contextDigest !== undefined && isBroken(body.decision)) this.#failed.add(made.contextDigest)
    const variant = made === undefined ? null : this.archive.add(made, body.decision)
    if (variant !== null && isCompleteRepair(body.decision)) this.#repairs.push(variant.index)
    this.#made.delete(body.proposal)
    this.#screenings.delete(body.proposal)
    this.evaluated += 1
    // A new variant is a new place to look from.
    this.fruitless = 0
    this.pending = this.pending.filter(({ proposal }) => proposal.id !== body.proposal)
  }
}

/** Whether a change behaves wrongly, by itself: not that it is slow, nor that somebody has to be asked. */
function isBroken({ verdict, reasons }: Decision): boolean {
  return verdict === 'rejected' && reasons.some(({ code }) => breakages.has(code))
}

const breakages: ReadonlySet<ReasonCode> = new Set(['build-failed', 'tests-failed', 'tests-missing', 'test-run-failed', 'oracle-mismatch', 'oracle-failed', 'metric-failed', 'metric-output-differs'])

/** Whether every test that fails on the baseline passes; what else is needed for an offer is another question. */
export function isCompleteRepair(decision: Decision): boolean {
  return mayPass(decision) && decision.reasons.some(({ code }) => code === 'repaired')
}

function decisionKey(proposal: ProposalId, purpose: Purpose, trial: number): string {
  return `${proposal} ${purpose} ${trial}`
}
