import { ModelEnd, type Message, type Model, type Reply, type ToolCall } from './model.ts'
import { send, type Address, type Answer } from './send.ts'
import type { Tool } from './tool.ts'
import type { Trajectory } from './trajectory.ts'

export interface ChatOptions {
  readonly address: Address
  readonly model: string
  readonly replyTokens: number
  readonly trajectory: Trajectory
  /** Waits between tries; stops when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

const attempts = 5
const firstWaitMs = 500
const mostWaitMs = 20_000

/** A model behind OpenAI's chat completions. Asked again, a few times and ever later, where it is busy, broken, or says what cannot be read. */
export function openChatModel(options: ChatOptions): Model {
  let replies = 0
  return {
    ask: async (messages, tools, signal) => {
      const body = JSON.stringify({ model: options.model, max_tokens: options.replyTokens, messages: messages.map(sent), tools: tools.map(offered) })
      for (let attempt = 1; ; attempt++) {
        const answer = await tried(options.address, body, signal)
        if (answer?.status === 402) throw new ModelEnd('budget', 'the budget is spent')
        if (answer?.status === 200) {
          const reply = read(answer.body)
          const call = ++replies
          if (reply !== null) {
            options.trajectory({ kind: 'model', call, tokens: reply.tokens, text: reply.text, tools: reply.calls.map(({ name }) => name) })
            return reply
          }
          options.trajectory({ kind: 'model', call, tokens: 0, text: '', tools: [], problem: answer.body === null ? 'cut off' : 'unreadable' })
        } else if (answer !== null && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
          throw new ModelEnd('refused', `the model's server answered ${answer.status}: ${(answer.body ?? '').slice(0, 300)}`)
        }
        if (attempt === attempts) throw new ModelEnd('unreachable', `no usable answer in ${attempts} tries; the last was ${answer === null ? 'none at all' : answer.status}`)
        const waitMs = Math.min(mostWaitMs, Math.max(firstWaitMs * 2 ** (attempt - 1), (answer?.retryAfter ?? 0) * 1000))
        options.trajectory({ kind: 'retry', status: answer?.status ?? null, waitMs })
        await options.wait(waitMs, signal)
      }
    },
  }
}

async function tried(address: Address, body: string, signal: AbortSignal): Promise<Answer | null> {
  try {
    return await send(address, body, signal)
  } catch (error) {
    if (signal.aborted) throw error
    return null
  }
}

function sent(message: Message): object {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.text }
    case 'assistant': {
      const calls = message.calls.map(({ id, name, written }) => ({ id, type: 'function', function: { name, arguments: isJson(written) ? written : '{}' } }))
      return { role: 'assistant', content: message.text, ...(calls.length === 0 ? {} : { tool_calls: calls }) }
    }
    case 'tool':
      return { role: 'tool', tool_call_id: message.call, content: message.text }
  }
}

function offered({ name, description, parameters }: Tool): object {
  const properties = Object.fromEntries(Object.entries(parameters).map(([key, { type, description }]) => [key, { type, description }]))
  const required = Object.keys(parameters).filter((key) => parameters[key]?.optional !== true)
  return { type: 'function', function: { name, description, parameters: { type: 'object', properties, required, additionalProperties: false } } }
}

/** Some servers refuse a conversation in which earlier arguments are no JSON. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

interface Body {
  readonly choices?: readonly { readonly finish_reason?: unknown; readonly message?: { readonly content?: unknown; readonly tool_calls?: unknown } }[]
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown }
}

/** Null for what is no reply. */
function read(text: string | null): Reply | null {
  if (text === null || !isJson(text)) return null
  const body = JSON.parse(text) as Body | null
  const choice = Array.isArray(body?.choices) ? body.choices[0] : undefined
  if (choice?.message === undefined || choice.message === null) return null
  const { content, tool_calls: calls } = choice.message
  const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0)
  return {
    text: typeof content === 'string' ? content : '',
    calls: Array.isArray(calls) ? calls.flatMap(toolCall) : [],
    tokens: count(body?.usage?.prompt_tokens) + count(body?.usage?.completion_tokens),
    isCut: choice.finish_reason === 'length',
  }
}

function toolCall(value: unknown, index: number): readonly ToolCall[] {
  const call = value as { readonly id?: unknown; readonly function?: { readonly name?: unknown; readonly arguments?: unknown } } | null
  const { name, arguments: written } = call?.function ?? {}
  if (typeof name !== 'string') return []
  // Some servers hand the arguments over as an object, or leave the id out.
  return [{ id: typeof call?.id === 'string' && call.id !== '' ? call.id : `call-${index}`, name, written: typeof written === 'string' ? written : JSON.stringify(written ?? {}) }]
}
