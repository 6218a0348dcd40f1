import { alertsOf } from '../alert/alerts-of.ts'
import type { JournalEvent } from '../journal/event.ts'
import type { BreakerSignal } from './circuit-breaker.ts'

/** Events that the breaker and the limit are made of. Whoever folds anything else as well counts time differently. */
export const autonomyKinds = [
  'run-started', 'proposal-made', 'proposal-screened', 'decision-made', 'consent-given', 'order-given', 'approval-requested', 'application-intended', 'application-settled', 'reversion-intended', 'reversion-settled',
] as const satisfies readonly JournalEvent['kind'][]

export type AutonomyEvent = Extract<JournalEvent, { readonly kind: (typeof autonomyKinds)[number] }>

const watched: ReadonlySet<string> = new Set(autonomyKinds)

export function isAutonomyEvent(event: JournalEvent): event is AutonomyEvent {
  return watched.has(event.kind)
}

/**
 * What went wrong, or was done by nobody, in one event. Attempts count where a run made them: what a person puts before `evaluate`, say a stranger's patch, says nothing about the runs. `isAutomatic`: whether an
 * application was one.
 */
export function signalOf(event: AutonomyEvent, isAutomatic: (application: string) => boolean): BreakerSignal['kind'] | null {
  switch (event.kind) {
    case 'application-intended':
      return event.body.automatic === undefined ? null : 'automatic'
    case 'application-settled':
      return event.body.outcome === 'abandoned' && isAutomatic(event.body.application) ? 'failure' : null
    case 'reversion-settled':
      return event.body.outcome === 'reverted' ? 'failure' : null
    case 'proposal-screened':
      return event.body.run !== null && isGrave(event) ? 'failure' : null
    case 'decision-made': {
      const { run, purpose, decision } = event.body
      if (run === null) return null
      if (isGrave(event)) return 'grave'
      // The search believed in it, and measured again it turned out to break something.
      return purpose === 'confirm' && decision.verdict === 'rejected' ? 'failure' : null
    }
    default:
      return null
  }
}

function isGrave(event: AutonomyEvent): boolean {
  return alertsOf(event).some(({ severity }) => severity === 'critical')
}
