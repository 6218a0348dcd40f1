import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4FinishReason, LanguageModelV4Message, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider'
import { ModelError } from '../../model/model-error.ts'
import type { FinishReason, ModelReply, ModelRequest, ModelToolCall } from '../../model/model-request.ts'
import type { ReplyDelta } from '../../model/reply-flow.ts'
import { modelErrorOf } from './model-error-of.ts'

/** More is no proposal, whatever it is: 4 MiB of text. */
const mostCharacters = 4 * 1024 * 1024
/** Of tools. A call may be as good as empty: then characters alone bound nothing. */
const mostCalls = 1000

export interface AskLimits {
  readonly signal: AbortSignal
  /** Longest silence before and between parts of a reply. */
  readonly stallMs: number
  /** Longest time in all: a reply that drips for ever never stalls. */
  readonly timeoutMs: number
  readonly stream: boolean
  readonly observe?: (delta: ReplyDelta) => void
}

/** One request to one model, as a reply or a `ModelError`. Every timer and the connection are gone when it settles. */
export async function askLanguageModel(model: LanguageModelV4, request: ModelRequest, limits: AskLimits): Promise<ModelReply> {
  const controller = new AbortController()
  const stop = (error: unknown): void => controller.abort(error)
  const onAbort = (): void => stop(limits.signal.reason)
  limits.signal.throwIfAborted()
  limits.signal.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(() => stop(new ModelError('timed-out', `no whole reply within ${limits.timeoutMs} ms`)), limits.timeoutMs)
  const silence = setTimeout(() => stop(new ModelError('stalled', `nothing came for ${limits.stallMs} ms`)), limits.stream ? limits.stallMs : limits.timeoutMs)
  try {
    const options = { ...callOptions(request), abortSignal: controller.signal }
    return await Promise.race([limits.stream ? streamed(model, options, { alive: () => void silence.refresh(), observe: limits.observe }) : generated(model, options), aborted(controller.signal)])
  } catch (error) {
    if (limits.signal.aborted) throw limits.signal.reason
    throw modelErrorOf(controller.signal.aborted ? controller.signal.reason : error)
  } finally {
    clearTimeout(deadline)
    clearTimeout(silence)
    limits.signal.removeEventListener('abort', onAbort)
    // Ends the connection also where the reply was left before its end.
    controller.abort()
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')), { once: true }))
}

async function generated(model: LanguageModelV4, options: LanguageModelV4CallOptions): Promise<ModelReply> {
  const result = await model.doGenerate(options)
  const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
  const toolCalls = result.content.flatMap((part): ModelToolCall[] => (part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, input: part.input }] : []))
  const length = toolCalls.reduce((sum, { id, name, input }) => sum + id.length + name.length + input.length, text.length)
  if (length > mostCharacters || toolCalls.length > mostCalls) throw tooLarge()
  return whole({ text, toolCalls }, result.finishReason, result.usage)
}

async function streamed(model: LanguageModelV4, options: LanguageModelV4CallOptions, { alive, observe }: { readonly alive: () => void; readonly observe: ((delta: ReplyDelta) => void) | undefined }): Promise<ModelReply> {
  const { stream } = await model.doStream(options)
  const texts: string[] = []
  const calls = new StreamedCalls()
  let length = 0
  let end: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | null = null
  for await (const part of stream) {
    // A stream that does not heed the signal is left here: nobody waits for it, and nobody may be told of it.
    options.abortSignal?.throwIfAborted()
    alive()
    switch (part.type) {
      case 'text-delta':
        texts.push(part.delta)
        length += part.delta.length
        observe?.({ kind: 'text', text: part.delta })
        break
      case 'reasoning-delta':
        length += part.delta.length
        break
      case 'tool-input-start':
        calls.begin(part.id, part.toolName)
        observe?.({ kind: 'call', id: part.id, name: part.toolName })
        break
      case 'tool-input-delta':
        calls.add(part.delta)
        observe?.({ kind: 'input', id: part.id, text: part.delta })
        break
      case 'tool-call':
        calls.end({ id: part.toolCallId, name: part.toolName, input: part.input })
        observe?.({ kind: 'called', id: part.toolCallId, name: part.toolName, input: part.input })
        break
      case 'finish':
        end = part
        break
      case 'error':
        throw part.error
      default:
    }
    if (length + calls.length > mostCharacters || calls.count > mostCalls) throw tooLarge()
  }
  if (end === null) throw new ModelError('cut-off', 'the stream ended in the middle of the reply')
  return whole({ text: texts.join(''), toolCalls: calls.inOrder() }, end.finishReason, end.usage)
}

