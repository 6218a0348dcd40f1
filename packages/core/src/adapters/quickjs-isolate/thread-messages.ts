import type { IsolateLimits } from '../../isolate/isolate.ts'

export interface ThreadData {
  readonly source: string
  readonly limits: IsolateLimits
}

/** To the thread: one call. */
export interface CallMessage {
  readonly name: string
  readonly text: string
  readonly observe: boolean
}

/** From the thread: that the engine is there, then whether the module is, then once a call. Nothing follows `stopped`. */
export type ThreadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'outcome'; readonly text: string }
  | { readonly kind: 'stopped'; readonly limit: 'time' | 'memory-or-stack' | 'output' }
