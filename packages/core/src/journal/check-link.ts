import { canonicalJson } from './canonical-json.ts'
import { schemaVersion } from './event.ts'
import { hashEvent, type StoredEvent } from './hash-chain.ts'
import { JournalError, type JournalHead } from './journal.ts'

export type ChainProblem = 'order' | 'gap' | 'link' | 'hash' | 'malformed' | 'version'

export interface BrokenLink {
  /** Sequence number where the chain breaks; of a gap the first one that is missing. */
  readonly brokenAt: number
  readonly problem: ChainProblem
  /** One sentence for a person. */
  readonly detail: string
}

/** Does `row` follow from `head`, and is it what its hash was made of? Null when it is. */
export function checkLink(head: JournalHead, row: StoredEvent): BrokenLink | null {
  const at = row.sequence
  if (at <= head.sequence) return { brokenAt: at, problem: 'order', detail: `event ${at} comes after event ${head.sequence}` }
  if (at !== head.sequence + 1) return { brokenAt: head.sequence + 1, problem: 'gap', detail: `event ${head.sequence + 1} is missing` }
  if (row.previous !== head.hash) return { brokenAt: at, problem: 'link', detail: `event ${at} does not follow from the one before it` }
  return checkEvent(row)
}

/** The part of `checkLink` that needs nothing but the event itself. */
export function checkEvent(row: StoredEvent): BrokenLink | null {
  const at = row.sequence
  if (row.schemaVersion > schemaVersion) {
    return { brokenAt: at, problem: 'version', detail: `event ${at} has schema version ${row.schemaVersion}; this Ratchet knows ${schemaVersion}` }
  }
  if (row.hash !== hashEvent(row)) return { brokenAt: at, problem: 'hash', detail: `event ${at} is not what its hash was made of` }
  return isCanonicalObject(row.body) ? null : { brokenAt: at, problem: 'malformed', detail: `the body of event ${at} is not canonical JSON of an object` }
}

/** A text with a member twice means one thing to one reader and another to the next: only the one canonical form counts. */
function isCanonicalObject(text: string): boolean {
  try {
    return text.startsWith('{') && canonicalJson(JSON.parse(text)) === text
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JournalError) return false
    throw error
  }
}
