import { Failure } from '../../failure/failure.ts'
import type { Answer, AskOptions, CallRefusal, Gateway } from '../gateway.ts'
import type { CallPurpose } from '../model-call.ts'
import { mayCost } from '../model-error.ts'
import type { ModelRequest } from '../model-request.ts'
import type { SpendingLimits } from '../spending-budget.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { conversationPlace } from './conversation-place.ts'
import { UnreadableRequest, type Dialect } from './dialect.ts'
import { geminiGenerate } from './gemini-generate.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { streamAnswer } from './stream-answer.ts'

/** More is no prompt. */
const mostBytes = 16 * 1024 * 1024

/** What a caller may do, as its token says. */
export interface FrontGrant {
  /** Begins the labels of its calls: unique to whoever holds the grant, for instance `agent step 12`. */
  readonly label: string
  /** What the limits of one proposal are counted by. */
  readonly about: string | null
  /** For a model that is named neither as in the configuration nor as its provider does: callers name models of their own choice. */
  readonly model: string
  /** That model and no other, whatever is named: somebody is paid for this one. */
  readonly isOnlyModel?: true
  /** What may be spent under the label in all; without it, only the limits of the run and of the proposal hold. */
  readonly limits?: SpendingLimits
  /** Id of the grant in the journal, for its record. */
  readonly capability?: string
  /** What was not answered in an earlier process is asked anew, and alone: everything else comes from the record. Without it a failure that is written down stays one, and a reply that was lost is not asked for twice. */
  readonly isRenewing?: true
}

export interface GatewayFrontOptions {
  readonly gateway: Gateway
  readonly purpose?: CallPurpose
  /** Asked anew for every request; null refuses it. */
  readonly grantOf: (request: Request) => FrontGrant | null | Promise<FrontGrant | null>
  /** Told of every call that was answered, before the end of the answer goes out. */
  readonly observe?: (answer: Answer) => void
  /** Told of every call when it begins: it resolves when the call is written down, whether or not anybody still waits for it, and rejects when it cannot be. Streams outlive what `front` resolves to. */
  readonly watch?: (call: Promise<void>) => void
}

/**
 * The gateway in the words of four interfaces: OpenAI's chat and responses, Anthropic's messages, Gemini's generateContent, each whole or as server-sent events. Whoever runs it says where it listens. A reply is on the disk
 * before it goes out, and of one that is streamed before its end does. The same request again, under the same grant, is another call; after a kill, what was answered before is answered from the record, at the same place of the same conversation.
 */
export function createGatewayFront({ gateway, grantOf, purpose = 'agent', observe = () => undefined, watch }: GatewayFrontOptions): (request: Request) => Promise<Response> {
  const counts = new Map<string, number>()
  /** Calls by label that were charged and never answered: whoever asks them anew may make as many more. */
  const unanswered = new Map<string, number>()
  const next = (key: string): string => {
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return `${key} ${count}`
  }
  const ask = async (grant: FrontGrant, model: string, asked: ModelRequest, options: AskOptions): Promise<Answer | CallRefusal> => {
    const key = `${grant.label} ${conversationPlace(asked)}`
    for (;;) {
      const { label: to, limits, about } = grant
      const granted = limits === undefined ? {} : { granted: { to, limits: limits.calls === null ? limits : { ...limits, calls: limits.calls + (unanswered.get(to) ?? 0) } } }
      const answer = await gateway.ask({ model, purpose, label: next(key), about, ...granted, ...(grant.capability === undefined ? {} : { capability: grant.capability }), request: asked }, options)
      if (answer.kind === 'answered') observe(answer)
      if (grant.isRenewing !== true || !isUnanswered(answer)) return answer
      if (isCharged(answer.reason)) unanswered.set(to, (unanswered.get(to) ?? 0) + 1)
    }
  }
  const watched = (call: Promise<Answer | CallRefusal>, signal: AbortSignal): Promise<Answer | CallRefusal> => {
    watch?.(call.then(() => undefined, (error: unknown) => {
      // Nobody waits any more: that is no failure. A record that could not be written is one.
      if (error instanceof Failure || !signal.aborted) throw error
    }))
    return call
  }
  return async (request) => {
    const url = new URL(request.url)
    const grant = await grantOf(request)
    const dialect = dialectOf(url.pathname)
    if (grant === null) return failure(dialect ?? openaiChat, 401, 'no valid token')
    if (request.method === 'GET' && url.pathname.endsWith('/models')) return Response.json({ object: 'list', data: gateway.models.map(({ model }) => ({ id: model.name, object: 'model', created: 0, owned_by: model.provider })) })
    if (dialect === null || request.method !== 'POST') return failure(openaiChat, 404, `nothing is served at ${request.method} ${url.pathname}`)
    try {
      const asked = dialect.read(await bodyOf(request), url)
      const named = grant.isOnlyModel === true ? undefined : gateway.models.find((held) => held.model.name === asked.model || held.model.id === asked.model)
      const model = named?.model.name ?? grant.model
      const ofModel = (options: AskOptions): Promise<Answer | CallRefusal> => watched(ask(grant, model, asked.request, options), options.signal)
      const { signal } = request
      const about = { model: asked.model, ...(asked.namespaced === undefined ? {} : { namespaced: asked.namespaced }) }
      const answer = asked.isStream ? await streamAnswer({ dialect, about, signal, ask: ofModel, statusOf: ({ reason }) => statusOf(reason) }) : await ofModel({ signal })
      if (answer instanceof Response) return answer
      return answer.kind === 'refused' ? failure(dialect, statusOf(answer.reason), answer.detail) : Response.json(dialect.whole(answer.reply, { ...about, id: answer.call }))
    } catch (error) {
      if (error instanceof UnreadableRequest) return failure(dialect, 400, error.message)
      throw error
    }
  }
}

/** Known from the record to have come to nothing, through no fault of the request. */
function isUnanswered(answer: Answer | CallRefusal): answer is CallRefusal {
  return answer.kind === 'refused' && answer.isRecorded === true && answer.reason !== 'request-refused'
}

function isCharged(reason: CallRefusal['reason']): boolean {
  switch (reason) {
    case 'budget':
    case 'unknown-model':
    case 'redacted':
    case 'overcharged':
      return false
    case 'lost':
      return true
    default:
      return mayCost(reason)
  }
}

function dialectOf(path: string): Dialect | null {
  if (path.endsWith('/chat/completions')) return openaiChat
  if (path.endsWith('/responses')) return openaiResponses
  if (path.endsWith('/messages')) return anthropicMessages
  return /\/models\/[^/]+:(?:generateContent|streamGenerateContent)$/.test(path) ? geminiGenerate : null
}

/** 402 and 410 for what no other try changes: agents try again after 429 and 5xx. A reply that was lost is paid for, and the same is not asked for twice. */
function statusOf(reason: CallRefusal['reason']): number {
  switch (reason) {
    case 'budget':
    case 'overcharged':
    case 'price-unknown':
      return 402
    case 'lost':
      return 410
    case 'rate-limited':
    case 'overloaded':
      return 429
    case 'unknown-model':
      return 404
    case 'request-refused':
      return 400
    default:
      return 502
  }
}

function failure(dialect: Dialect, status: number, message: string): Response {
  return Response.json(dialect.error(status, message), { status })
}

async function bodyOf(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > mostBytes) throw new UnreadableRequest(`a request has at most ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnreadableRequest('the body is no JSON')
    throw error
  }
}
