import type { Consent } from '../consent/consent.ts'
import { coAuthorsOf, standingDecision, type ProposalRecord } from './proposal-record.ts'

const subjectLimit = 72

/** Subject, reasons and trailers (git-interpret-trailers form) of the commit that applies a proposal. */
export function commitMessage(record: ProposalRecord, approvals: readonly Consent[] = []): string {
  const { proposal } = record.made
  const standing = standingDecision(record)
  const effects = Object.entries(standing?.decision.metrics ?? {}).flatMap(([name, { effect }]) =>
    effect === null ? [] : [`Ratchet-Effect: ${name} ${effect.estimate.toFixed(3)}x [${bound(effect.low)}, ${bound(effect.high)}]`],
  )
  const sentence = oneLine(proposal.rationale)
  const subject = sentence.length <= subjectLimit ? sentence : `${sentence.slice(0, subjectLimit - 3).trimEnd()}...`
  const body = sentence.length <= subjectLimit ? [] : [sentence, '']
  const trailers = [
    `Ratchet-Proposal: ${record.id}`,
    `Ratchet-Verdict: ${standing?.decision.verdict ?? 'none'}`,
    ...effects,
    ...coAuthorsOf(record).map((name) => `Ratchet-Edited-By: ${oneLine(name)}`),
    ...approvals.map(({ by }) => `Ratchet-Approved-By: ${oneLine(by.name)}${by.kind === 'unverified' ? ' (unverified)' : ''}`),
    ...(standing === null ? [] : [`Ratchet-Evidence: ${standing.hash}`]),
  ]
  return [subject, '', ...body, ...trailers, ''].join('\n')
}

export function revertMessage(record: ProposalRecord, commit: string): string {
  const subject = commitMessage(record).split('\n')[0] ?? ''
  return [`Revert "${subject}"`, '', `This reverts commit ${commit}.`, '', `Ratchet-Reverts: ${record.id}`, ''].join('\n')
}

function bound(value: number): string {
  return value > 1e6 ? 'unbounded' : value.toFixed(3)
}

/** A rationale is text that somebody else wrote: it must not be able to add trailers of its own. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
}
