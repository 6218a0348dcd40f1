import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const nonceLength = 32
const macLength = 64

/** The key of one launch: nobody can know it before, and whoever reads it from the channel is the only one who does. */
export function drawNonce(): Uint8Array {
  return randomBytes(nonceLength)
}

/** What waits on the channel: the key, for the run of that number among those that look alike. Each of those before it finds zeros and is passed over. */
export function waitingBytes(nonce: Uint8Array, index: number): Uint8Array {
  const bytes = new Uint8Array(nonceLength * (index + 1))
  bytes.set(nonce, nonceLength * index)
  return bytes
}

const messageSchema = z.union([
  z.tuple([z.literal('start'), z.string(), z.enum(['runner', 'program']), z.string().regex(/^[0-9a-f]{64}$/), z.string(), z.string()]),
  z.tuple([z.literal('case'), z.enum(['passed', 'failed', 'skipped']), z.array(z.string()).min(1).max(1000)]),
  z.tuple([z.literal('text'), z.string()]),
  z.tuple([z.literal('end'), z.int().min(0), z.string()]),
])
type Message = z.infer<typeof messageSchema>
export type SealedCase = Extract<Message, readonly ['case', ...unknown[]]>

/** What a reporter of ours said in one launch, complete and in order. */
export interface SealedReport {
  readonly runner: string
  /** `program`: a script that may have turned out to run tests, or not. */
  readonly kind: 'runner' | 'program'
  /** Digest of what tells the runs of one command apart: folder, arguments, npm script. */
  readonly run: string
  readonly folder: string
  /** The arguments, shortened, for a person. */
  readonly words: string
  readonly cases: readonly SealedCase[]
  readonly text: string
}

/**
 * What was said beside the report, by processes without a key, so that anybody could have said it. Nothing good may follow from it: `waiting` costs one more launch,
 * which must then hold a report of that run; `other` lowers trust. `when` is where it stands to the report.
 */
export interface ChannelNote {
  readonly kind: 'waiting' | 'other'
  /** The run that waits, or what else ran. */
  readonly about: string
  readonly when: 'before' | 'during' | 'after'
}

export interface ChannelReading {
  readonly report: SealedReport | 'missing' | 'malformed'
  readonly notes: readonly ChannelNote[]
  /** The run of a script that opened a report and reported nothing, not even an end: most likely it runs no tests. */
  readonly silentProgram: string | null
}

/**
 * Checks what came over a channel: lines of an authentication code and a message, where the code is HMAC-SHA256 with the nonce over the line's number and the message.
 * A line that is forged, repeated, left out, cut or moved, anything after the end, and a missing end are `malformed`; silence is `missing`. Notes may stand anywhere between.
 */
export function readChannel(bytes: Uint8Array, nonce: Uint8Array): ChannelReading {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n')
  const isCut = lines.pop() !== ''
  const messages: Message[] = []
  const notes: ChannelNote[] = []
  let isForged = isCut
  for (const line of lines) {
    const note = noteOf(line)
    const message = note === null ? authenticMessage(line, messages.length, nonce) : null
    if (note !== null) notes.push({ ...note, when: messages.length === 0 ? 'before' : messages.at(-1)?.[0] === 'end' ? 'after' : 'during' })
    else if (message !== null) messages.push(message)
    else isForged = true
  }
  if (isForged) return { report: 'malformed', notes, silentProgram: null }
  const [first] = messages
  return {
    report: first === undefined ? 'missing' : wholeReport(messages),
    notes,
    silentProgram: messages.length === 1 && first?.[0] === 'start' && first[2] === 'program' ? first[3] : null,
  }
}

function noteOf(line: string): Omit<ChannelNote, 'when'> | null {
  const match = /^~ (?:(waiting) ([0-9a-f]{64})|(other) ([a-z]{1,20}))$/.exec(line)
  if (match === null) return null
  return match[1] === 'waiting' ? { kind: 'waiting', about: match[2] ?? '' } : { kind: 'other', about: match[4] ?? '' }
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
  const [, runner, kind, run, folder, words] = first
  return { runner, kind, run, folder, words, cases, text: texts.map(([, text]) => text).join('') }
}
