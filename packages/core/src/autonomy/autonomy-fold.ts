import type { JournalEvent, RunId } from '../journal/event.ts'
import type { AutomationRules } from './automatic.ts'
import { isAutonomyEvent, signalOf } from './breaker-signals.ts'
import { breakerAt, type BreakerSignal, type BreakerStanding } from './circuit-breaker.ts'
import type { Order } from './order.ts'
import { nextAllowed } from './rate-limit.ts'
import type { RunMode } from './run-mode.ts'
import { standingOrders, type Standing } from './standing-orders.ts'

/** Where automation stands by what the journal holds, and by nothing else. */
export class AutonomyFold {
  readonly #signals: BreakerSignal[] = []
  readonly #automatic = new Set<string>()
  readonly #abandoned = new Set<string>()
  readonly #applied: { readonly application: string; readonly at: number }[] = []
  readonly #modes = new Map<RunId, RunMode>()
  readonly #refs = new Map<RunId, string | null>()
  readonly #orders: Order[] = []
  /** Until when a run's question may be answered. */
  readonly #deadlines = new Map<string, number>()
  #time = 0

  apply(event: JournalEvent): void {
    if (!isAutonomyEvent(event)) return
    // A clock that was set back makes nothing happen earlier: neither the end of a wait nor the day of an application. What cannot be read is now.
    const at = Math.max(this.#time, Date.parse(event.at) || 0)
    this.#time = at
    const signal = signalOf(event, (application) => this.#automatic.has(application))
    if (signal !== null) this.#signals.push({ kind: signal, at })
    if (event.kind === 'run-started') {
      this.#modes.set(event.body.run, event.body.mode ?? 'propose')
      if (event.body.ref !== undefined) this.#refs.set(event.body.run, event.body.ref)
    } else if (event.kind === 'order-given') this.#orders.push(event.body)
    else if (event.kind === 'approval-requested') this.#deadlines.set(`${event.body.run} ${event.body.proposal}`, Date.parse(event.body.deadline))
    else if (event.kind === 'application-settled' && event.body.outcome === 'abandoned') this.#abandoned.add(event.body.application)
    else if (event.kind === 'application-intended' && event.body.automatic !== undefined) {
      this.#automatic.add(event.body.application)
      this.#applied.push({ application: event.body.application, at })
    }
  }

  /** The latest time that the journal knows. */
  get time(): number {
    return this.#time
  }

  get signals(): readonly BreakerSignal[] {
    return this.#signals
  }

  get standing(): Standing {
    return standingOrders(this.#orders)
  }

  modeOf(run: RunId): RunMode {
    return this.#modes.get(run) ?? 'propose'
  }

  /** The branch that the run began on; null: on none. `undefined`: an older journal does not say. */
  refOf(run: RunId): string | null | undefined {
    return this.#refs.get(run)
  }

  /** Null: the run has not asked. */
  deadlineOf(run: RunId, proposal: string): number | null {
    return this.#deadlines.get(`${run} ${proposal}`) ?? null
  }

  breaker({ breaker }: Pick<AutomationRules, 'breaker'>, now: number): BreakerStanding {
    return breakerAt(this.#signals, breaker, this.#latest(now))
  }

  /** Automatic applications that moved a branch, or may have, within the last 24 hours. */
  appliedToday(now: number): number {
    return this.#counted.filter((at) => at > this.#latest(now) - 86_400_000).length
  }

  /** Why nothing may be applied automatically now, in a sentence; null where it may. */
  bar(rules: AutomationRules, now: number): string | null {
    const standing = this.breaker(rules, now)
    if (standing.state === 'open') return `too much went wrong: nothing is applied automatically before ${timeText(standing.until)}`
    if (standing.state === 'probing') return `one change was applied to see whether all is well again; the next may follow after ${timeText(standing.until)}`
    const next = nextAllowed(this.#counted, rules.perDay, this.#latest(now))
    if (next === null) return null
    return `${rules.perDay} automatic applications in 24 hours are all that is allowed${Number.isFinite(next) ? `: the next one after ${timeText(next)}` : ''}`
  }

  get #counted(): readonly number[] {
    return this.#applied.filter(({ application }) => !this.#abandoned.has(application)).map(({ at }) => at)
  }

  #latest(now: number): number {
    return Math.max(now, this.#time)
  }
}

function timeText(at: number): string {
  return new Date(Math.min(at, 8.64e15)).toISOString()
}
