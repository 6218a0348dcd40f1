import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const nonceLength = 32
const macLength = 64

/** What waits on the channel of one launch: nobody can know it before, and whoever reads it is the only one who does. */
export function drawNonce(): Uint8Array {
  return randomBytes(nonceLength)
}

const messageSchema = z.union([
  z.tuple([z.literal('start'), z.string()]),
  z.tuple([z.literal('case'), z.enum(['passed', 'failed', 'skipped']), z.array(z.string()).min(1).max(1000)]),
  z.tuple([z.literal('text'), z.string()]),
  z.tuple([z.literal('end'), z.int().min(0), z.string()]),
])
type Message = z.infer<typeof messageSchema>
export type SealedCase = Extract<Message, readonly ['case', ...unknown[]]>

/** What a reporter of ours said in one launch, complete and in order. */
export interface SealedReport {
  readonly runner: string
  readonly cases: readonly SealedCase[]
  readonly text: string
}

/**
 * Checks what came over a channel: lines of an authentication code and a message, where the code is HMAC-SHA256 with the nonce over the line's number and the message.
 * A line that is forged, repeated, left out, cut or moved, anything after the end, and a missing end are `malformed`; silence is `missing`.
 */
export function readSealedReport(bytes: Uint8Array, nonce: Uint8Array): SealedReport | 'missing' | 'malformed' {
  if (bytes.length === 0) return 'missing'
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n')
  if (lines.pop() !== '') return 'malformed'
  const messages: Message[] = []
  for (const [sequence, line] of lines.entries()) {
    const message = authenticMessage(line, sequence, nonce)
    if (message === null) return 'malformed'
    messages.push(message)
  }
  return wholeReport(messages)
}

function authenticMessage(line: string, sequence: number, nonce: Uint8Array): Message | null {
  const mac = Buffer.from(line.slice(0, macLength))
  const body = line.slice(macLength + 1)
  const expected = Buffer.from(createHmac('sha256', nonce).update(`${sequence}\n${body}`).digest('hex'))
  if (line[macLength] !== ' ' || mac.length !== expected.length || !timingSafeEqual(mac, expected)) return null
  const parsed = messageSchema.safeParse(parsedJson(body))
  return parsed.success ? parsed.data : null
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function wholeReport(messages: readonly Message[]): SealedReport | 'malformed' {
  const [first] = messages
  const last = messages.at(-1)
  if (first?.[0] !== 'start' || last?.[0] !== 'end') return 'malformed'
  const inner = messages.slice(1, -1)
  const cases = inner.filter((message) => message[0] === 'case')
  const texts = inner.filter((message) => message[0] === 'text')
  if (cases.length + texts.length !== inner.length || cases.length !== last[1]) return 'malformed'
  return { runner: first[1], cases, text: texts.map(([, text]) => text).join('') }
}
