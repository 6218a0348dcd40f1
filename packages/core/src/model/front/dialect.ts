import { z } from 'zod'
import type { ModelReply, ModelRequest } from '../model-request.ts'
import type { ReplyPiece } from '../reply-flow.ts'
import type { NamespacedTools } from './namespaced-tool.ts'

/** What was asked in some provider's words. */
export interface FrontRequest {
  /** As the caller calls it. */
  readonly model: string
  readonly isStream: boolean
  readonly request: ModelRequest
  readonly namespaced?: NamespacedTools
}

/** One provider's interface, as far as texts and tools go: there and back. */
export interface Dialect {
  /** @throws UnreadableRequest */
  read(body: unknown, url: URL): FrontRequest
  whole(reply: ModelReply, about: FrontAnswer): unknown
  stream(about: FrontAnswer): DialectStream
  error(status: number, message: string): unknown
}

/** One reply as server-sent events, as text. What its pieces are together is what the same reply is as a whole. */
export interface DialectStream {
  readonly opening: string
  piece(piece: ReplyPiece): string
  /** The reply is written down by then. */
  end(reply: ModelReply): string
  /** Instead of the end. */
  fail(status: number, message: string): string
}

export interface FrontAnswer {
  readonly id: string
  readonly model: string
  /** Of what was asked. */
  readonly namespaced?: NamespacedTools
}

/** A request that holds what cannot be passed on, such as pictures. Told to the caller; never ends anything else. */
export class UnreadableRequest extends Error {}

export function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UnreadableRequest(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`)
}

export const mostTokens = z.int().min(1).max(1_000_000)
export const temperature = z.number().min(0).max(2).nullish()
export const schemaObject = z.record(z.string(), z.unknown())
/** Where a caller names no limit. */
export const usualTokens = 8192

export function event(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
}

export function textOf(content: string | readonly { readonly type: string; readonly text?: string | undefined }[] | null | undefined): string {
  if (content === null || content === undefined) return ''
  if (typeof content === 'string') return content
  return content.map((part) => {
    if (part.text === undefined) throw new UnreadableRequest(`a part of type ${part.type} cannot be passed on: only text can`)
    return part.text
  }).join('\n')
}

/** What a tool found. A picture in it is only named: the agent that made its tool look at one could not take it back, and nothing that it asks afterwards would be answered. */
export function resultOf(content: Parameters<typeof textOf>[0]): string {
  return textOf(typeof content === 'string' || content == null ? content : content.map((part) => (part.text === undefined ? { type: 'text', text: `[${part.type}: only text can be passed on]` } : part)))
}

export function usageOf({ usage }: Pick<ModelReply, 'usage'>): { readonly input: number; readonly output: number } {
  return { input: usage.input ?? 0, output: usage.output ?? 0 }
}

export function optional<Key extends string, Value>(key: Key, value: Value | null | undefined): { readonly [K in Key]?: Value } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value })
}
