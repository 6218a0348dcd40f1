import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from '../journal/canonical-json.ts'
import type { ConsentStatement } from './consent.ts'

/** Says what a statement is, so that no other text that somebody signs can be taken for one. Raised when its fields change. */
const purpose = 'ratchet-consent/v1'

/** The one text of a statement: what is signed, and what its digest is made of. Fields beyond it are left out. */
export function statementText({ proposal, baseline, commit, tree, evidence, constitution, answer, reason, givenAt, expiresAt }: ConsentStatement): string {
  return canonicalJson({ purpose, proposal, baseline, commit, tree, evidence, constitution, answer, reason, givenAt, expiresAt })
}

export function statementDigest(statement: ConsentStatement): string {
  return createHash('sha256').update(statementText(statement)).digest('hex')
}

/** See `ConsentSigner`. */
export function tokenMac(token: string, digest: string): string {
  return createHmac('sha256', token).update(digest).digest('hex')
}

/** Whether `token` is the one whose hash a configuration holds (`sha256:<hex>`). */
export function isToken(token: string, configured: string): boolean {
  const given = createHash('sha256').update(token).digest()
  const known = Buffer.from(configured.replace(/^sha256:/, ''), 'hex')
  return known.length === given.length && timingSafeEqual(given, known)
}
