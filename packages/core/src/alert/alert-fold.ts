import { defaultBreaker } from '../autonomy/automatic.ts'
import { isAutonomyEvent, signalOf } from '../autonomy/breaker-signals.ts'
import { CircuitBreaker, type BreakerRules } from '../autonomy/circuit-breaker.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { Alert } from './alert.ts'
import { alertsOf } from './alerts-of.ts'

/** All alerts of a journal, in its order: each kind once a proposal, and one whenever the breaker opens. */
export class AlertFold {
  readonly #breaker: CircuitBreaker
  readonly #automatic = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #alerts: Alert[] = []
  #time = 0

  constructor(rules: BreakerRules = defaultBreaker) {
    this.#breaker = new CircuitBreaker(rules)
  }

  /** What is new by this event. */
  apply(event: JournalEvent): readonly Alert[] {
    if (!isAutonomyEvent(event)) return []
    this.#time = Math.max(this.#time, Date.parse(event.at) || 0)
    const alerts = [...alertsOf(event), ...this.#failures(event)].filter(({ kind, proposal }) => {
      const key = `${kind} ${proposal ?? ''}`
      const isNew = proposal === null || !this.#seen.has(key)
      this.#seen.add(key)
      return isNew
    })
    this.#alerts.push(...alerts)
    return alerts
  }

  get alerts(): readonly Alert[] {
    return this.#alerts
  }

  #failures(event: Parameters<typeof signalOf>[0]): readonly Alert[] {
    if (event.kind === 'application-intended' && event.body.automatic !== undefined) this.#automatic.add(event.body.application)
    const kind = signalOf(event, (application) => this.#automatic.has(application))
    if (kind === null || !this.#breaker.add({ kind, at: this.#time })) return []
    return [{ kind: 'repeated-failures', severity: 'critical', sequence: event.sequence, at: event.at, proposal: null, signs: [kind === 'grave' ? 'grave-attempt' : 'circuit-breaker'] }]
  }
}
