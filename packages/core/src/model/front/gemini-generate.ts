import { z } from 'zod'
import type { ModelMessage, ModelReply } from '../model-request.ts'
import { event, mostTokens, optional, parsed, schemaObject, temperature, UnreadableRequest, usageOf, usualTokens, type Dialect, type FrontAnswer } from './dialect.ts'

const part = z.looseObject({ text: z.string().optional(), functionCall: z.looseObject({ name: z.string(), args: z.unknown().optional() }).optional(), functionResponse: z.looseObject({ name: z.string(), response: z.unknown() }).optional() })
const content = z.looseObject({ role: z.string().optional(), parts: z.array(part) })
const body = z.looseObject({
  contents: z.array(content).min(1),
  systemInstruction: z.looseObject({ parts: z.array(part) }).nullish(),
  tools: z.array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string(), description: z.string().nullish(), parameters: schemaObject.nullish(), parametersJsonSchema: schemaObject.nullish() })).nullish() })).nullish(),
  generationConfig: z.looseObject({ maxOutputTokens: mostTokens.nullish(), temperature }).nullish(),
})

const reasons = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', 'content-filter': 'SAFETY' } as const

/** POST /v1beta/models/MODEL:generateContent and :streamGenerateContent */
export const geminiGenerate: Dialect = {
  read: (raw, url) => {
    const [, model = '', method] = /\/models\/([^:/]+):(generateContent|streamGenerateContent)$/.exec(url.pathname) ?? []
    const asked = parsed(body, raw)
    const tools = (asked.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []).map((tool) => ({ name: tool.name, description: tool.description ?? '', input: tool.parametersJsonSchema ?? tool.parameters ?? { type: 'object' } }))
    const messages = asked.contents.flatMap(({ role, parts }, index) => messagesOf(role === 'model', parts, index))
    const { maxOutputTokens, temperature: warmth } = asked.generationConfig ?? {}
    const request = { system: (asked.systemInstruction?.parts ?? []).map(({ text }) => text ?? '').join('\n'), messages, ...(tools.length === 0 ? {} : { tools }), maxOutputTokens: maxOutputTokens ?? usualTokens, ...optional('temperature', warmth) }
    return { model: decodeURIComponent(model), isStream: method === 'streamGenerateContent', request }
  },
  whole: (reply, about) => ({ ...base(about), ...ending(reply, partsOf(reply)) }),
  stream: (about) => ({
    opening: '',
    // A call of a function is one part, whole: it comes with the end.
    piece: (piece) => (piece.kind === 'text' ? event({ ...base(about), candidates: [{ index: 0, content: { role: 'model', parts: [{ text: piece.text }] } }] }) : ''),
    end: (reply) => {
      const calls = partsOf({ ...reply, text: '' })
      return event({ ...base(about), ...ending(reply, calls.length === 0 ? [{ text: '' }] : calls) })
    },
    fail: (status, message) => event(error(status, message)),
  }),
  error,
}

function error(status: number, message: string): object {
  return { error: { code: status, message, status: status === 401 ? 'UNAUTHENTICATED' : status === 402 || status === 429 ? 'RESOURCE_EXHAUSTED' : status < 500 ? 'INVALID_ARGUMENT' : 'UNAVAILABLE' } }
}

function isOdd(one: z.output<typeof part>): boolean {
  return one.text === undefined && one.functionCall === undefined && one.functionResponse === undefined && !('thoughtSignature' in one)
}

/** Calls have no ids here: they are told apart by turn and by their place among the calls of it, as their answers are. */
function messagesOf(isModel: boolean, parts: readonly z.output<typeof part>[], turn: number): readonly ModelMessage[] {
  const calls = parts.flatMap(({ functionCall }) => functionCall ?? [])
  const answers = parts.flatMap(({ functionResponse }) => functionResponse ?? [])
  // A picture comes beside the answer of the function that found it, see `resultOf`.
  if (answers.length === 0 && parts.some(isOdd)) throw new UnreadableRequest('a part that is no text and no function cannot be passed on')
  const texts = parts.flatMap((one) => (one.text !== undefined ? [one.text] : isOdd(one) ? ['[a part that is no text: only text can be passed on]'] : []))
  // What the model said came in pieces of its own choice.
  const text = texts.join(isModel ? '' : '\n')
  if (isModel) return [{ role: 'assistant', text, toolCalls: calls.map((call, index) => ({ id: `call_${turn}_${index}`, name: call.name, input: JSON.stringify(call.args ?? {}) })) }]
  const results = answers.map((told, index): ModelMessage => ({ role: 'tool', callId: `call_${turn - 1}_${index}`, name: told.name, text: JSON.stringify(told.response) }))
  return [...results, ...(text === '' && results.length > 0 ? [] : [{ role: 'user' as const, text }])]
}

function base({ id, model }: FrontAnswer): object {
  return { responseId: id, modelVersion: model }
}

function partsOf({ text, toolCalls }: ModelReply): readonly object[] {
  return [...(text === '' ? [] : [{ text }]), ...toolCalls.map((call) => ({ functionCall: { name: call.name, args: argumentsOf(call.input) } }))]
}

function ending(reply: ModelReply, parts: readonly object[]): object {
  const { input, output } = usageOf(reply)
  return { candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: reasons[reply.finish] }], usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output } }
}

function argumentsOf(input: string): unknown {
  try {
    return JSON.parse(input) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
