import { checkLink, type BrokenLink } from '../journal/check-link.ts'
import { genesis, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import type { JournalHead } from '../journal/journal.ts'
import { LogVerifier, type BrokenLog, type LogEvidence, type VerifiedLog } from '../transparency-log/verify-log.ts'
import { DecisionCheck, type DecisionCount, type WrongDecision } from './verify-decisions.ts'

export type JournalVerification =
  | { readonly ok: true; readonly events: number; readonly head: JournalHead; readonly decisions: DecisionCount; readonly log: VerifiedLog }
  | ({ readonly ok: false } & BrokenLink)
  | BrokenLog
  | WrongDecision

/**
 * Everything that can be said of a journal without trusting anything in it, in one pass and flat in memory: every link, every verdict made again from its facts, the error budget spent again, and the log's root,
 * tiles, keys and checkpoints. Needs what was recorded and the evidence, nothing else. A broken link ends it: what follows means nothing.
 */
export async function verifyJournal(rows: AsyncIterable<StoredEvent>, evidence: LogEvidence, signal?: AbortSignal): Promise<JournalVerification> {
  const decisions = new DecisionCheck()
  const log = new LogVerifier(evidence)
  let head = genesis
  let wrong: WrongDecision | null = null
  for await (const row of rows) {
    signal?.throwIfAborted()
    const broken = checkLink(head, row)
    if (broken !== null) return { ok: false, ...broken }
    head = { sequence: row.sequence, hash: row.hash }
    const event = parseEvent(row)
    log.add(event)
    wrong ??= decisions.add(event)
  }
  const verified = log.finish()
  if (!verified.ok) return verified
  return wrong ?? { ok: true, events: head.sequence, head, decisions: decisions.count, log: verified.log }
}
