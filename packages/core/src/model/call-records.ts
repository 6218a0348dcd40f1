import type { RunId } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { CountedUsage } from './count-tokens.ts'
import { requestDigest as requestDigestOf, type CallId, type IntendedCall, type SettledCall } from './model-call.ts'
import { costOf } from './model-price.ts'
import type { Transcripts } from './transcripts.ts'

/** What a journal says about the calls of a run. */
export interface RecordedCall {
  readonly intended: IntendedCall
  readonly settled: SettledCall
}

/** Every try of every call of a run, in order. One without outcome was cut off by a kill: it gets the outcome that can be told, and is never asked again. */
export async function recordedCalls(
  { journal, index, transcripts }: { readonly journal: Pick<Journal, 'append'>; readonly index: Pick<JournalIndex, 'ofKinds'>; readonly transcripts: Transcripts },
  run: RunId | null,
): Promise<readonly RecordedCall[]> {
  const open = new Map<string, IntendedCall>()
  const recorded: RecordedCall[] = []
  for await (const event of index.ofKinds(['model-call-intended', 'model-call-settled'])) {
    if (event.kind === 'model-call-intended') open.set(attemptKey(event.body), event.body)
    else if (event.kind === 'model-call-settled') {
      const intended = open.get(attemptKey(event.body))
      open.delete(attemptKey(event.body))
      if (intended !== undefined && intended.run === run) recorded.push({ intended, settled: event.body })
    }
  }
  for (const intended of open.values()) {
    const settled = await settleLost(transcripts, intended)
    await journal.append([{ kind: 'model-call-settled', body: settled }])
    if (intended.run === run) recorded.push({ intended, settled })
  }
  return recorded
}

/** The reply may be there already, with only its outcome missing: then that is the outcome. */
async function settleLost(transcripts: Transcripts, { run, call, attempt, reserved, price, model, requestDigest: digest }: IntendedCall): Promise<SettledCall> {
  const found = await transcripts.findCall(call)
  const transcript = found === null ? null : await transcripts.load(found)
  const base = { run, call, attempt, wallMs: 0 }
  if (found === null || transcript === null || transcript.call !== call || requestDigestOf(model, transcript.request) !== digest) return { ...base, outcome: 'lost', code: null, usage: null, charged: reserved, basis: 'reserved', transcript: null }
  return { ...base, outcome: 'answered', code: null, ...chargeFor(transcript.usage, { reserved, price }), transcript: found }
}

function attemptKey({ run, call, attempt }: { readonly run: RunId | null; readonly call: CallId; readonly attempt: number }): string {
  return `${run ?? ''} ${call} ${attempt}`
}

/** What an answered call is charged: what it used, if that can be believed, else all that was kept for it. */
export function chargeFor(usage: CountedUsage | null, { reserved, price }: Pick<IntendedCall, 'reserved' | 'price'>): Pick<SettledCall, 'usage' | 'charged' | 'basis'> {
  if (usage === null) return { usage, charged: reserved, basis: 'reserved' }
  const charged = { nanoUsd: costOf(price, usage), tokens: usage.input + usage.output, calls: reserved.calls }
  const fits = charged.nanoUsd <= reserved.nanoUsd && charged.tokens <= reserved.tokens
  return fits ? { usage, charged, basis: 'usage' } : { usage, charged: reserved, basis: 'reserved' }
}
