import type { ObjectId, ProposalId } from '../proposal/proposal.ts'

export type ConsentAnswer = 'approved' | 'rejected' | 'deferred'

/** What a person is asked about: whatever of it changes, the question is another one and earlier approvals are none. */
export interface ConsentSubject {
  readonly proposal: ProposalId
  readonly baseline: ObjectId
  readonly commit: ObjectId
  readonly tree: ObjectId
  /** Journal hash of the decision that stands: the evidence the person had before them. */
  readonly evidence: string
  /** Digest of the constitution in force; null where there is none. */
  readonly constitution: string | null
}

/** All that is signed; see `statementText`. */
export interface ConsentStatement extends ConsentSubject {
  readonly answer: ConsentAnswer
  readonly reason: string
  /** ISO 8601. */
  readonly givenAt: string
  /** ISO 8601; null: for as long as the question stays the same. */
  readonly expiresAt: string | null
}

export type ConsentSigner =
  | { readonly kind: 'ssh' | 'ed25519'; readonly name: string; readonly key: string; readonly signature: string }
  /** `mac`: HMAC-SHA256 of the statement's digest, keyed with the token. Only who holds the token can check it. */
  | { readonly kind: 'token'; readonly name: string; readonly mac: string }
  /** Whoever used this machine said so. Counts only where nobody is named who would have to. */
  | { readonly kind: 'unverified'; readonly name: string }

export interface Consent extends ConsentStatement {
  readonly by: ConsentSigner
  /** SHA-256 of the statement's text. */
  readonly digest: string
}
