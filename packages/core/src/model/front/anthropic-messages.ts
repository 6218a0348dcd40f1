import { z } from 'zod'
import type { ModelMessage, ModelReply } from '../model-request.ts'
import { event, mostTokens, optional, parsed, resultOf, schemaObject, temperature, textOf, UnreadableRequest, usageOf, type Dialect, type FrontAnswer } from './dialect.ts'

const text = z.looseObject({ type: z.string(), text: z.string().optional() })
const block = z.looseObject({ type: z.string(), text: z.string().optional(), id: z.string().optional(), name: z.string().optional(), input: z.unknown().optional(), tool_use_id: z.string().optional(), content: z.union([z.string(), z.array(text)]).optional() })
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  system: z.union([z.string(), z.array(text)]).nullish(),
  // Claude Code puts rules of its own between the turns.
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: z.union([z.string(), z.array(block)]) })).min(1),
  tools: z.array(z.looseObject({ name: z.string(), description: z.string().nullish(), input_schema: schemaObject.nullish() })).nullish(),
  max_tokens: mostTokens,
  temperature,
})
type Block = z.output<typeof block>

const reasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', 'content-filter': 'refusal' } as const

/** POST /v1/messages */
export const anthropicMessages: Dialect = {
  read: (raw) => {
    const asked = parsed(body, raw)
    const names = new Map(asked.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content.flatMap((one): [string, string][] => (one.type === 'tool_use' ? [[one.id ?? '', one.name ?? '']] : [])))))
    const tools = (asked.tools ?? []).map((tool) => ({ name: tool.name, description: tool.description ?? '', input: tool.input_schema ?? { type: 'object' } }))
    const messages = asked.messages.flatMap(({ role, content }) => (role === 'system' ? [] : messagesOf(role, typeof content === 'string' ? [{ type: 'text', text: content }] : content, names)))
    const system = [textOf(asked.system), ...asked.messages.flatMap(({ role, content }) => (role === 'system' ? [textOf(content)] : []))].filter((text) => text !== '').join('\n\n')
    return { model: asked.model, isStream: asked.stream === true, request: { system, messages, ...(tools.length === 0 ? {} : { tools }), maxOutputTokens: asked.max_tokens, ...optional('temperature', asked.temperature) } }
  },
  whole: (reply, about) => ({ ...base(reply, about), content: blocks(reply), stop_reason: reasons[reply.finish], stop_sequence: null }),
  stream: (about) => {
    let index = -1
    let isText = false
    const send = (type: string, data: object): string => event({ type, ...data }, type)
    const stop = (): string => (index < 0 ? '' : send('content_block_stop', { index }))
    const next = (block: object): string => `${stop()}${send('content_block_start', { index: ++index, content_block: block })}`
    const delta = (of: object): string => send('content_block_delta', { index, delta: of })
    return {
      // What the question had is known when the answer is: it stands at the end.
      opening: send('message_start', { message: { ...base(noUsage, about), content: [], stop_reason: null, stop_sequence: null } }),
      piece: (piece) => {
        const opened = piece.kind === 'call' ? next({ type: 'tool_use', id: piece.id, name: piece.name, input: {} }) : piece.kind === 'text' && !isText ? next({ type: 'text', text: '' }) : ''
        isText = piece.kind === 'text'
        return `${opened}${piece.kind === 'text' ? delta({ type: 'text_delta', text: piece.text }) : piece.kind === 'input' ? delta({ type: 'input_json_delta', partial_json: piece.text }) : ''}`
      },
      end: (reply) => {
        const { input, output } = usageOf(reply)
        return `${stop()}${send('message_delta', { delta: { stop_reason: reasons[reply.finish], stop_sequence: null }, usage: { input_tokens: input, output_tokens: output } })}${send('message_stop', {})}`
      },
      fail: (status, message) => event(error(status, message), 'error'),
    }
  },
  error,
}

const noUsage = { usage: { input: 0, output: 0 } }

function error(status: number, message: string): object {
  return { type: 'error', error: { type: status === 401 ? 'authentication_error' : status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'api_error', message } }
}

function messagesOf(role: 'user' | 'assistant', content: readonly Block[], names: ReadonlyMap<string, string>): readonly ModelMessage[] {
  const results = content.filter(({ type }) => type === 'tool_result').map((one): ModelMessage => ({ role: 'tool', callId: one.tool_use_id ?? '', name: names.get(one.tool_use_id ?? '') ?? 'tool', text: resultOf(one.content) }))
  const toolCalls = content.filter(({ type }) => type === 'tool_use').map((one) => ({ id: one.id ?? '', name: one.name ?? '', input: JSON.stringify(one.input ?? {}) }))
  const odd = content.find(({ type }) => !['text', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'].includes(type))
  if (odd !== undefined) throw new UnreadableRequest(`a block of type ${odd.type} cannot be passed on`)
  const texts = content.filter(({ type }) => type === 'text').map(({ type, text: own }) => ({ type, text: own }))
  // What the model said came in pieces of its own choice.
  const words = role === 'assistant' ? texts.map((one) => textOf([one])).join('') : textOf(texts)
  if (role === 'assistant') return [{ role, text: words, toolCalls }]
  return [...results, ...(words === '' && results.length > 0 ? [] : [{ role: 'user' as const, text: words }])]
}

function blocks({ text: words, toolCalls }: ModelReply): readonly object[] {
  return [...(words === '' ? [] : [{ type: 'text', text: words }]), ...toolCalls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input: objectOf(input) }))]
}

/** The model may have written no JSON: then the tool gets nothing, and says so. */
function objectOf(input: string): unknown {
  try {
    return JSON.parse(input) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function base(reply: Pick<ModelReply, 'usage'>, { id, model }: FrontAnswer): object {
  const { input, output } = usageOf(reply)
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, usage: { input_tokens: input, output_tokens: output } }
}
