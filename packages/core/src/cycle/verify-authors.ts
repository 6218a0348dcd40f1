import type { ConsentRule } from '../consent/approvers.ts'
import { isSigned } from '../consent/check-signatures.ts'
import { editDigest, editText, joinAuthors, type Authors } from '../consent/edit-statement.ts'
import { notEntitled } from '../consent/weigh-consents.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { SignatureVerifier } from '../signature/signature.ts'
import type { Config } from '../target/config.ts'
import { ProposalRecords } from './proposal-record.ts'
import { consentRule } from './standing-consent.ts'

export interface AuthorVerificationPorts {
  readonly index: Pick<JournalIndex, 'ofKinds' | 'ofProposal'>
  /** Of signatures on edits. */
  readonly signatures: SignatureVerifier
  /** Of a baseline; null where it has none any more. */
  readonly configOf: (baseline: ObjectId) => Promise<Pick<Config, 'consent'> | null>
}

export type AuthorVerification = { readonly ok: true; readonly edits: number } | { readonly ok: false; readonly brokenAt: number; readonly problem: 'authors'; readonly detail: string }

/**
 * Who has a hand in which change, again: nobody may have been dropped on the way from one proposal to the next, and every edit carries the signature of whom it names, on exactly that change. Otherwise somebody
 * could come to approve their own.
 */
export async function verifyAuthors(ports: AuthorVerificationPorts, signal: AbortSignal): Promise<AuthorVerification> {
  const known = new Map<ProposalId, readonly string[]>()
  let edits = 0
  for await (const event of ports.index.ofKinds(['authors-named'])) {
    if (event.kind !== 'authors-named') continue
    const { body } = event
    const detail = dropped(body, known) ?? (await problemOf(ports, body, signal))
    if (detail !== null) return { ok: false, brokenAt: event.sequence, problem: 'authors', detail: `proposal ${body.proposal}: ${detail}` }
    known.set(body.proposal, joinAuthors(known.get(body.proposal) ?? [], body.coAuthors))
    if (body.edit !== null) edits++
  }
  return { ok: true, edits }
}

function dropped({ from, coAuthors, edit }: Authors, known: ReadonlyMap<ProposalId, readonly string[]>): string | null {
  const expected = joinAuthors(known.get(from) ?? [], edit === null ? [] : [edit.by.name])
  const missing = expected.filter((name) => joinAuthors(coAuthors).length !== joinAuthors(coAuthors, [name]).length)
  return missing.length === 0 ? null : `it was made from ${from}, and does not name ${missing.join(', ')}`
}

async function problemOf({ index, signatures, configOf }: AuthorVerificationPorts, { proposal, from, commit, tree, edit }: Authors, signal: AbortSignal): Promise<string | null> {
  const records = new ProposalRecords()
  for await (const event of index.ofProposal(proposal)) records.apply(event)
  const made = records.get(proposal)?.made
  if (made === undefined || made.tree !== tree) return 'its authors are named for another tree than it has'
  if (edit === null) return null
  if (edit.proposal !== proposal || edit.from !== from || edit.commit !== commit || edit.tree !== tree || edit.baseline !== made.baseline) return 'it was edited as another change than it is'
  if (editDigest(edit) !== edit.digest || !(await isSigned({ by: edit.by, text: editText(edit) }, signatures, signal))) return `the signature of ${edit.by.name} on the edit does not hold`
  const config = await configOf(made.baseline)
  if (config === null) return null
  const { approvers }: ConsentRule = consentRule(config)
  return notEntitled(edit.by, approvers) === null ? null : `it was edited by ${edit.by.name} with a key or token that is not theirs`
}
