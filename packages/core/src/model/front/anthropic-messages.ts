import { z } from 'zod'
import type { ModelMessage, ModelReply } from '../model-request.ts'
import { event, mostTokens, optional, parsed, schemaObject, temperature, textOf, UnreadableRequest, usageOf, type Dialect, type FrontAnswer } from './dialect.ts'

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
  whole: (reply, about) => ({ ...base(reply, about), content: blocks(reply).map(({ block: one }) => one), stop_reason: reasons[reply.finish], stop_sequence: null }),
  stream: (reply, about) => {
    const start = event({ type: 'message_start', message: { ...base(reply, about), content: [], stop_reason: null, stop_sequence: null } }, 'message_start')
    const each = blocks(reply).map(({ opening, delta }, index) => `${event({ type: 'content_block_start', index, content_block: opening }, 'content_block_start')}${event({ type: 'content_block_delta', index, delta }, 'content_block_delta')}${event({ type: 'content_block_stop', index }, 'content_block_stop')}`)
    const end = event({ type: 'message_delta', delta: { stop_reason: reasons[reply.finish], stop_sequence: null }, usage: { output_tokens: usageOf(reply).output } }, 'message_delta')
    return `${start}${each.join('')}${end}${event({ type: 'message_stop' }, 'message_stop')}`
  },
  error: (status, message) => ({ type: 'error', error: { type: status === 401 ? 'authentication_error' : status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'api_error', message } }),
}

function messagesOf(role: 'user' | 'assistant', content: readonly Block[], names: ReadonlyMap<string, string>): readonly ModelMessage[] {
  const results = content.filter(({ type }) => type === 'tool_result').map((one): ModelMessage => ({ role: 'tool', callId: one.tool_use_id ?? '', name: names.get(one.tool_use_id ?? '') ?? 'tool', text: textOf(one.content) }))
  const toolCalls = content.filter(({ type }) => type === 'tool_use').map((one) => ({ id: one.id ?? '', name: one.name ?? '', input: JSON.stringify(one.input ?? {}) }))
  const odd = content.find(({ type }) => !['text', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking'].includes(type))
  if (odd !== undefined) throw new UnreadableRequest(`a block of type ${odd.type} cannot be passed on`)
  const words = textOf(content.filter(({ type }) => type === 'text').map(({ type, text: own }) => ({ type, text: own })))
  if (role === 'assistant') return [{ role, text: words, toolCalls }]
  return [...results, ...(words === '' && results.length > 0 ? [] : [{ role: 'user' as const, text: words }])]
}

function blocks({ text: words, toolCalls }: ModelReply): readonly { readonly block: object; readonly opening: object; readonly delta: object }[] {
  const first = words === '' ? [] : [{ block: { type: 'text', text: words }, opening: { type: 'text', text: '' }, delta: { type: 'text_delta', text: words } }]
  return [...first, ...toolCalls.map(({ id, name, input }) => ({ block: { type: 'tool_use', id, name, input: objectOf(input) }, opening: { type: 'tool_use', id, name, input: {} }, delta: { type: 'input_json_delta', partial_json: input } }))]
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

function base(reply: ModelReply, { id, model }: FrontAnswer): object {
  const { input, output } = usageOf(reply)
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, usage: { input_tokens: input, output_tokens: output } }
}
