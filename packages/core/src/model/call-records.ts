import type { RunId } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import { plausibleUsage, statedUsage, type CountedUsage } from './count-tokens.ts'
import { requestDigest as requestDigestOf, type CallId, type IntendedCall, type SettledCall } from './model-call.ts'
import { costOf } from './model-price.ts'
import type { ModelReply, ModelRequest } from './model-request.ts'
import { noSpending, type Spending } from './spending-budget.ts'
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
async function settleLost(transcripts: Transcripts, { run, call, attempt, reserved, price, model, requestDigest: digest, replayed }: IntendedCall): Promise<SettledCall> {
  const found = await transcripts.findCall(call)
  const transcript = found === null ? null : await transcripts.load(found)
  const base = { run, call, attempt, wallMs: 0 }
  if (found === null || transcript === null || transcript.call !== call || requestDigestOf(model, transcript.request) !== digest) return { ...base, outcome: 'lost', code: null, usage: null, charged: reserved, basis: 'reserved', transcript: null }
  const charge = replayed === true ? { usage: transcript.usage, charged: noSpending, basis: 'nothing' as const } : chargeFor(transcript.usage, { reserved, price })
  return { ...base, outcome: 'answered', code: null, ...charge, transcript: found }
}

function attemptKey({ run, call, attempt }: { readonly run: RunId | null; readonly call: CallId; readonly attempt: number }): string {
  return `${run ?? ''} ${call} ${attempt}`
}

type Kept = Pick<IntendedCall, 'reserved' | 'price'>

/** The usage that a charge is made by: what is stated where that is more than was kept, since that is what is going to be paid; else what is plausible. */
export function chargedUsage(request: ModelRequest, reply: ModelReply, kept: Kept): CountedUsage | null {
  const stated = statedUsage(request, reply)
  return isMore(dueFor(stated, kept), kept.reserved) ? stated : plausibleUsage(request, reply)
}

/** What an answered call is charged: what it used, if that can be believed, else all that was kept for it. More than that where more is stated: then the bound was wrong, and only what is counted can stop the run. */
export function chargeFor(usage: CountedUsage | null, kept: Kept): Pick<SettledCall, 'usage' | 'charged' | 'basis'> {
  if (usage === null) return { usage, charged: kept.reserved, basis: 'reserved' }
  const due = dueFor(usage, kept)
  return isMore(due, kept.reserved) ? { usage, charged: atLeast(due, kept.reserved), basis: 'stated' } : { usage, charged: due, basis: 'usage' }
}

function dueFor(usage: CountedUsage, { reserved, price }: Kept): Spending {
  return { nanoUsd: costOf(price, usage), tokens: usage.input + usage.output, calls: reserved.calls }
}

function isMore(due: Spending, kept: Spending): boolean {
  return due.nanoUsd > kept.nanoUsd || due.tokens > kept.tokens
}

function atLeast(due: Spending, kept: Spending): Spending {
  return { nanoUsd: Math.max(due.nanoUsd, kept.nanoUsd), tokens: Math.max(due.tokens, kept.tokens), calls: due.calls }
}
