import { createHash } from 'node:crypto'
import { canonicalJson } from '../journal/canonical-json.ts'
import { z } from 'zod'
import { finishReasons } from './model-request.ts'
import type { CallId, Transcript } from './model-call.ts'

/** Where transcripts are kept, each under the SHA-256 of its text. */
export interface Transcripts {
  /** Durable when it resolves, and found under its call as well from then on. The same transcript twice is one. */
  save(transcript: Transcript): Promise<string>
  /** Null where there is none, or what lies there is not what its name says. */
  load(digest: string): Promise<Transcript | null>
  /** The digest of the last one that was saved for a call: for a call whose outcome was never written. */
  findCall(call: CallId): Promise<string | null>
}

/** Transcripts as evidence: whoever verifies wants to know why there is none. */
export interface TranscriptShelf {
  examine(digest: string): Promise<Transcript | 'missing' | 'changed'>
}

const tokens = z.number().nullable()
const call = z.strictObject({ id: z.string(), name: z.string(), input: z.string() })
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), text: z.string() }),
  z.strictObject({ role: z.literal('assistant'), text: z.string(), toolCalls: z.array(call).exactOptional() }),
  z.strictObject({ role: z.literal('tool'), callId: z.string(), name: z.string(), text: z.string() }),
])
const transcriptSchema = z.strictObject({
  version: z.literal(1),
  call: z.string(),
  label: z.string(),
  model: z.strictObject({ name: z.string(), provider: z.string(), id: z.string() }),
  request: z.strictObject({
    system: z.string(),
    messages: z.array(message),
    tools: z.array(z.strictObject({ name: z.string(), description: z.string(), input: z.record(z.string(), z.unknown()) })).exactOptional(),
    temperature: z.number().exactOptional(),
    seed: z.number().exactOptional(),
    maxOutputTokens: z.number(),
  }),
  reply: z.strictObject({ text: z.string(), toolCalls: z.array(call), finish: z.enum(finishReasons), usage: z.strictObject({ input: tokens, output: tokens }) }),
  usage: z.strictObject({ input: z.number(), output: z.number() }).nullable(),
})

export function transcriptText(transcript: Transcript): string {
  return canonicalJson(transcript)
}

export function transcriptDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Null unless the text is a transcript and has this digest. */
export function readTranscript(text: string, digest: string): Transcript | null {
  if (transcriptDigest(text) !== digest) return null
  try {
    return transcriptSchema.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
