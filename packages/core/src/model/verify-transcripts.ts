import { readJudgedAnswer } from '../constitution/read-judged-answer.ts'
import type { EventBodies, JournalEvent } from '../journal/event.ts'
import { requestDigest, type IntendedCall, type SettledCall, type Transcript } from './model-call.ts'
import type { TranscriptShelf } from './transcripts.ts'
import type { WrongCall } from './verify-model-calls.ts'

export interface TranscriptCount {
  readonly read: number
  /** Somebody removed them: what they held cannot be shown any more, and nothing is wrong with the record for that. */
  readonly missing: number
}

/** Reads again every transcript that the journal names: it must be of that call, ask what was intended, and an answer to a rule must be what the model said. One at a time, since they are long. */
export class TranscriptCheck {
  readonly #shelf: TranscriptShelf
  readonly #open = new Map<string, IntendedCall>()
  #count: TranscriptCount = { read: 0, missing: 0 }

  constructor(shelf: TranscriptShelf) {
    this.#shelf = shelf
  }

  get count(): TranscriptCount {
    return this.#count
  }

  /** What is wrong with the event, or null. */
  async add(event: JournalEvent): Promise<WrongCall | null> {
    const detail = await this.#problem(event)
    return detail === null ? null : { ok: false, brokenAt: event.sequence, problem: 'model-call', detail }
  }

  async #problem(event: JournalEvent): Promise<string | null> {
    switch (event.kind) {
      case 'model-call-intended':
        this.#open.set(event.body.call, event.body)
        return null
      case 'model-call-settled': {
        const intended = this.#open.get(event.body.call)
        this.#open.delete(event.body.call)
        return intended === undefined ? null : await this.#settled(intended, event.body)
      }
      case 'decision-made':
        return await this.#judged(event.body)
      default:
        return null
    }
  }

  async #settled(intended: IntendedCall, { call, transcript: digest, usage }: SettledCall): Promise<string | null> {
    if (digest === null) return null
    const found = await this.#shelf.examine(digest)
    if (found === 'missing') {
      this.#count = { ...this.#count, missing: this.#count.missing + 1 }
      return null
    }
    if (found === 'changed') return `the transcript ${digest} of call ${call} is not what was written down`
    this.#count = { ...this.#count, read: this.#count.read + 1 }
    const problem = transcriptProblem(found, intended, usage)
    return problem === null ? null : `the transcript ${digest} of call ${call} ${problem}`
  }

  async #judged({ basis }: EventBodies['decision-made']): Promise<string | null> {
    for (const { rule, answer, call, transcript: digest } of basis?.policy?.judged ?? []) {
      if (digest === null || answer === 'unsure') continue
      const found = await this.#shelf.examine(digest)
      if (typeof found === 'string') continue
      if (found.call !== call || found.reply.finish !== 'stop' || readJudgedAnswer(found.reply.text) !== answer) return `the answer to the rule ${rule} is recorded as ${answer}, which is not what its transcript ${digest} says`
    }
    return null
  }
}

function transcriptProblem(transcript: Transcript, { call, label, model, requestDigest: digest }: IntendedCall, usage: SettledCall['usage']): string | null {
  if (transcript.call !== call || transcript.label !== label) return 'is that of another call'
  if (requestDigest(model, transcript.request) !== digest) return 'asks something else than was intended'
  if (usage?.input !== transcript.usage?.input || usage?.output !== transcript.usage?.output) return 'has another usage than was charged'
  return null
}
