import type { JournalEvent } from '../journal/event.ts'
import { chargeFor } from './call-records.ts'
import { mayCost } from './model-error.ts'
import type { IntendedCall, SettledCall } from './model-call.ts'
import { addSpending, noSpending, type Spending, type SpendingLimits } from './spending-budget.ts'

export interface WrongCall {
  readonly ok: false
  readonly brokenAt: number
  readonly problem: 'model-call'
  readonly detail: string
}

export type CallVerification = { readonly ok: true; readonly calls: number } | WrongCall

export async function verifyModelCalls(events: AsyncIterable<JournalEvent>): Promise<CallVerification> {
  const check = new ModelCallCheck()
  for await (const event of events) {
    const wrong = check.add(event)
    if (wrong !== null) return wrong
  }
  return { ok: true, calls: check.calls }
}

/** Spends again what the journal says was spent on models, event by event: every outcome has its intent, every charge follows from usage and price, and what was spent or kept never passed what a run may spend. */
export class ModelCallCheck {
  readonly #open = new Map<string, IntendedCall>()
  readonly #held = new Map<string, Spending>()
  readonly #granted = new Map<string, Spending>()
  readonly #limits = new Map<string, SpendingLimits>()
  /** Run and model whose bound was wrong once. */
  readonly #overcharging = new Set<string>()
  /** Run and call that failed when part of the reply had been told. */
  readonly #shown = new Set<string>()
  #calls = 0

  get calls(): number {
    return this.#calls
  }

  /** What is wrong with the event, or null. */
  add(event: JournalEvent): WrongCall | null {
    const problem = this.#problem(event)
    return problem === null ? null : { ok: false, brokenAt: event.sequence, problem: 'model-call', detail: problem }
  }

  #problem(event: JournalEvent): string | null {
    switch (event.kind) {
      case 'run-started':
        if (event.body.modelBudget !== undefined) this.#limits.set(event.body.run, event.body.modelBudget)
        return null
      case 'model-call-intended':
        return this.#intend(event.body)
      case 'model-call-settled':
        return this.#settle(event.body)
      default:
        return null
    }
  }

  #intend(intended: IntendedCall): string | null {
    const key = attemptKey(intended)
    if (this.#open.has(key)) return `call ${intended.call} was intended twice`
    if (this.#shown.has(callKey(intended))) return `call ${intended.call} was tried again after part of its reply had been told`
    this.#open.set(key, intended)
    if (intended.run === null) return null
    const held = addSpending(this.#held.get(intended.run) ?? noSpending, intended.reserved)
    this.#held.set(intended.run, held)
    const overGrant = this.#spendGrant(intended, intended.reserved)
    if (overGrant !== null) return overGrant
    if (this.#overcharging.has(modelKey(intended))) return `call ${intended.call} was made although its model had stated more than was kept for a call before`
    const limits = this.#limits.get(intended.run) ?? intended.limits
    const passed = passedLimit(limits, held)
    return passed === undefined ? null : `call ${intended.call} was made although the run's budget of ${limits[passed]} ${passed} did not have room for it`
  }

  #settle(settled: SettledCall): string | null {
    const key = attemptKey(settled)
    const intended = this.#open.get(key)
    if (intended === undefined) return `call ${settled.call} has an outcome and no intent`
    this.#open.delete(key)
    this.#calls += 1
    const problem = chargeProblem(intended, settled)
    if (problem !== null) return `call ${settled.call} ${problem}`
    if (settled.shown === true) this.#shown.add(callKey(intended))
    if (settled.basis === 'stated') this.#overcharging.add(modelKey(intended))
    if (settled.run !== null) {
      const { reserved } = intended
      const back = { nanoUsd: settled.charged.nanoUsd - reserved.nanoUsd, tokens: settled.charged.tokens - reserved.tokens, calls: settled.charged.calls - reserved.calls }
      this.#held.set(settled.run, addSpending(this.#held.get(settled.run) ?? noSpending, back))
      this.#spendGrant(intended, back)
    }
    return null
  }

  #spendGrant({ run, call, granted }: IntendedCall, amount: Spending): string | null {
    if (granted === undefined) return null
    const key = `${run ?? ''} ${granted.to}`
    const held = addSpending(this.#granted.get(key) ?? noSpending, amount)
    this.#granted.set(key, held)
    const passed = passedLimit(granted.limits, held)
    return passed === undefined ? null : `call ${call} was made although ${granted.to} may spend no more than ${granted.limits[passed]} ${passed}`
  }
}

function chargeProblem({ reserved, price, replayed }: IntendedCall, { outcome, code, basis, usage, charged, transcript, shown }: SettledCall): string | null {
  if ((outcome === 'answered') !== (transcript !== null)) return 'is answered without a transcript, or has one without an answer'
  if (shown === true && outcome !== 'failed') return `was ${outcome}, and is said to have failed half-way`
  if (replayed === true && basis === 'reserved' && outcome === 'lost') return null
  switch (basis) {
    case 'nothing':
      if (!isSame(charged, noSpending)) return 'was charged although it cost nothing'
      if (replayed === true) return null
      if (outcome !== 'failed') return `was ${outcome} and not charged`
      return code === null || mayCost(code) || shown === true ? 'failed in a way that may have cost something, and was not charged' : null
    case 'reserved':
      return isSame(charged, reserved) ? null : 'was not charged all that was kept for it'
    case 'usage':
    case 'stated': {
      if (usage === null) return 'was charged by a usage that is not there'
      const due = chargeFor(usage, { reserved, price })
      if (!isSame(charged, due.charged)) return `was charged ${charged.nanoUsd} where its usage gives ${due.charged.nanoUsd}`
      if (due.basis === basis) return null
      return basis === 'usage' ? 'was charged more than was kept for it' : 'did not take more than was kept for it'
    }
  }
}

function passedLimit(limits: SpendingLimits, held: Spending): keyof SpendingLimits | undefined {
  return (['nanoUsd', 'tokens', 'calls'] as const).find((limit) => limits[limit] !== null && held[limit] > limits[limit])
}

function isSame(a: Spending, b: Spending): boolean {
  return a.nanoUsd === b.nanoUsd && a.tokens === b.tokens && a.calls === b.calls
}

function modelKey({ run, model }: Pick<IntendedCall, 'run' | 'model'>): string {
  return `${run ?? ''} ${model.name}`
}

function callKey({ run, call }: Pick<IntendedCall, 'run' | 'call'>): string {
  return `${run ?? ''} ${call}`
}

function attemptKey({ run, call, attempt }: Pick<IntendedCall, 'run' | 'call' | 'attempt'>): string {
  return `${run ?? ''} ${call} ${attempt}`
}
