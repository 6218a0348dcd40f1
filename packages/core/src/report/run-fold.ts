import type { EventBodies } from '../journal/event.ts'
import { ModelLedger } from '../model/model-ledger.ts'
import { GenerationFold } from './generation-fold.ts'
import type { ReportedJudgement, ReportedRun, ReportedVariant, ReportedVerdict } from './run-report.ts'

/** What one run did, gathered while its events pass by. */
export class RunFold {
  readonly #started: EventBodies['run-started']
  readonly #startedAt: string
  readonly #variants: ReportedVariant[] = []
  readonly #settling: ReportedJudgement[] = []
  readonly #indexes: Map<string, number>
  readonly #verdicts: Record<ReportedVerdict, number> = { accepted: 0, rejected: 0, inconclusive: 0, 'approval-required': 0 }
  readonly #reasons = new Map<string, number>()
  readonly ledger = new ModelLedger()
  /** Null where nothing improves itself. */
  readonly #generations: GenerationFold | null
  #lastAt: string
  #duplicates = 0
  #fruitless = 0
  #refused = 0
  #evaluationMs = 0
  #finished: EventBodies['run-finished'] | null = null

  constructor(started: EventBodies['run-started'], at: string) {
    this.#started = started
    this.#startedAt = at
    this.#lastAt = at
    this.#generations = started.proposer.split('+').includes('self') ? new GenerationFold() : null
    this.#indexes = new Map([[started.baseline, 0]])
  }

  touch(at: string): void {
    this.#lastAt = at
  }

  skip(skipped: EventBodies['step-skipped']): void {
    const { reason } = skipped
    this.#generations?.skip(skipped, { parent: this.#indexes.get(skipped.parent) ?? 0, ledger: this.ledger })
    if (reason === 'duplicate') this.#duplicates++
    else this.#fruitless++
    if (reason === 'refused') this.#refused++
  }

  add(judgement: ReportedJudgement, made: EventBodies['proposal-made']): void {
    this.#evaluationMs += judgement.wallMs
    if (judgement.purpose !== 'search') {
      this.#settling.push(judgement)
      this.#generations?.settle(judgement)
      return
    }
    const index = this.#variants.length + 1
    const mate = made.proposal.mate === undefined ? undefined : this.#indexes.get(made.proposal.mate)
    const variant: ReportedVariant = { ...judgement, index, step: made.step, parent: this.#indexes.get(made.proposal.parent) ?? 0, ...(mate === undefined ? {} : { mate }) }
    this.#variants.push(variant)
    this.#generations?.add(variant, this.ledger)
    if (!this.#indexes.has(made.commit)) this.#indexes.set(made.commit, index)
    this.#verdicts[judgement.verdict]++
    for (const code of new Set(judgement.reasons.map((reason) => reason.code))) this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1)
  }

  finish(body: EventBodies['run-finished']): void {
    this.#finished = body
  }

  report(): ReportedRun {
    const { run, wallMs: _wallMs, modelBudget: _, replayed: __, followsAsked: ___, tellsAuthors: ____, evaluations, ...started } = this.#started
    const spending = this.ledger.report()
    return {
      id: run,
      ...started,
      startedAt: this.#startedAt,
      lastAt: this.#lastAt,
      evaluations,
      evaluated: this.#variants.length,
      duplicates: this.#duplicates,
      fruitless: this.#fruitless,
      evaluationMs: this.#evaluationMs,
      verdicts: this.#verdicts,
      reasons: [...this.#reasons].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
      variants: this.#variants,
      settling: this.#settling,
      ...(spending === null ? {} : { spending }),
      ...(this.#refused === 0 ? {} : { refused: this.#refused }),
      ...(this.#generations === null ? {} : { self: this.#generations.report(spending?.usd ?? 0) }),
      winner: this.#finished?.winner ?? null,
      ...(this.#finished?.beside === undefined ? {} : { beside: this.#finished.beside }),
      finished: this.#finished?.reason ?? null,
    }
  }
}
