import type { EventBodies } from '../journal/event.ts'
import type { IntendedCall } from './model-call.ts'
import type { NanoUsd } from './money.ts'

/** What one model took in one run. Money in dollars, for people and scripts. */
export interface LedgerLine {
  readonly model: string
  readonly provider: string
  readonly id: string
  readonly calls: number
  readonly answered: number
  /** Failed, or cut off by a kill. */
  readonly failed: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number
  /** Of that, what was charged in full because nothing believable is known. */
  readonly assumedUsd: number
}

export interface StepSpending {
  readonly step: string
  readonly calls: number
  readonly usd: number
}

export interface ReportedSpending {
  readonly usd: number
  readonly byModel: readonly LedgerLine[]
  /** What belongs to one proposal or judgement, the dearest first. */
  readonly bySteps: readonly StepSpending[]
}

const stepsShown = 20

interface Line {
  readonly intended: IntendedCall
  calls: number
  answered: number
  failed: number
  input: number
  output: number
  nanoUsd: NanoUsd
  assumed: NanoUsd
}

/** Spending on models, folded from the calls of a run. An intent without an outcome counts in full. */
export class ModelLedger {
  readonly #open = new Map<string, IntendedCall>()
  readonly #lines = new Map<string, Line>()
  readonly #steps = new Map<string, { calls: number; nanoUsd: NanoUsd }>()

  intend(intended: IntendedCall): void {
    this.#open.set(`${intended.call} ${intended.attempt}`, intended)
  }

  settle({ call, attempt, outcome, usage, charged, basis }: EventBodies['model-call-settled']): void {
    const intended = this.#open.get(`${call} ${attempt}`)
    if (intended === undefined) return
    this.#open.delete(`${call} ${attempt}`)
    this.#add(intended, { isAnswered: outcome === 'answered', usage, nanoUsd: charged.nanoUsd, isAssumed: basis === 'reserved' })
  }

  /** What is settled so far, and of that what belongs to one step. In dollars. */
  spent(step?: string): number {
    if (step !== undefined) return usd(this.#steps.get(step)?.nanoUsd ?? 0)
    let sum = 0
    for (const line of this.#lines.values()) sum += line.nanoUsd
    return usd(sum)
  }

  /** Null where no model was asked. */
  report(): ReportedSpending | null {
    for (const intended of this.#open.values()) this.#add(intended, { isAnswered: false, usage: null, nanoUsd: intended.reserved.nanoUsd, isAssumed: true })
    this.#open.clear()
    if (this.#lines.size === 0) return null
    const lines = [...this.#lines.values()]
    return {
      usd: usd(lines.reduce((sum, line) => sum + line.nanoUsd, 0)),
      byModel: lines.map(({ intended: { model }, ...line }) => ({ model: model.name, provider: model.provider, id: model.id, calls: line.calls, answered: line.answered, failed: line.failed, inputTokens: line.input, outputTokens: line.output, usd: usd(line.nanoUsd), assumedUsd: usd(line.assumed) })),
      bySteps: [...this.#steps].map(([step, { calls, nanoUsd }]) => ({ step, calls, usd: usd(nanoUsd) })).sort((a, b) => b.usd - a.usd || (a.step < b.step ? -1 : 1)).slice(0, stepsShown),
    }
  }

  #add(intended: IntendedCall, { isAnswered, usage, nanoUsd, isAssumed }: { readonly isAnswered: boolean; readonly usage: EventBodies['model-call-settled']['usage']; readonly nanoUsd: NanoUsd; readonly isAssumed: boolean }): void {
    const line = this.#lines.get(intended.model.name) ?? { intended, calls: 0, answered: 0, failed: 0, input: 0, output: 0, nanoUsd: 0, assumed: 0 }
    line.calls += 1
    line[isAnswered ? 'answered' : 'failed'] += 1
    line.input += usage?.input ?? 0
    line.output += usage?.output ?? 0
    line.nanoUsd += nanoUsd
    if (isAssumed) line.assumed += nanoUsd
    this.#lines.set(intended.model.name, line)
    const about = intended.about ?? intended.purpose
    const step = this.#steps.get(about) ?? { calls: 0, nanoUsd: 0 }
    this.#steps.set(about, { calls: step.calls + 1, nanoUsd: step.nanoUsd + nanoUsd })
  }
}

function usd(amount: NanoUsd): number {
  return amount / 1e9
}
