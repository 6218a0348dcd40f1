import { z } from 'zod'
import type { ModelMessage, ModelReply } from '../model-request.ts'
import { event, mostTokens, optional, parsed, schemaObject, temperature, textOf, usageOf, UnreadableRequest, usualTokens, type Dialect, type FrontAnswer } from './dialect.ts'
import { joinedName, ownName } from './namespaced-tool.ts'

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
const item = z.looseObject({ type: z.string().optional(), role: z.string().optional(), content: content.optional(), call_id: z.string().optional(), name: z.string().optional(), namespace: z.string().optional(), arguments: z.string().optional(), output: content.optional() })
const tool = { type: z.string(), name: z.string().optional(), description: z.string().nullish(), parameters: schemaObject.nullish() }
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(item).min(1)]),
  tools: z.array(z.looseObject({ ...tool, tools: z.array(z.looseObject(tool)).nullish() })).nullish(),
  max_output_tokens: mostTokens.nullish(),
  temperature,
})

/** POST /v1/responses, without anything that is kept between calls: every request carries the whole conversation. */
export const openaiResponses: Dialect = {
  read: (raw) => {
    const asked = parsed(body, raw)
    const items = typeof asked.input === 'string' ? [{ type: 'message', role: 'user', content: asked.input }] : asked.input
    const names = new Map(items.flatMap((one) => (one.type === 'function_call' ? [[(one as z.output<typeof item>).call_id ?? '', nameOf(one as z.output<typeof item>)]] : []) as [string, string][]))
    const system = [asked.instructions ?? '', ...items.filter(({ role }) => role === 'system' || role === 'developer').map((one) => textOf(one.content))].filter((text) => text !== '').join('\n\n')
    const tools = (asked.tools ?? []).flatMap((one) => (one.type === 'namespace' ? (one.tools ?? []).map((inner) => ({ ...inner, namespace: one.name })) : [{ ...one, namespace: undefined }]))
      .filter(({ type }) => type === 'function').map((one) => ({ name: nameOf(one), description: one.description ?? '', input: one.parameters ?? { type: 'object' } }))
    const request = { system, messages: joined(items.flatMap((one) => messageOf(one, names))), ...(tools.length === 0 ? {} : { tools }), maxOutputTokens: asked.max_output_tokens ?? usualTokens, ...optional('temperature', asked.temperature) }
    return { model: asked.model, isStream: asked.stream === true, request }
  },
  whole: (reply, about) => response(reply, about, 'completed'),
  stream: (reply, about) => {
    let sequence = 0
    const send = (type: string, data: object): string => event({ type, sequence_number: sequence++, ...data }, type)
    const items = outputs(reply, about)
    const each = items.flatMap((one, index): string[] => [
      send('response.output_item.added', { output_index: index, item: { ...one, status: 'in_progress', ...('content' in one ? { content: [] } : { arguments: '' }) } }),
      ...('content' in one
        ? [
            send('response.content_part.added', { item_id: one.id, output_index: index, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } }),
            send('response.output_text.delta', { item_id: one.id, output_index: index, content_index: 0, delta: reply.text }),
            send('response.output_text.done', { item_id: one.id, output_index: index, content_index: 0, text: reply.text }),
            send('response.content_part.done', { item_id: one.id, output_index: index, content_index: 0, part: { type: 'output_text', text: reply.text, annotations: [] } }),
          ]
        : [
            send('response.function_call_arguments.delta', { item_id: one.id, output_index: index, delta: one.arguments }),
            send('response.function_call_arguments.done', { item_id: one.id, output_index: index, arguments: one.arguments }),
          ]),
      send('response.output_item.done', { output_index: index, item: one }),
    ])
    return [send('response.created', { response: { ...response(reply, about, 'in_progress'), output: [] } }), ...each, send('response.completed', { response: response(reply, about, 'completed') })].join('')
  },
  error: (status, message) => ({ error: { message, type: status === 402 ? 'insufficient_quota' : 'ratchet_gateway', code: String(status) } }),
}

function nameOf({ namespace, name = '' }: { readonly namespace?: string | undefined; readonly name?: string | undefined }): string {
  return joinedName(namespace, name)
}

function messageOf(one: z.output<typeof item>, names: ReadonlyMap<string, string>): readonly ModelMessage[] {
  switch (one.type ?? 'message') {
    case 'message':
      if (one.role === 'system' || one.role === 'developer') return []
      return [one.role === 'assistant' ? { role: 'assistant', text: textOf(one.content) } : { role: 'user', text: textOf(one.content) }]
    case 'function_call':
      return [{ role: 'assistant', text: '', toolCalls: [{ id: one.call_id ?? '', name: nameOf(one), input: one.arguments ?? '' }] }]
    case 'function_call_output':
      return [{ role: 'tool', callId: one.call_id ?? '', name: names.get(one.call_id ?? '') ?? 'tool', text: textOf(one.output) }]
    case 'reasoning':
      return []
    default:
      throw new UnreadableRequest(`an item of type ${one.type ?? ''} cannot be passed on`)
  }
}

/** A turn is one message elsewhere: providers refuse a call that is not followed by its result, also where the next call of the same turn stands between them. */
function joined(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const turns: ModelMessage[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role !== 'assistant' || last?.role !== 'assistant') turns.push(message)
    else turns[turns.length - 1] = { role: 'assistant', text: [last.text, message.text].filter((text) => text !== '').join('\n'), toolCalls: [...(last.toolCalls ?? []), ...(message.toolCalls ?? [])] }
  }
  return turns
}

type Output = { readonly id: string; readonly type: 'message'; readonly role: 'assistant'; readonly status: string; readonly content: readonly object[] } | { readonly id: string; readonly type: 'function_call'; readonly status: string; readonly call_id: string; readonly name: string; readonly namespace?: string; readonly arguments: string }

function outputs({ text, toolCalls }: ModelReply, { id }: FrontAnswer): readonly Output[] {
  const message: readonly Output[] = text === '' ? [] : [{ id: `msg_${id}`, type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] }]
  return [...message, ...toolCalls.map((call, index): Output => ({ id: `fc_${id}_${index}`, type: 'function_call', status: 'completed', call_id: call.id, ...ownName(call.name), arguments: call.input }))]
}

function response(reply: ModelReply, about: FrontAnswer, status: string): object {
  const { input, output } = usageOf(reply)
  const isCut = status === 'completed' && reply.finish === 'length'
  return {
    id: `resp_${about.id}`, object: 'response', created_at: 0, model: about.model, status: isCut ? 'incomplete' : status, incomplete_details: isCut ? { reason: 'max_output_tokens' } : null, error: null, output: outputs(reply, about),
    usage: { input_tokens: input, input_tokens_details: { cached_tokens: 0 }, output_tokens: output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input + output },
  }
}
