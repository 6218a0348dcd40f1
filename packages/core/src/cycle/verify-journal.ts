import { TaskRunCheck } from '../benchmark/verify-task-runs.ts'
import { CapabilityCheck, type WrongCapability } from '../capability/verify-capabilities.ts'
import { checkLink, type BrokenLink } from '../journal/check-link.ts'
import type { JournalEvent } from '../journal/event.ts'
import { genesis, parseEvent, type StoredEvent } from '../journal/hash-chain.ts'
import type { JournalHead } from '../journal/journal.ts'
import type { TranscriptShelf } from '../model/transcripts.ts'
import { ModelCallCheck, type WrongCall } from '../model/verify-model-calls.ts'
import { ModelUseCheck } from '../model/verify-model-uses.ts'
import { TranscriptCheck, type TranscriptCount } from '../model/verify-transcripts.ts'
import { entryProblem } from '../transparency-log/log-entry.ts'
import { LogVerifier, type BrokenLog, type LogEvidence, type VerifiedLog } from '../transparency-log/verify-log.ts'
import { ResearchCheck, type WrongSearch } from '../research/verify-research.ts'
import { RetentionCheck, type PrunedCount, type WrongRetention } from '../retention/verify-retention.ts'
import { AttestationCheck, type BrokenAttestation, type KeptAttestation, type VerifiedAttestations } from './verify-attestations.ts'
import { DecisionCheck, type DecisionCount, type WrongDecision } from './verify-decisions.ts'

export type JournalVerification =
  | { readonly ok: true; readonly events: number; readonly head: JournalHead; readonly decisions: DecisionCount; readonly modelCalls: number; readonly transcripts: TranscriptCount | null; readonly log: VerifiedLog; readonly attestations: VerifiedAttestations; readonly pruned: PrunedCount }
  | ({ readonly ok: false } & BrokenLink)
  | BrokenLog
  | WrongDecision
  | WrongCall
  | WrongSearch
  | WrongCapability
  | BrokenAttestation
  | WrongRetention

export interface JournalEvidence extends LogEvidence {
  /** Attestations that were kept. */
  readonly attestations?: readonly KeptAttestation[]
  /** What models were asked and answered, where it is kept. */
  readonly transcripts?: TranscriptShelf
}

/**
 * Everything that can be said of a journal without trusting anything in it, in one pass and flat in memory: every link, every verdict made again from its facts, the error budget spent again, every parent and every offer held against the verdicts, every proposal and answer of a model and every attempt of an agent held against its calls and their transcripts, every call of an agent against what it was granted, every attestation made again, every prune held against its rule, and the log's root,
 * tiles, keys and checkpoints. Needs what was recorded and the evidence, nothing else. A broken link ends it: what follows means nothing.
 */
export async function verifyJournal(rows: AsyncIterable<StoredEvent>, evidence: JournalEvidence, signal?: AbortSignal): Promise<JournalVerification> {
  const decisions = new DecisionCheck()
  const retention = new RetentionCheck()
  const log = new LogVerifier(evidence)
  const attestations = new AttestationCheck(evidence.attestations ?? [], evidence.key)
  let head = genesis
  const calls = new ModelCallCheck()
  const uses = new ModelUseCheck()
  const capabilities = new CapabilityCheck()
  const attempts = new TaskRunCheck()
  const transcripts = evidence.transcripts === undefined ? null : new TranscriptCheck(evidence.transcripts)
  const research = new ResearchCheck()
  let wrong: Malformed | null = null
  for await (const row of rows) {
    signal?.throwIfAborted()
    const broken = checkLink(head, row) ?? checkEntry(row)
    if (broken !== null) return { ok: false, ...broken }
    head = { sequence: row.sequence, hash: row.hash }
    const event = parseEvent(row)
    log.add(event)
    wrong ??= whole(event, 'decision', () => decisions.add(event))
    wrong ??= whole(event, 'model-call', () => calls.add(event))
    wrong ??= whole(event, 'model-call', () => uses.add(event))
    wrong ??= whole(event, 'capability', () => capabilities.add(event))
    wrong ??= whole(event, 'decision', () => attempts.add(event))
    if (transcripts !== null) wrong ??= await transcripts.add(event).catch((error: unknown) => malformed(event, 'model-call', error))
    wrong ??= whole(event, 'research', () => research.add(event))
    wrong ??= whole(event, 'retention', () => retention.add(event))
    wrong ??= whole(event, 'attestation', () => attestations.add(event, () => log.root()))
  }
  const verified = log.finish()
  if (!verified.ok) return verified
  if (wrong !== null) return wrong
  // Statements are made again only now, of whatever lies in the bodies.
  const attested = whole({ sequence: head.sequence, kind: 'the last' }, 'attestation', () => attestations.finish())
  return attested.ok ? { ok: true, events: head.sequence, head, decisions: decisions.count, modelCalls: calls.calls, transcripts: transcripts?.count ?? null, log: verified.log, attestations: attested.attestations, pruned: retention.count } : attested
}

/** The body needs no limit: the log holds its hash. */
function checkEntry(row: StoredEvent): BrokenLink | null {
  const detail = entryProblem(row)
  return detail === null ? null : { brokenAt: row.sequence, problem: 'malformed', detail }
}

/** The links hold whatever somebody wrote into a body; what the rules cannot even read supports nothing. */
function whole<Wrong>(event: Placed, problem: Malformed['problem'], check: () => Wrong): Wrong | Malformed {
  try {
    return check()
  } catch (error) {
    return malformed(event, problem, error)
  }
}

interface Placed {
  readonly sequence: number
  readonly kind: JournalEvent['kind'] | 'the last'
}

type Malformed = WrongDecision | WrongCall | WrongSearch | WrongCapability | BrokenAttestation | WrongRetention

function malformed({ sequence, kind }: Placed, problem: Malformed['problem'], error: unknown): Malformed {
  if (!(error instanceof TypeError || error instanceof RangeError)) throw error
  return { ok: false, brokenAt: sequence, problem, detail: `event ${sequence} (${kind}) is malformed, or what it rests on is: ${error.message}` }
}
