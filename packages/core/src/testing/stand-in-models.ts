import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a stand-in answers one request. */
export type StandInAnswer =
  | { readonly kind: 'text'; readonly text: string; readonly usage?: StandInUsage | null; readonly finish?: 'stop' | 'length' }
  /** `id` of the call: agents take two of one id for the same; by default each has its own. */
  | { readonly kind: 'tool'; readonly name: string; readonly input: string; readonly id?: string; readonly usage?: StandInUsage | null }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Says nothing, or nothing more after its first words. */
  | { readonly kind: 'stall'; readonly after?: string }
  /** Breaks the connection off after some words. */
  | { readonly kind: 'cut'; readonly after: string; readonly clean: boolean }
  | { readonly kind: 'bad-json' }
  /** A word every so many ms, for ever. */
  | { readonly kind: 'drip'; readonly everyMs: number }

export interface StandInUsage {
  readonly input: unknown
  readonly output: unknown
}

export interface StandInRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Everything that the model is told, as one text. */
  readonly prompt: string
}

export interface StandIn extends AsyncDisposable {
  /** Addresses for the configuration. */
  readonly url: { readonly openai: string; readonly anthropic: string; readonly google: string }
  readonly requests: readonly StandInRequest[]
}

type Dialect = keyof StandIn['url']

/** A server that speaks as OpenAI, Anthropic and Gemini do, streamed or not, and misbehaves as it is told: real sockets, no model. */
export async function startStandIn(answer: (request: StandInRequest, count: number) => StandInAnswer | Promise<StandInAnswer>): Promise<StandIn> {
  const requests: StandInRequest[] = []
  const server = createServer((incoming, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      const path = incoming.url ?? ''
      const request = { path, headers: incoming.headers, body, prompt: promptOf(body) }
      requests.push(request)
      const count = requests.length
      const answered = await answer(request, count)
      const said = answered.kind === 'tool' ? { id: `t${count}`, ...answered } : answered
      const dialect: Dialect = path.startsWith('/openai') ? 'openai' : path.startsWith('/anthropic') ? 'anthropic' : 'google'
      const isStream = dialect === 'google' ? path.includes('streamGenerateContent') : (JSON.parse(body) as { readonly stream?: boolean }).stream === true
      send(response, { said, dialect, isStream })
    })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: { openai: `${origin}/openai/v1`, anthropic: `${origin}/anthropic/v1`, google: `${origin}/google/v1beta` },
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function promptOf(body: string): string {
  const texts: string[] = []
  JSON.parse(body, (key, value: unknown) => {
    if ((key === 'content' || key === 'text' || key === 'system') && typeof value === 'string') texts.push(value)
    return value
  })
  return texts.join('\n')
}

function send(response: ServerResponse, { said, dialect, isStream }: { readonly said: StandInAnswer; readonly dialect: Dialect; readonly isStream: boolean }): void {
  if (said.kind === 'status') {
    response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(said.body ?? '{"error":{"message":"no"}}')
    return
  }
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' })
  if (said.kind === 'bad-json') {
    response.end(isStream ? 'data: {"choices": [{"delta": \n\ndata: nonsense\n\n' : '{"choices": [')
    return
  }
  if (said.kind === 'stall' || said.kind === 'cut' || said.kind === 'drip') {
    misbehave(response, said, dialect)
    return
  }
  response.end(isStream ? frames(dialect, parts(dialect, said)) : JSON.stringify(whole(dialect, said)))
}

function misbehave(response: ServerResponse, said: Extract<StandInAnswer, { readonly kind: 'stall' | 'cut' | 'drip' }>, dialect: Dialect): void {
  const words = (text: string): string => frames(dialect, openingOf(dialect, text))
  if (said.kind === 'drip') {
    response.write(words('a'))
    const timer = setInterval(() => response.write(frames(dialect, [delta(dialect, ' a')])), said.everyMs)
    response.on('close', () => clearInterval(timer))
    return
  }
  response.write(words(said.after ?? ''))
  if (said.kind === 'stall') return
  setTimeout(() => (said.clean ? response.end() : response.destroy()), 20)
}

type Whole = Extract<StandInAnswer, { readonly kind: 'text' | 'tool' }>

function usageOf(said: Whole): StandInUsage | null {
  if (said.usage === undefined) return { input: 1000, output: said.kind === 'tool' ? 50 : Math.ceil(said.text.length / 4) + 1 }
  return said.usage
}

function frames(dialect: Dialect, events: readonly Readonly<Record<string, unknown>>[]): string {
  const text = events.map((event) => `${dialect === 'anthropic' ? `event: ${String(event['type'])}\n` : ''}data: ${JSON.stringify(event)}\n\n`).join('')
  return dialect === 'openai' && events.some((event) => 'usage' in event || Array.isArray(event['choices']) && (event['choices'] as readonly { readonly finish_reason?: unknown }[])[0]?.finish_reason !== null) ? `${text}data: [DONE]\n\n` : text
}

function delta(dialect: Dialect, text: string): Readonly<Record<string, unknown>> {
  switch (dialect) {
    case 'openai':
      return { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }
    case 'anthropic':
      return { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }
    case 'google':
      return { candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] } }] }
  }
}