/** Calls as they come: in the order in which they began, though they may end in another. */
class StreamedCalls {
  readonly #places = new Map<string, number>()
  readonly #ended: ModelToolCall[] = []
  #begun = 0
  #named = 0
  /** As it came in pieces, and as it came whole: mostly the same, told twice. */
  #pieces = 0
  #whole = 0

  /** Characters. */
  get length(): number {
    return this.#named + Math.max(this.#pieces, this.#whole)
  }

  get count(): number {
    return Math.max(this.#begun, this.#ended.length, this.#places.size)
  }

  begin(id: string, name: string): void {
    this.#begun += 1
    this.#named += id.length + name.length
    this.#place(id)
  }

  add(text: string): void {
    this.#pieces += text.length
  }

  end(call: ModelToolCall): void {
    if (!this.#places.has(call.id)) this.#named += call.id.length + call.name.length
    this.#place(call.id)
    this.#whole += call.input.length
    this.#ended.push(call)
  }

  inOrder(): readonly ModelToolCall[] {
    return this.#ended.toSorted((a, b) => (this.#places.get(a.id) ?? 0) - (this.#places.get(b.id) ?? 0))
  }

  #place(id: string): void {
    if (!this.#places.has(id)) this.#places.set(id, this.#places.size)
  }
}

function whole(content: Pick<ModelReply, 'text' | 'toolCalls'>, reason: LanguageModelV4FinishReason, usage: LanguageModelV4Usage): ModelReply {
  return { ...content, finish: finishOf(reason), usage: { input: usage.inputTokens.total ?? null, output: usage.outputTokens.total ?? null } }
}

/** Without a reason of the provider's the SDK makes one up at the end of the stream: then it was cut off. */
function finishOf({ unified, raw }: LanguageModelV4FinishReason): FinishReason {
  switch (unified) {
    case 'stop':
    case 'length':
    case 'tool-calls':
    case 'content-filter':
      return unified
    case 'error':
      throw new ModelError('server-failed', 'the provider ended the reply with an error')
    case 'interrupted':
    case 'other':
      if (raw === undefined) throw new ModelError('cut-off', 'the reply ended without saying why')
      return 'stop'
  }
}

function tooLarge(): ModelError {
  return new ModelError('reply-too-large', `the reply has more than ${mostCharacters} characters, or more than ${mostCalls} calls of tools`)
}

function callOptions({ system, messages, tools, temperature, seed, maxOutputTokens }: ModelRequest): LanguageModelV4CallOptions {
  return {
    prompt: [...(system === '' ? [] : [{ role: 'system' as const, content: system }]), ...messages.map(promptMessage)],
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(tools === undefined || tools.length === 0 ? {} : { tools: tools.map(({ name, description, input }) => ({ type: 'function' as const, name, description, inputSchema: input })) }),
  }
}

function promptMessage(message: ModelRequest['messages'][number]): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
    case 'assistant':
      return {
        role: 'assistant',
        content: [...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]), ...(message.toolCalls ?? []).map((call) => ({ type: 'tool-call' as const, toolCallId: call.id, toolName: call.name, input: parsedInput(call.input) }))],
      }
    case 'tool':
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId: message.callId, toolName: message.name, output: { type: 'text', value: message.text } }] }
  }
}

function parsedInput(input: string): unknown {
  try {
    return JSON.parse(input) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

