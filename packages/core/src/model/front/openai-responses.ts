import { z } from 'zod'
import type { ModelMessage } from '../model-request.ts'
import { mostTokens, optional, parsed, resultOf, schemaObject, temperature, textOf, UnreadableRequest, usualTokens, type Dialect } from './dialect.ts'
import { joinedName, namespacedTools, type OwnName } from './namespaced-tool.ts'
import { finishedResponse, itemsOf } from './response-object.ts'
import { responseStream } from './response-stream.ts'

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

type Item = z.output<typeof item>
type Tool = Pick<NonNullable<z.output<typeof body>['tools']>[number], keyof typeof tool>

function toolOf({ type, name = '', description, parameters }: Tool, namespace: string | undefined): readonly { readonly own: OwnName; readonly description: string; readonly input: Readonly<Record<string, unknown>> }[] {
  return type === 'function' ? [{ own: { name, ...(namespace === undefined ? {} : { namespace }) }, description: description ?? '', input: parameters ?? { type: 'object' } }] : []
}

/** POST /v1/responses, without anything that is kept between calls: every request carries the whole conversation. */
export const openaiResponses: Dialect = {
  read: (raw) => {
    const asked = parsed(body, raw)
    const items: readonly Item[] = typeof asked.input === 'string' ? [{ type: 'message', role: 'user', content: asked.input }] : asked.input
    const names = new Map(items.flatMap((one) => (one.type === 'function_call' ? [[one.call_id ?? '', joinedName(one.namespace, one.name ?? '')]] : []) as [string, string][]))
    const system = [asked.instructions ?? '', ...items.filter(({ role }) => role === 'system' || role === 'developer').map((one) => textOf(one.content))].filter((text) => text !== '').join('\n\n')
    const offered = (asked.tools ?? []).flatMap((one) => (one.type === 'namespace' ? (one.tools ?? []).flatMap((inner) => toolOf(inner, one.name)) : toolOf(one, undefined)))
    const tools = offered.map(({ own, description, input }) => ({ name: joinedName(own.namespace, own.name), description, input }))
    const request = { system, messages: joined(inOrder(items).flatMap((one) => messageOf(one, names))), ...(tools.length === 0 ? {} : { tools }), maxOutputTokens: asked.max_output_tokens ?? usualTokens, ...optional('temperature', asked.temperature) }
    return { model: asked.model, isStream: asked.stream === true, request, namespaced: namespacedTools(offered.map(({ own }) => own)) }
  },
  whole: (reply, about) => finishedResponse(reply, about, itemsOf(reply, about)),
  stream: responseStream,
  error,
}

function error(status: number, message: string): object {
  return { error: { message, type: status === 402 ? 'insufficient_quota' : 'ratchet_gateway', code: String(status) } }
}

function messageOf(one: Item, names: ReadonlyMap<string, string>): readonly ModelMessage[] {
  switch (one.type ?? 'message') {
    case 'message':
      if (one.role === 'system' || one.role === 'developer') return []
      return [one.role === 'assistant' ? { role: 'assistant', text: textOf(one.content) } : { role: 'user', text: textOf(one.content) }]
    case 'function_call':
      return [{ role: 'assistant', text: '', toolCalls: [{ id: one.call_id ?? '', name: joinedName(one.namespace, one.name ?? ''), input: one.arguments ?? '' }] }]
    case 'function_call_output':
      return [{ role: 'tool', callId: one.call_id ?? '', name: names.get(one.call_id ?? '') ?? 'tool', text: resultOf(one.output) }]
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

/** Words that the model said after a call, in the same turn, belong to what it said before: as one text they are in the record. */
function inOrder(items: readonly Item[]): readonly Item[] {
  const ordered: Item[] = []
  for (const one of items) {
    const first = isSaid(one) ? ordered.findLastIndex(({ type }) => type !== 'function_call') + 1 : ordered.length
    if (first === ordered.length) {
      ordered.push(one)
      continue
    }
    const before = ordered[first - 1]
    if (before !== undefined && isSaid(before)) ordered[first - 1] = { ...before, content: `${textOf(before.content)}${textOf(one.content)}` }
    else ordered.splice(first, 0, one)
  }
  return ordered
}

function isSaid({ type = 'message', role }: Item): boolean {
  return type === 'message' && role === 'assistant'
}