function openingOf(dialect: Dialect, text: string): readonly Readonly<Record<string, unknown>>[] {
  if (dialect !== 'anthropic') return [delta(dialect, text)]
  return [
    { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1000, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    delta(dialect, text),
  ]
}

function parts(dialect: Dialect, said: Whole): readonly Readonly<Record<string, unknown>>[] {
  const usage = usageOf(said)
  switch (dialect) {
    case 'openai': {
      const chunk = (choice: unknown, more: object = {}) => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice], ...more })
      const content = said.kind === 'text' ? { role: 'assistant', content: said.text } : { role: 'assistant', tool_calls: [{ index: 0, id: said.id, type: 'function', function: { name: said.name, arguments: said.input } }] }
      const counted = usage === null ? {} : { usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: 0 } }
      return [chunk({ index: 0, delta: content, finish_reason: null }), chunk({ index: 0, delta: {}, finish_reason: said.kind === 'tool' ? 'tool_calls' : (said.finish ?? 'stop') }, counted)]
    }
    case 'anthropic': {
      const [start, block] = openingOf(dialect, '')
      const message = { ...(start?.['message'] as object), usage: { input_tokens: usage?.input ?? 0, output_tokens: 1 } }
      const body = said.kind === 'text'
        ? [block ?? {}, delta(dialect, said.text)]
        : [{ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: said.id, name: said.name, input: {} } }, { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: said.input } }]
      const reason = said.kind === 'tool' ? 'tool_use' : said.finish === 'length' ? 'max_tokens' : 'end_turn'
      return [{ type: 'message_start', message }, ...body, { type: 'content_block_stop', index: 0 }, { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: usage?.output ?? 0 } }, { type: 'message_stop' }]
    }
    case 'google':
      return [whole(dialect, said)]
  }
}

function whole(dialect: Dialect, said: Whole): Readonly<Record<string, unknown>> {
  const usage = usageOf(said)
  switch (dialect) {
    case 'openai': {
      const message = said.kind === 'text' ? { role: 'assistant', content: said.text } : { role: 'assistant', content: null, tool_calls: [{ id: said.id, type: 'function', function: { name: said.name, arguments: said.input } }] }
      return { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message, finish_reason: said.kind === 'tool' ? 'tool_calls' : (said.finish ?? 'stop') }], ...(usage === null ? {} : { usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: 0 } }) }
    }
    case 'anthropic':
      return {
        id: 'm', type: 'message', role: 'assistant', model: 'm', stop_sequence: null,
        content: [said.kind === 'text' ? { type: 'text', text: said.text } : { type: 'tool_use', id: said.id, name: said.name, input: JSON.parse(said.input) as unknown }],
        stop_reason: said.kind === 'tool' ? 'tool_use' : said.finish === 'length' ? 'max_tokens' : 'end_turn',
        usage: { input_tokens: usage?.input ?? 0, output_tokens: usage?.output ?? 0 },
      }
    case 'google': {
      const part = said.kind === 'text' ? { text: said.text } : { functionCall: { name: said.name, args: JSON.parse(said.input) as unknown } }
      return { candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: said.kind === 'text' && said.finish === 'length' ? 'MAX_TOKENS' : 'STOP' }], ...(usage === null ? {} : { usageMetadata: { promptTokenCount: usage.input, candidatesTokenCount: usage.output, totalTokenCount: 0 } }) }
    }
  }
}
