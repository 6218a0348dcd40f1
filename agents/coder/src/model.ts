import type { Tool } from './tool.ts'

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON, as the model wrote it: it may be none. */
  readonly written: string
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly call: string; readonly text: string }

export interface Reply {
  readonly text: string
  readonly calls: readonly ToolCall[]
  readonly tokens: number
  /** It had more to say than one reply may have. */
  readonly isCut: boolean
}

export interface Model {
  /** @throws ModelEnd when it is of no use to ask again */
  ask(messages: readonly Message[], tools: readonly Tool[], signal: AbortSignal): Promise<Reply>
}

/** `budget`: nothing is left to spend; `refused`: the request itself is not wanted; `unreachable`: it did not answer, however often it was asked. */
export class ModelEnd extends Error {
  readonly why: 'budget' | 'refused' | 'unreachable'

  constructor(why: ModelEnd['why'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.why = why
  }
}
