import { createHash } from 'node:crypto'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import { personOf } from './approvers.ts'
import type { ConsentSigner } from './consent.ts'

/** Says what a statement is, so that no other text that somebody signs can be taken for one. Raised when its fields change. */
const purpose = 'ratchet-edit/v1'

/** What a person signs who has changed a proposal: that this change is theirs as well. */
export interface EditStatement {
  /** The new proposal. */
  readonly proposal: ProposalId
  /** The one that was edited. */
  readonly from: ProposalId
  readonly baseline: ObjectId
  readonly commit: ObjectId
  readonly tree: ObjectId
  readonly reason: string
  /** ISO 8601. */
  readonly givenAt: string
}

export interface Edit extends EditStatement {
  readonly by: ConsentSigner
  /** SHA-256 of the statement's text. */
  readonly digest: string
}

/** Who had a hand in a change, besides whoever proposed it first. */
export interface Authors {
  readonly proposal: ProposalId
  /** The proposal that the change was made from: by an edit, or by a merge with what a branch has come to hold. */
  readonly from: ProposalId
  readonly commit: ObjectId
  readonly tree: ObjectId
  /** Everybody who edited it or one that it was made from, each once. */
  readonly coAuthors: readonly string[]
  /** Null where nobody edited it since `from`. */
  readonly edit: Edit | null
}

/** The one text of a statement: what is signed, and what its digest is made of. Fields beyond it are left out. */
export function editText({ proposal, from, baseline, commit, tree, reason, givenAt }: EditStatement): string {
  return canonicalJson({ purpose, proposal, from, baseline, commit, tree, reason, givenAt })
}

export function editDigest(statement: EditStatement): string {
  return createHash('sha256').update(editText(statement)).digest('hex')
}

/** Names, each once, as they are first spelled. */
export function joinAuthors(...lists: readonly (readonly string[])[]): readonly string[] {
  const people = new Map<string, string>()
  for (const name of lists.flat()) if (!people.has(personOf(name))) people.set(personOf(name), name)
  return [...people.values()]
}
