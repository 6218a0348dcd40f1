import type { JournalEvent } from '../journal/event.ts'
import type { IntendedCall } from './model-call.ts'
import { ModelError, type ModelErrorCode } from './model-error.ts'
import type { ModelReply } from './model-request.ts'
import type { Transcripts } from './transcripts.ts'

/** The calls of an earlier run, to be answered again without a network. */
export interface Recording {
  /** @throws ModelError what the call ended with then, or `recording-missing` */
  answer(label: string, requestDigest: string): Promise<ModelReply>
}

interface Ending {
  readonly requestDigest: string
  readonly transcript: string | null
  readonly code: ModelErrorCode | null
}

/** Reads how every call of a run ended. Only the last try of each counts: the ones before it were tried again then. */
export async function readRecording(events: AsyncIterable<JournalEvent>, transcripts: Pick<Transcripts, 'load'>): Promise<Recording> {
  const intents = new Map<string, IntendedCall>()
  const endings = new Map<string, Ending>()
  for await (const event of events) {
    if (event.kind === 'model-call-intended') intents.set(event.body.call, event.body)
    else if (event.kind === 'model-call-settled') {
      const intended = intents.get(event.body.call)
      if (intended !== undefined) endings.set(intended.label, { requestDigest: intended.requestDigest, transcript: event.body.transcript, code: event.body.code })
    }
  }
  return {
    answer: async (label, requestDigest) => {
      const ending = endings.get(label)
      if (ending === undefined) throw new ModelError('recording-missing', `the recording has no call ${JSON.stringify(label)}`)
      if (ending.requestDigest !== requestDigest) throw new ModelError('recording-missing', `the recorded call ${JSON.stringify(label)} asked something else: configuration, prompts, repository or Ratchet were changed since`)
      const transcript = ending.transcript === null ? null : await transcripts.load(ending.transcript)
      if (transcript === null) throw new ModelError(ending.code ?? 'recording-missing', ending.code === null ? `the transcript of ${JSON.stringify(label)} is missing` : 'the recorded call failed')
      return transcript.reply
    },
  }
}
