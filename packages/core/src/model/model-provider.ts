import type { ModelReply, ModelRequest } from './model-request.ts'
import type { ReplyDelta } from './reply-flow.ts'

export interface AskOptions {
  readonly signal: AbortSignal
  /** The reply as it comes in, for who wants to watch. Not durable, and never to be acted on: the reply may still fail. */
  readonly observe?: (delta: ReplyDelta) => void
}

/**
 * One model at one endpoint. A call is one request and no more: retries, budget and record are the gateway's. An abort rejects with the signal's reason.
 *
 * @throws ModelError
 */
export interface ModelProvider {
  ask(request: ModelRequest, options: AskOptions): Promise<ModelReply>
}
