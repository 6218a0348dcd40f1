import type { ProposalRecord } from '@ratchet/core'
import { consentText } from '@ratchet/core/consent/explain-consent'
import { outdatedOffers } from '@ratchet/core/cycle/evaluator-version'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { foldProposals, isOffered } from '@ratchet/core/cycle/proposal-record'
import { openTarget } from '../compose-target.ts'
import { currentVersion } from '../compose-version.ts'
import { describeConsent } from '../compose-consent.ts'
import { faint, oneLine } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { summary, verdictWord } from '../rendering/verdict.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

interface ProposalsOptions extends TargetOptions {
  readonly all?: boolean
}

export const registerProposals: Register = (program, invocation) => {
  withTarget(program.command('proposals'))
    .description('what was proposed and how it was judged')
    .option('--all', 'also what was rejected')
    .action((options: ProposalsOptions) => proposals(invocation, options))
}

async function proposals(invocation: Invocation, options: ProposalsOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const records = (await foldProposals(target.journal.read(0), { outline: true })).all()
  const outdated = await outdatedOffers(records, { requireConfirmation: true, versionOf: (baseline) => currentVersion(invocation, { target, options, baseline }) })
  if (console.json) {
    console.document(records.map((record) => ({ ...proposalDocument(record), outdated: outdated.has(record.id) })))
    return
  }
  const shown = records.filter((record) => options.all === true || proposalDocument(record).verdict !== 'rejected')
  for (const record of shown) {
    const document = proposalDocument(record)
    const consent = outdated.has(record.id) ? null : await describeConsent(invocation, { target, options }, record)
    const offered = outdated.has(record.id) ? reevaluate(record) : consent !== null ? oneLine(consentText(consent, record.id)) : isOffered(record, true) ? 'may be applied' : (document.purpose ?? 'not evaluated')
    const word = document.verdict === 'undecided' ? verdictWord('undecided') : summary({ ...document, verdict: document.verdict })
    console.print(`${document.id}  ${word}  ${oneLine(document.rationale)}  ${faint(offered)}`)
  }
  const hidden = records.length - shown.length
  if (records.length === 0) console.print('no proposals yet: `ratchet run` searches, `ratchet evaluate` judges a change of yours')
  else if (hidden > 0) console.print(faint(`and ${hidden} rejected (--all shows them)`))
}

/** Its judges are no longer today's. */
export function reevaluate({ made }: ProposalRecord): string {
  return `of an earlier epoch; judge it again: ratchet evaluate ${made.commit.slice(0, 12)} --baseline ${made.baseline.slice(0, 12)}`
}
