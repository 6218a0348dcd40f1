import type { ModelReply, ModelRequest } from './model-request.ts'

/** What providers put round a message and a tool, with room to spare. */
const perMessage = 64
const perTool = 256
const perRequest = 1_024

/**
 * More tokens than a request can have: every tokenizer in use works on bytes or on whole characters, so a text has at most as many tokens as its UTF-8 has bytes. Three to four times too many for English; that is what a
 * bound costs that needs no tokenizer of every model.
 */
export function mostInputTokens({ system, messages, tools = [] }: ModelRequest): number {
  const texts = messages.reduce((sum, message) => sum + perMessage + Buffer.byteLength(message.text) + (message.role === 'assistant' ? callBytes(message.toolCalls ?? []) : 0), 0)
  return perRequest + Buffer.byteLength(system) + texts + tools.reduce((sum, tool) => sum + perTool + Buffer.byteLength(JSON.stringify(tool)), 0)
}

/** About how many, for packing a prompt and for saying what a run may cost. */
export function likelyTokens(text: string): number {
  return Math.ceil(text.length / 3.5)
}

function callBytes(calls: ModelReply['toolCalls']): number {
  return calls.reduce((sum, call) => sum + perMessage + Buffer.byteLength(call.name) + Buffer.byteLength(call.input), 0)
}

/** No vocabulary in use has a token for a longer text, but for runs of blanks. */
const longestToken = 256

export interface CountedUsage {
  readonly input: number
  readonly output: number
}

/** The usage that a reply states, if it can be true at all: not missing, not more than was kept for the call, not less than the texts must have. Null otherwise. */
export function plausibleUsage(request: ModelRequest, reply: ModelReply): CountedUsage | null {
  const { input, output } = reply.usage
  if (!isCount(input) || !isCount(output)) return null
  if (input > mostInputTokens(request) || output > request.maxOutputTokens) return null
  const sent = request.messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), Buffer.byteLength(request.system))
  const received = Buffer.byteLength(reply.text) + callBytes(reply.toolCalls)
  return input * longestToken >= sent && output * longestToken >= received ? { input, output } : null
}

/** More than any model in use takes or gives; sums of money stay whole numbers below it. */
const mostStated = 10_000_000

/** What the provider will send a bill for, possible or not; where it says nothing that can be read, the most that was possible. */
export function statedUsage(request: ModelRequest, { usage: { input, output } }: Pick<ModelReply, 'usage'>): CountedUsage {
  return { input: Math.min(mostStated, isCount(input) ? input : mostInputTokens(request)), output: Math.min(mostStated, isCount(output) ? output : request.maxOutputTokens) }
}

function isCount(value: number | null): value is number {
  return value !== null && Number.isSafeInteger(value) && value >= 0
}
