import type { Answer, AskOptions, CallRefusal } from '../gateway.ts'
import type { Dialect, DialectStream, FrontAnswer } from './dialect.ts'

export interface StreamedAsk {
  readonly dialect: Dialect
  /** Of the call whose id it gets. */
  readonly about: Omit<FrontAnswer, 'id'>
  readonly signal: AbortSignal
  readonly ask: (options: AskOptions) => Promise<Answer | CallRefusal>
  readonly statusOf: (refusal: CallRefusal) => number
}

/**
 * An answer as server-sent events, which go out as the model sends them. How it ends goes out when the reply is written down. A refusal before the first word is an ordinary answer, and is given back; after it, it is an event,
 * since the status has gone out. Who stops reading ends the call.
 */
export async function streamAnswer({ dialect, about, signal, ask, statusOf }: StreamedAsk): Promise<Response | CallRefusal> {
  const events = openEvents()
  const begun = Promise.withResolvers<null>()
  let stream: DialectStream | null = null
  const begin = (id: string): DialectStream => {
    if (stream !== null) return stream
    stream = dialect.stream({ ...about, id })
    events.write(stream.opening)
    begun.resolve(null)
    return stream
  }
  const ended = ask({ signal: AbortSignal.any([signal, events.gone]), observe: (piece, call) => events.write(begin(call).piece(piece)) }).then(
    (answer) => {
      // What failed half-way for whoever asked first fails so for whoever asks again.
      if (answer.kind === 'refused' && stream === null && answer.isShown !== true) return answer
      events.end(answer.kind === 'refused' ? begin(answer.call).fail(statusOf(answer), answer.detail) : begin(answer.call).end(answer.reply))
      return null
    },
    (error: unknown) => {
      if (stream === null) throw error
      events.breakOff(error)
      return null
    },
  )
  const refusal = await Promise.race([begun.promise, ended])
  return refusal ?? new Response(events.body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}

interface Events {
  readonly body: ReadableStream<Uint8Array>
  /** Fires when nobody reads any more. */
  readonly gone: AbortSignal
  write(text: string): void
  end(text: string): void
  breakOff(error: unknown): void
}

/** What is not read yet is kept: a reply has its bounds. */
function openEvents(): Events {
  const gone = new AbortController()
  const encoder = new TextEncoder()
  let sink: ReadableStreamDefaultController<Uint8Array> | null = null
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      sink = controller
    },
    cancel: () => {
      sink = null
      gone.abort(new Error('nobody reads the answer any more'))
    },
  })
  const write = (text: string): void => {
    if (text !== '') sink?.enqueue(encoder.encode(text))
  }
  return {
    body,
    gone: gone.signal,
    write,
    end: (text) => {
      write(text)
      sink?.close()
      sink = null
    },
    breakOff: (error) => {
      sink?.error(error)
      sink = null
    },
  }
}
