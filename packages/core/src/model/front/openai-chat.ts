import { z } from 'zod'
import type { ModelMessage, ModelReply } from '../model-request.ts'
import { event, mostTokens, optional, parsed, schemaObject, temperature, textOf, usageOf, usualTokens, type Dialect, type FrontAnswer } from './dialect.ts'

const content = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).nullish()
const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  messages: z.array(z.looseObject({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
    content,
    tool_call_id: z.string().optional(),
    name: z.string().optional(),
    tool_calls: z.array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) })).nullish(),
  })).min(1),
  tools: z.array(z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string(), description: z.string().nullish(), parameters: schemaObject.nullish() }) })).nullish(),
  max_tokens: mostTokens.nullish(),
  max_completion_tokens: mostTokens.nullish(),
  temperature,
  seed: z.int().nullish(),
})

const reasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' } as const

/** POST /v1/chat/completions */
export const openaiChat: Dialect = {
  read: (raw) => {
    const asked = parsed(body, raw)
    const names = new Map(asked.messages.flatMap(({ tool_calls: calls }) => (calls ?? []).map((call) => [call.id, call.function.name])))
    const messages = asked.messages.flatMap((message): ModelMessage[] => {
      const text = textOf(message.content)
      switch (message.role) {
        case 'system':
        case 'developer':
          return []
        case 'user':
          return [{ role: 'user', text }]
        case 'assistant':
          return [{ role: 'assistant', text, toolCalls: (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, input: call.function.arguments })) }]
        case 'tool':
          return [{ role: 'tool', callId: message.tool_call_id ?? '', name: message.name ?? names.get(message.tool_call_id ?? '') ?? 'tool', text }]
      }
    })
    const system = asked.messages.filter(({ role }) => role === 'system' || role === 'developer').map((message) => textOf(message.content)).join('\n\n')
    const tools = (asked.tools ?? []).map(({ function: tool }) => ({ name: tool.name, description: tool.description ?? '', input: tool.parameters ?? { type: 'object' } }))
    const request = { system, messages, ...(tools.length === 0 ? {} : { tools }), maxOutputTokens: asked.max_completion_tokens ?? asked.max_tokens ?? usualTokens, ...optional('temperature', asked.temperature), ...optional('seed', asked.seed) }
    return { model: asked.model, isStream: asked.stream === true, request }
  },
  whole: (reply, about) => ({ ...base(about, 'chat.completion'), choices: [{ index: 0, message: { role: 'assistant', content: reply.text === '' ? null : reply.text, ...calls(reply) }, finish_reason: reasons[reply.finish] }], usage: usage(reply) }),
  stream: (about) => {
    const chunk = (delta: object, reason: string | null): string => event({ ...base(about, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: reason }] })
    const part = (index: number, call: object): string => chunk({ tool_calls: [{ index, ...call }] }, null)
    return {
      opening: chunk({ role: 'assistant', content: '' }, null),
      piece: (piece) => {
        switch (piece.kind) {
          case 'text':
            return chunk({ content: piece.text }, null)
          case 'call':
            return part(piece.index, { id: piece.id, type: 'function', function: { name: piece.name, arguments: '' } })
          case 'input':
            return part(piece.index, { function: { arguments: piece.text } })
        }
      },
      end: (reply) => `${chunk({}, reasons[reply.finish])}${event({ ...base(about, 'chat.completion.chunk'), choices: [], usage: usage(reply) })}data: [DONE]\n\n`,
      fail: (status, message) => event(error(status, message)),
    }
  },
  error,
}

function error(status: number, message: string): object {
  return { error: { message, type: status === 402 ? 'insufficient_quota' : 'ratchet_gateway', code: status } }
}

function base({ id, model }: FrontAnswer, object: string): object {
  return { id: `chatcmpl-${id}`, object, created: 0, model }
}

function calls({ toolCalls }: ModelReply): object {
  return toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(({ id, name, input }) => ({ id, type: 'function', function: { name, arguments: input } })) }
}

function usage(reply: ModelReply): object {
  const { input, output } = usageOf(reply)
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}
