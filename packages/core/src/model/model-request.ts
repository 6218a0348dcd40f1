/** One turn of a conversation. `tool` answers a call that the model made. */
export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls?: readonly ModelToolCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly name: string; readonly text: string }

export interface ModelTool {
  readonly name: string
  readonly description: string
  /** JSON Schema of its input. */
  readonly input: Readonly<Record<string, unknown>>
}

/** `input` is the JSON text as the model wrote it: it may be none. */
export interface ModelToolCall {
  readonly id: string
  readonly name: string
  readonly input: string
}

/** What is asked of a model, in no provider's words. Plain data: its canonical JSON is what digests and transcripts are of. */
export interface ModelRequest {
  readonly system: string
  readonly messages: readonly ModelMessage[]
  readonly tools?: readonly ModelTool[]
  readonly temperature?: number
  readonly seed?: number
  readonly maxOutputTokens: number
}

export const finishReasons = ['stop', 'length', 'tool-calls', 'content-filter'] as const
export type FinishReason = (typeof finishReasons)[number]

/** Tokens as the provider counts them; null where it says nothing. Untrusted: see `plausibleUsage`. */
export interface ModelUsage {
  readonly input: number | null
  readonly output: number | null
}

export interface ModelReply {
  readonly text: string
  readonly toolCalls: readonly ModelToolCall[]
  readonly finish: FinishReason
  readonly usage: ModelUsage
}
