import type { ModelReply, ModelUsage } from '../model-request.ts'
import { usageOf, type FrontAnswer } from './dialect.ts'
import { ownName } from './namespaced-tool.ts'

/** What a response of OpenAI's consists of. */
export type ResponseItem =
  | { readonly id: string; readonly type: 'message'; readonly role: 'assistant'; readonly status: string; readonly content: readonly object[] }
  | { readonly id: string; readonly type: 'function_call'; readonly status: string; readonly call_id: string; readonly name: string; readonly namespace?: string; readonly arguments: string }

export function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [] }
}

export function messageItem(id: string, text: string): ResponseItem {
  return { id, type: 'message', role: 'assistant', status: 'completed', content: [textPart(text)] }
}

export function callItem(id: string, call: { readonly id: string; readonly name: string; readonly input: string }, { namespaced }: Pick<FrontAnswer, 'namespaced'>): ResponseItem {
  return { id, type: 'function_call', status: 'completed', call_id: call.id, ...ownName(call.name, namespaced), arguments: call.input }
}

export function itemsOf({ text, toolCalls }: ModelReply, about: FrontAnswer): readonly ResponseItem[] {
  const { id } = about
  return [...(text === '' ? [] : [messageItem(`msg_${id}`, text)]), ...toolCalls.map((call, index) => callItem(`fc_${id}_${index}`, call, about))]
}

export interface ResponseState {
  readonly about: FrontAnswer
  readonly items: readonly ResponseItem[]
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  readonly usage?: ModelUsage
  readonly error?: object
}

export function responseObject({ about, items, status, usage, error = undefined }: ResponseState): object {
  const { input, output } = usageOf({ usage: usage ?? { input: null, output: null } })
  return {
    id: `resp_${about.id}`, object: 'response', created_at: 0, model: about.model, status, incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null, error: error ?? null, output: items,
    usage: { input_tokens: input, input_tokens_details: { cached_tokens: 0 }, output_tokens: output, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input + output },
  }
}

export function finishedResponse(reply: ModelReply, about: FrontAnswer, items: readonly ResponseItem[]): object {
  return responseObject({ about, items, status: reply.finish === 'length' ? 'incomplete' : 'completed', usage: reply.usage })
}
