import * as z from 'zod'
import type { Consent } from '../consent/consent.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import { logEntry } from '../transparency-log/log-entry.ts'
import { leafHash, type Hash } from '../transparency-log/merkle-hash.ts'
import type { Attested, AttestationKind } from './attestation.ts'
import { parseJson } from './dsse-envelope.ts'

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const statementType = 'https://in-toto.io/Statement/v1'

/** Raised when a field changes: what was attested once is made again by the rules of its own version for ever. */
export const predicateTypes: Readonly<Record<AttestationKind, string>> = { verdict: 'urn:ratchet:verdict:v1', application: 'urn:ratchet:application:v1' }

/** The journal's log where it ended with the attested event: a root over everything that the statement rests on. */
export interface AttestedLog {
  readonly origin: string
  readonly root: Hash
}

/** The one text of a statement. Depends on what is recorded, and on nothing else: whoever has the journal can make it again. */
export function statementText(attested: Attested, log: AttestedLog): string {
  return canonicalJson({ _type: statementType, subject: subjects(attested), predicateType: predicateTypes[attested.kind], predicate: predicate(attested, log) })
}

interface Subject {
  readonly name: string
  readonly digest: Readonly<Record<string, string>>
}

function subjects(attested: Attested): readonly Subject[] {
  const { change, judgement } = attested
  const { policy } = judgement.decision
  const applied = attested.kind === 'application' ? [{ name: 'applied', digest: { gitCommit: attested.application.commit } }, { name: 'applied-tree', digest: { gitTree: attested.application.tree } }] : []
  return [
    ...applied,
    { name: 'candidate', digest: { gitCommit: change.commit } },
    { name: 'candidate-tree', digest: { gitTree: change.tree } },
    { name: 'base', digest: { gitCommit: change.baseline } },
    { name: 'tests', digest: { sha256: judgement.tests } },
    ...(judgement.evaluatorVersion === null ? [] : [{ name: 'evaluator', digest: { sha256: judgement.evaluatorVersion } }]),
    ...(policy === undefined ? [] : [{ name: 'constitution', digest: { sha256: policy.constitution } }]),
  ]
}

function predicate(attested: Attested, { origin, root }: AttestedLog): Readonly<Record<string, unknown>> {
  const { event, change, judgement } = attested
  const { purpose, trial, alpha, decision, tier, selfTest, samples, facts } = judgement
  return {
    record: {
      log: origin,
      event: { ...event },
      leaf: { index: event.sequence - 1, hash: Buffer.from(leafHash(logEntry(event))).toString('base64') },
      tree: { size: event.sequence, root: Buffer.from(root).toString('base64') },
    },
    proposal: { id: change.proposal, proposer: change.proposer, operator: change.operator, run: change.run, ...(change.model === undefined ? {} : { model: change.model }) },
    evaluation: { sandbox: { tier, selfTest }, facts: { sha256: facts }, samples: { sha256: samples } },
    decision: { ...decision, purpose, trial, alpha, event: { ...judgement.event } },
    ...(attested.kind === 'application' ? { application: { ...attested.application }, approvals: attested.approvals.map(approval) } : {}),
  }
}

/** What identifies an answer, and who gave it; its signature is in the journal, and covers its digest. */
function approval({ by, reason, givenAt, expiresAt, digest }: Consent): Readonly<Record<string, unknown>> {
  return { by: { kind: by.kind, name: by.name, ...('key' in by ? { key: by.key } : {}) }, reason, givenAt, expiresAt, digest: { sha256: digest } }
}

const place = z.object({ sequence: z.number().int().positive(), kind: z.string(), at: z.string(), hash: z.string() })
const statementSchema = z.object({
  _type: z.literal(statementType),
  predicateType: z.enum([predicateTypes.verdict, predicateTypes.application]),
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })),
  predicate: z.object({ record: z.object({ log: z.string(), event: place, tree: z.object({ size: z.number(), root: z.string() }) }) }),
})

/** What a statement says of itself: where to look for what it must say. Never to be believed before it was made again. */
export interface ClaimedStatement {
  readonly kind: AttestationKind
  readonly origin: string
  readonly sequence: number
  readonly eventHash: string
  readonly root: string
  /** By the name of the subject; of `applied`, else of `candidate`. */
  readonly commit: string
  readonly value: unknown
}

/** Null for what is no statement of ours. */
export function peekStatement(payload: Uint8Array): ClaimedStatement | null {
  const parsed = parseJson(Buffer.from(payload).toString('utf8'))
  const read = parsed === null ? null : statementSchema.safeParse(parsed.value)
  if (parsed === null || read === null || !read.success) return null
  const { subject, predicateType, predicate: { record } } = read.data
  const kind = predicateType === predicateTypes.verdict ? 'verdict' : 'application'
  const carrier = subject.find(({ name }) => name === (kind === 'verdict' ? 'candidate' : 'applied'))
  return { kind, origin: record.log, sequence: record.event.sequence, eventHash: record.event.hash, root: record.tree.root, commit: carrier?.digest['gitCommit'] ?? '', value: parsed.value }
}
