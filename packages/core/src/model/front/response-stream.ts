import type { ReplyPiece } from '../reply-flow.ts'
import { event, type DialectStream, type FrontAnswer } from './dialect.ts'
import { callItem, finishedResponse, messageItem, responseObject, textPart, type ResponseItem } from './response-object.ts'

/** A response of OpenAI's as it comes: one item after the other. */
export function responseStream(about: FrontAnswer): DialectStream {
  let sequence = 0
  const send = (type: string, data: object): string => event({ type, sequence_number: sequence++, ...data }, type)
  const done: ResponseItem[] = []
  let open: OpenItem | null = null
  const close = (): string => {
    if (open === null) return ''
    const item = itemOf(open, about)
    const text = open.kind === 'text' ? endOfText(send, { item, index: done.length, text: open.text }) : send('response.function_call_arguments.done', { item_id: item.id, output_index: done.length, arguments: open.text })
    const index = done.push(item) - 1
    open = null
    return `${text}${send('response.output_item.done', { output_index: index, item })}`
  }
  const begin = (item: OpenItem): string => {
    const before = close()
    open = item
    const made = itemOf(item, about)
    const added = send('response.output_item.added', { output_index: done.length, item: { ...made, status: 'in_progress', ...('content' in made ? { content: [] } : {}) } })
    return `${before}${added}${item.kind === 'text' ? send('response.content_part.added', { item_id: item.id, output_index: done.length, content_index: 0, part: textPart('') }) : ''}`
  }
  const more = (text: string): string => {
    if (open === null) return ''
    open = { ...open, text: `${open.text}${text}` }
    const place = { item_id: open.id, output_index: done.length, ...(open.kind === 'text' ? { content_index: 0 } : {}) }
    return send(open.kind === 'text' ? 'response.output_text.delta' : 'response.function_call_arguments.delta', { ...place, delta: text })
  }
  return {
    opening: send('response.created', { response: responseObject({ about, items: [], status: 'in_progress' }) }),
    piece: (piece: ReplyPiece) => {
      switch (piece.kind) {
        case 'text':
          return `${open?.kind === 'text' ? '' : begin({ kind: 'text', id: done.length === 0 ? `msg_${about.id}` : `msg_${about.id}_${done.length}`, text: '' })}${more(piece.text)}`
        case 'call':
          return begin({ kind: 'call', id: `fc_${about.id}_${piece.index}`, call: { id: piece.id, name: piece.name }, text: '' })
        case 'input':
          return more(piece.text)
      }
    },
    end: (reply) => {
      const last = close()
      return `${last}${send('response.completed', { response: finishedResponse(reply, about, done) })}`
    },
    fail: (status, message) => send('response.failed', { response: responseObject({ about, items: done, status: 'failed', error: { code: status === 429 ? 'rate_limit_exceeded' : 'server_error', message } }) }),
  }
}

type OpenItem = { readonly id: string; readonly text: string } & ({ readonly kind: 'text' } | { readonly kind: 'call'; readonly call: { readonly id: string; readonly name: string } })

function itemOf(open: OpenItem, about: FrontAnswer): ResponseItem {
  return open.kind === 'text' ? messageItem(open.id, open.text) : callItem(open.id, { ...open.call, input: open.text }, about)
}

function endOfText(send: (type: string, data: object) => string, { item, index, text }: { readonly item: ResponseItem; readonly index: number; readonly text: string }): string {
  const place = { item_id: item.id, output_index: index, content_index: 0 }
  return `${send('response.output_text.done', { ...place, text })}${send('response.content_part.done', { ...place, part: textPart(text) })}`
}
