import type { Reason } from '../decision/decision.ts'

export type Passage<T> = { readonly kind: 'passed'; readonly value: T } | { readonly kind: 'barred'; readonly reasons: readonly Reason[] }

/**
 * What an effect on a branch goes through: orders are looked at, and while it is inside, whoever gives one waits. So nothing moves after an order has been given, and nothing is in the middle of moving.
 * The effect takes milliseconds; what takes longer is done before.
 */
export interface EffectGate {
  pass<T>(effect: () => Promise<T>): Promise<Passage<T>>
}
