import type { JournalEvent } from '../journal/event.ts'
import type { IntendedCall, SettledCall } from './model-call.ts'
import { ModelError } from './model-error.ts'
import type { ModelPrice } from './model-price.ts'
import type { ModelReply } from './model-request.ts'
import type { SpendingLimits } from './spending-budget.ts'
import type { Transcripts } from './transcripts.ts'

/** How one try of a call ended. */
export interface RecordedTry {
  readonly requestDigest: string
  readonly price: ModelPrice
  readonly settled: SettledCall
}

/** The calls of an earlier run, to be answered again without a network. */
export interface Recording {
  /** What the recorded run might spend; null where it asked nothing. */
  readonly limits: SpendingLimits | null
  /** In order; none where the run made no such call. */
  tries(label: string): readonly RecordedTry[]
  /** @throws ModelError what the try ended with, or `recording-missing` where something else is asked now, or the transcript is gone */
  answer(recorded: RecordedTry, requestDigest: string): Promise<ModelReply>
}

/** Reads how every call of a run ended. */
export async function readRecording(events: AsyncIterable<JournalEvent>, transcripts: Pick<Transcripts, 'load'>): Promise<Recording> {
  const open = new Map<string, IntendedCall>()
  const tries = new Map<string, RecordedTry[]>()
  let limits: SpendingLimits | null = null
  for await (const event of events) {
    if (event.kind === 'model-call-intended') open.set(event.body.call, event.body)
    else if (event.kind === 'model-call-settled') {
      const intended = open.get(event.body.call)
      if (intended === undefined) continue
      limits ??= intended.limits
      const known = tries.get(intended.label) ?? []
      tries.set(intended.label, [...known, { requestDigest: intended.requestDigest, price: intended.price, settled: event.body }])
    }
  }
  return {
    limits,
    tries: (label) => tries.get(label) ?? [],
    answer: async ({ requestDigest: digest, settled: { call, outcome, code, detail, transcript } }, requestDigest) => {
      if (digest !== requestDigest) throw new ModelError('recording-missing', `the recorded call ${call} asked something else: configuration, prompts, repository or Ratchet were changed since`)
      if (outcome === 'lost') throw new ModelError('lost', lostDetail)
      if (transcript === null) throw new ModelError(code ?? 'recording-missing', detail ?? 'the recorded call failed')
      const found = await transcripts.load(transcript)
      if (found === null) throw new ModelError('recording-missing', `the transcript ${transcript} is missing, or is not what it was`)
      return found.reply
    },
  }
}

export const lostDetail = 'Ratchet ended before the reply was written down; it counts as spent and is not asked for again'
