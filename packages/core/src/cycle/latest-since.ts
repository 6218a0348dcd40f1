import type { Consent } from '../consent/consent.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ProposalId } from '../proposal/proposal.ts'

/**
 * The latest time that was recorded since each answer to a proposal, up to an event (default: all there are): a clock that was set back, for one command or for many, brings no approval back that had ended once. What was recorded
 * before an answer does not count, so that a clock that once ran ahead does no harm to what is said later. A copy is as old as what it was copied from.
 */
export async function latestSince(index: Pick<JournalIndex, 'ofProposal' | 'stored'>, proposal: ProposalId, before = Number.POSITIVE_INFINITY): Promise<(consent: Pick<Consent, 'digest'>) => Date> {
  const given = new Map<string, number>()
  for await (const { kind, body, sequence } of index.ofProposal(proposal)) {
    if (kind === 'consent-given' && sequence < before && !given.has(body.digest)) given.set(body.digest, sequence)
  }
  const latest = new Map<string, number>()
  if (given.size > 0) {
    for await (const { sequence, at } of index.stored(Math.min(...given.values()) - 1)) {
      if (sequence >= before) break
      const time = Date.parse(at)
      for (const [digest, from] of given) if (sequence >= from && time > (latest.get(digest) ?? 0)) latest.set(digest, time)
    }
  }
  return ({ digest }) => new Date(latest.get(digest) ?? 0)
}
