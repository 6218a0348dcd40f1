import type { BreakerRules } from './circuit-breaker.ts'

/** Within what a run applies by itself: data, recorded beside what was applied by it. */
export interface AutomationRules {
  /** Automatic applications in 24 hours at most. */
  readonly perDay: number
  readonly breaker: BreakerRules
}

/** That nobody asked for an application at this moment, and by what right it was made all the same. */
export interface Automatic {
  readonly run: string
  readonly mode: 'supervised' | 'autonomous'
  readonly rules: AutomationRules
}

/** Where nobody configured anything. */
export const defaultBreaker: BreakerRules = { failures: 3, window: 7 * 86_400_000, cooldown: 3_600_000, longest: 7 * 86_400_000 }
