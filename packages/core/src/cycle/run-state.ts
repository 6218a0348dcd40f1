import type { ArchiveFold } from '../archive/archive-fold.ts'
import type { Variant } from '../archive/archive.ts'
import type { Decision } from '../decision/decision.ts'
import type { EventBodies, NewEvent, Purpose, RunId } from '../journal/event.ts'
import type { ObjectId, Opportunity, ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'

export type MadeProposal = EventBodies['proposal-made']

/**
 * Where a run stands: a fold of its events and of nothing else. The live run and `--resume` feed the same `apply`, which is what
 * makes an interrupted run continue exactly.
 */
export class RunState {
  readonly run: RunId
  readonly started: EventBodies['run-started']
  readonly archive: ArchiveFold
  readonly #tried = new Map<ObjectId, Set<string>>()
  readonly #trees: Set<ObjectId>
  readonly #made = new Map<ProposalId, MadeProposal>()
  readonly #screenings = new Map<ProposalId, Screening>()
  readonly #decisions = new Map<string, Decision>()
  readonly #repairs: number[] = []
  opportunities: readonly Opportunity[] | null = null
  nextStep = 1
  /** Search evaluations that count against the budget. */
  evaluated = 0
  /** Steps in a row that led to nothing new. */
  fruitless = 0
  /** Wall time that evaluations of this run have taken so far, in ms. */
  spentMs = 0
  /** A search proposal that was made and not yet decided. */
  pending: MadeProposal | null = null
  finished: EventBodies['run-finished'] | null = null

  constructor(started: EventBodies['run-started'], archive: ArchiveFold, rootTree: ObjectId) {
    this.run = started.run
    this.started = started
    this.archive = archive
    this.#trees = new Set([rootTree])
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
        if (event.body.editsDigest !== null) this.tried(event.body.parent).add(event.body.editsDigest)
        return
      case 'evaluation-recorded':
        this.spentMs += event.body.evaluation.wallMs
        return
      case 'decision-made':
        this.#applyDecision(event.body)
        return
      case 'run-finished':
        this.finished = event.body
        return
      case 'run-started':
      case 'application-intended':
      case 'application-settled':
      case 'reversion-intended':
      case 'reversion-settled':
        return
    }
  }

  /** Digests of what was tried on a parent. The set is live. */
  tried(parent: ObjectId): Set<string> {
    let set = this.#tried.get(parent)
    if (set === undefined) this.#tried.set(parent, (set = new Set()))
    return set
  }

  hasTree(tree: ObjectId): boolean {
    return this.#trees.has(tree)
  }

  made(id: ProposalId): MadeProposal | undefined {
    return this.#made.get(id)
  }

  screening(id: ProposalId): Screening | undefined {
    return this.#screenings.get(id)
  }

  decision(proposal: ProposalId, purpose: Purpose, trial: number): Decision | undefined {
    return this.#decisions.get(decisionKey(proposal, purpose, trial))
  }

  /** Accepted variants, best proven gain first; ties in order of entry. */
  accepted(): readonly Variant[] {
    const variants: Variant[] = []
    for (let index = 1; index < this.archive.size; index++) {
      const variant = this.archive.at(index)
      if (variant.verdict === 'accepted') variants.push(variant)
    }
    return variants.sort((a, b) => (b.gain?.low ?? 0) - (a.gain?.low ?? 0) || a.index - b.index)
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
    this.tried(made.proposal.parent).add(made.editsDigest)
    this.nextStep = made.step + 1
    this.fruitless = 0
    this.pending = made
  }

  #applyDecision(body: EventBodies['decision-made']): void {
    this.#decisions.set(decisionKey(body.proposal, body.purpose, body.trial), body.decision)
    if (body.purpose !== 'search') return
    const made = this.#made.get(body.proposal)
    const variant = made === undefined ? null : this.archive.add(made, body.decision)
    if (variant !== null && isCompleteRepair(body.decision)) this.#repairs.push(variant.index)
    this.evaluated += 1
    this.pending = null
  }
}

/** Whether every test that fails on the baseline passes; what else is needed for an offer is another question. */
export function isCompleteRepair({ verdict, reasons }: Decision): boolean {
  return (verdict === 'accepted' || verdict === 'approval-required') && reasons.some(({ code }) => code === 'repaired')
}

function decisionKey(proposal: ProposalId, purpose: Purpose, trial: number): string {
  return `${proposal} ${purpose} ${trial}`
}
