import { checkLink, type BrokenLink } from '../journal/check-link.ts'
import type { JournalEvent } from '../journal/event.ts'
import { genesis, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import type { JournalHead } from '../journal/journal.ts'
import { ModelCallCheck, type WrongCall } from '../model/verify-model-calls.ts'
import { isTooLong } from '../transparency-log/log-entry.ts'
import { LogVerifier, type BrokenLog, type LogEvidence, type VerifiedLog } from '../transparency-log/verify-log.ts'
import { DecisionCheck, type DecisionCount, type WrongDecision } from './verify-decisions.ts'

export type JournalVerification =
  | { readonly ok: true; readonly events: number; readonly head: JournalHead; readonly decisions: DecisionCount; readonly modelCalls: number; readonly log: VerifiedLog }
  | ({ readonly ok: false } & BrokenLink)
  | BrokenLog
  | WrongDecision
  | WrongCall

/**
 * Everything that can be said of a journal without trusting anything in it, in one pass and flat in memory: every link, every verdict made again from its facts, the error budget spent again, and the log's root,
 * tiles, keys and checkpoints. Needs what was recorded and the evidence, nothing else. A broken link ends it: what follows means nothing.
 */
export async function verifyJournal(rows: AsyncIterable<StoredEvent>, evidence: LogEvidence, signal?: AbortSignal): Promise<JournalVerification> {
  const decisions = new DecisionCheck()
  const log = new LogVerifier(evidence)
  let head = genesis
  const calls = new ModelCallCheck()
  let wrong: WrongDecision | WrongCall | null = null
  for await (const row of rows) {
    signal?.throwIfAborted()
    const broken = checkLink(head, row) ?? checkEntry(row)
    if (broken !== null) return { ok: false, ...broken }
    head = { sequence: row.sequence, hash: row.hash }
    const event = parseEvent(row)
    log.add(event)
    wrong ??= decide(decisions, calls, event)
  }
  const verified = log.finish()
  if (!verified.ok) return verified
  return wrong ?? { ok: true, events: head.sequence, head, decisions: decisions.count, modelCalls: calls.calls, log: verified.log }
}

/** The body needs no limit: the log holds its hash. */
function checkEntry(row: StoredEvent): BrokenLink | null {
  return isTooLong(row) ? { brokenAt: row.sequence, problem: 'malformed', detail: `event ${row.sequence} is malformed: its kind and time are too long for the log` } : null
}

/** The links hold whatever somebody wrote into a body; what the rules cannot even read supports no verdict. */
function decide(decisions: DecisionCheck, calls: ModelCallCheck, event: JournalEvent): WrongDecision | WrongCall | null {
  try {
    return decisions.add(event) ?? calls.add(event)
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return { ok: false, brokenAt: event.sequence, problem: 'decision', detail: `event ${event.sequence} (${event.kind}) is malformed, or what it decides about is: ${error.message}` }
  }
}
