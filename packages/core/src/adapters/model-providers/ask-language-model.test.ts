import { setImmediate as turn } from 'node:timers/promises'
import type { LanguageModelV4, LanguageModelV4Content, LanguageModelV4FinishReason, LanguageModelV4StreamPart, LanguageModelV4Usage } from '@ai-sdk/provider'
import { describe, expect, it } from 'vitest'
import type { ModelReply } from '../../model/model-request.ts'
import type { ReplyDelta } from '../../model/reply-flow.ts'
import { askLanguageModel, type AskLimits } from './ask-language-model.ts'

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } } as LanguageModelV4Usage
const finishReason: LanguageModelV4FinishReason = { unified: 'tool-calls', raw: 'tool_calls' }
const call = (id: string, input = ''): LanguageModelV4StreamPart & LanguageModelV4Content => ({ type: 'tool-call', toolCallId: id, toolName: 't', input })
const begin = (id: string, toolName = 't'): LanguageModelV4StreamPart => ({ type: 'tool-input-start', id, toolName })

/** Says these parts, whoever still listens. */
function streaming(parts: () => Iterable<LanguageModelV4StreamPart> | AsyncIterable<LanguageModelV4StreamPart>): LanguageModelV4 {
  return { doStream: async () => ({ stream: ReadableStream.from(parts()) }) } as unknown as LanguageModelV4
}

function ask(model: LanguageModelV4, change: Partial<AskLimits> = {}): Promise<ModelReply> {
  return askLanguageModel(model, { system: '', messages: [{ role: 'user', text: 'x' }], maxOutputTokens: 10 }, { signal: new AbortController().signal, stallMs: 5_000, timeoutMs: 5_000, stream: true, ...change })
}

function* times(count: number, make: (index: number) => readonly LanguageModelV4StreamPart[]): Generator<LanguageModelV4StreamPart> {
  for (let index = 0; index < count; index++) yield* make(index)
  yield { type: 'finish', finishReason, usage }
}

const many = 'x'.repeat(3 * 1024 * 1024)

describe('a reply with calls of tools', () => {
  it.each<[string, number, (index: number) => readonly LanguageModelV4StreamPart[]]>([
    ['a thousand of them', 1000, (index) => [begin(`c${index}`), call(`c${index}`)]],
    ['much in one, told in pieces and then whole', 1, () => [begin('c'), { type: 'tool-input-delta', id: 'c', delta: many }, call('c', many)]],
  ])('is taken with %s', async (_, count, make) => {
    expect((await ask(streaming(() => times(count, make)))).toolCalls).toHaveLength(count)
  })

  it.each<[string, number, (index: number) => readonly LanguageModelV4StreamPart[]]>([
    ['more that are empty', 1001, (index) => [call(`c${index}`)]],
    ['more without an end', 1001, (index) => [begin(`c${index}`)]],
    ['more under one id', 1001, () => [call('')]],
    ['more beginnings of one', 1001, () => [begin('', '')]],
    ['names that are long', 2, (index) => [begin(`c${index}`, many)]],
    ['ids that are long', 2, (index) => [call(`${index}${many}`)]],
    ['inputs that are long, whole only', 2, (index) => [call(`c${index}`, many)]],
    ['inputs that are long, begun with none', 2, (index) => [begin(`c${index}`), call(`c${index}`, many)]],
    ['a million, for as long as anybody listens', 1_000_000, (index) => [call(`c${index}`)]],
  ])('is refused with %s', async (_, count, make) => {
    await expect(ask(streaming(() => times(count, make)))).rejects.toMatchObject({ code: 'reply-too-large' })
  })

  it.each([[1000, ''], [1001, ''], [2, many]])('is held to the same where it comes whole: %s of them', async (count, input) => {
    const content = Array.from({ length: count }, (_, index) => call(`c${index}`, input))
    const asked = ask({ doGenerate: async () => ({ content, finishReason, usage }) } as unknown as LanguageModelV4, { stream: false })
    if (count === 1000) expect((await asked).toolCalls).toHaveLength(count)
    else await expect(asked).rejects.toMatchObject({ code: 'reply-too-large' })
  })

  it('has them in the order in which they began', async () => {
    const reply = await ask(streaming(() => [begin('a'), begin('b'), call('b'), call('c'), call('a'), { type: 'finish', finishReason, usage }]))
    expect(reply.toolCalls.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
})

it('tells nothing of a stream that goes on when nobody waits for it any more', async () => {
  const told: ReplyDelta[] = []
  const late = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  async function* parts(): AsyncGenerator<LanguageModelV4StreamPart> {
    try {
      yield { type: 'text-delta', id: 't', delta: 'one' }
      await late.promise
      for (;;) yield { type: 'text-delta', id: 't', delta: 'two' }
    } finally {
      ended.resolve()
    }
  }
  await expect(ask(streaming(parts), { timeoutMs: 50, observe: (delta) => void told.push(delta) })).rejects.toMatchObject({ code: 'timed-out' })
  late.resolve()
  await ended.promise
  await turn()
  expect(told).toEqual([{ kind: 'text', text: 'one' }])
})
