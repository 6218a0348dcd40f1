import { Failure } from '../failure/failure.ts'

export const modelErrorCodes = [
  'key-missing', 'host-refused', 'price-unknown', 'unreachable', 'unauthorised', 'request-refused', 'rate-limited', 'overloaded', 'server-failed', 'stalled', 'timed-out', 'cut-off', 'bad-reply', 'reply-too-large', 'transcript-failed', 'template-invalid', 'recording-missing', 'lost',
] as const
export type ModelErrorCode = (typeof modelErrorCodes)[number]

/** A model could not be asked, or what came back is no reply. */
export class ModelError extends Failure<ModelErrorCode> {
  /** What the provider asks to wait, in ms; null where it says nothing. */
  readonly retryAfterMs: number | null

  constructor(code: ModelErrorCode, message: string, { retryAfterMs = null, ...options }: { readonly cause?: unknown; readonly remedy?: string; readonly retryAfterMs?: number | null } = {}) {
    super(code, message, options)
    this.retryAfterMs = retryAfterMs
  }
}

/** Whether another try may do better. */
export function isPassing(code: ModelErrorCode): boolean {
  return passing.has(code)
}

/**
 * Whether the provider may charge for it all the same: what it was sent it may have answered, whoever lost the answer. Only an explicit refusal, and what never reached it, is known to cost nothing.
 */
export function mayCost(code: ModelErrorCode): boolean {
  return !free.has(code)
}

const passing: ReadonlySet<ModelErrorCode> = new Set<ModelErrorCode>(['unreachable', 'rate-limited', 'overloaded', 'server-failed', 'stalled', 'cut-off'])
const free: ReadonlySet<ModelErrorCode> = new Set<ModelErrorCode>(['key-missing', 'host-refused', 'price-unknown', 'unreachable', 'unauthorised', 'request-refused', 'rate-limited', 'overloaded', 'template-invalid', 'recording-missing'])
