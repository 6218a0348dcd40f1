import type { Command } from 'commander'
import { createInterface } from 'node:readline/promises'
import type { Consent, ConsentAnswer, ConsentRule, ConsentStatement, ProposalRecord } from '@ratchet/core'
import { ConsentError } from '@ratchet/core/consent/consent-error'
import { statementDigest, statementText } from '@ratchet/core/consent/consent-statement'
import { consentText, discountText } from '@ratchet/core/consent/explain-consent'
import { requireCurrent } from '@ratchet/core/cycle/apply-change'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { isAnswerable, isOffered, standingDecision } from '@ratchet/core/cycle/proposal-record'
import { consentRule, consentSubject } from '@ratchet/core/cycle/standing-consent'
import { loadTargetConfig, openTarget, type OpenTarget } from './compose-target.ts'
import { currentVersion } from './compose-version.ts'
import { openConstitution } from './compose-constitution.ts'
import { proveIdentity, weighConsent, type ConsentProof } from './compose-consent.ts'
import { good, harmless, oneLine, unsure } from './console.ts'
import { exitCodes } from './exit-codes.ts'
import type { Invocation } from './invocation.ts'
import { diffStat } from './rendering/diff-stat.ts'
import { renderVerdict } from './rendering/verdict.ts'
import { withTarget, type TargetOptions } from './target-options.ts'

export interface ConsentOptions extends TargetOptions, ConsentProof {
  readonly reason: string
  /** In ms. */
  readonly expires?: number
  readonly yes?: boolean
}

/** Options of every answer. A token is never one of them: command lines are for everybody on the machine to read. */
export function withAnswer(command: Command): Command {
  return withTarget(command)
    .requiredOption('--reason <text>', 'why; recorded and shown with the answer')
    .option('--key <file>', 'your private key: SSH, or Ed25519 in PEM')
    .option('--token-file <file>', 'a file with your token')
    .option('--as <name>', 'the name you answer under (default: the one the configuration has for your key or token)')
}

const longestReason = 2000

/** What is put before a person, and the terms of it. */
interface Question {
  readonly record: ProposalRecord
  readonly rule: ConsentRule
  readonly constitution: string | null
}

/**
 * Records a person's answer to a verdict that asks for one. The journal is not held while somebody reads and thinks; whatever has changed by the time they have answered, their answer
 * is not recorded.
 */
export async function giveConsent(invocation: Invocation, { answer, id, options }: { readonly answer: ConsentAnswer; readonly id: string; readonly options: ConsentOptions }): Promise<void> {
  const reason = options.reason.trim()
  if (reason === '' || reason.length > longestReason) throw new ConsentError('no-reason', `a reason of 1 to ${longestReason} characters is needed`, { remedy: 'Say in a sentence why: --reason "...". It is recorded with the answer.' })
  const given = await ask(invocation, { answer, id, options, reason })
  if (given === null) {
    invocation.console.print(unsure('nothing was recorded'))
    invocation.setExitCode(exitCodes.approvalRequired)
    return
  }
  await using target = await openTarget(invocation, options, 'write')
  const question = await questionOf(invocation, target, { id: given.proposal, options, answer })
  const { evidence, commit } = consentSubject(question.record, question.constitution)
  if (evidence !== given.evidence || commit !== given.commit || question.constitution !== given.constitution) throw new ConsentError('changed-meanwhile', `proposal ${given.proposal} was judged again while you were answering`, { remedy: 'Look at it again, and answer again.' })
  await target.journal.append([{ kind: 'consent-given', body: given }])
  const weight = await weighConsent(invocation, { target, options }, { ...question, record: await target.findProposal(given.proposal) })
  const { console } = invocation
  if (console.json) console.document({ proposal: given.proposal, answer, by: { kind: given.by.kind, name: given.by.name }, expiresAt: given.expiresAt, digest: given.digest, consent: { state: weight.state, needed: weight.needed, approvals: weight.approvals.map(({ by }) => by.name) } })
  console.print(`${good(answer)}  ${given.proposal} by ${oneLine(given.by.name)}${given.by.kind === 'unverified' ? unsure(' (unverified: this target names no approvers)') : ''}\n${oneLine(consentText(weight, given.proposal))}`)
}

/** Null: the person has thought better of it. */
async function ask(invocation: Invocation, { answer, id, options, reason }: { readonly answer: ConsentAnswer; readonly id: string; readonly options: ConsentOptions; readonly reason: string }): Promise<Consent | null> {
  await using target = await openTarget(invocation, options, 'read')
  const question = await questionOf(invocation, target, { id, options, answer })
  const { record, rule, constitution } = question
  if (options.expires !== undefined && options.expires > rule.longest) throw new ConsentError('not-counted', 'an approval may not last that long here', { remedy: `Leave --expires out: it lasts ${Math.round(rule.longest / 60_000)} minutes then, the most there is.` })
  invocation.console.note(`${renderVerdict(proposalDocument(record))}\n${await diffStat(target.workspace.revisions, record.made)}`)
  if (answer === 'approved' && options.yes !== true && !(await confirmed(invocation, record))) return null
  const now = invocation.clock()
  const statement: ConsentStatement = {
    ...consentSubject(record, constitution),
    answer,
    reason,
    givenAt: now.toISOString(),
    expiresAt: answer === 'approved' ? new Date(now.getTime() + (options.expires ?? rule.longest)).toISOString() : null,
  }
  const by = await proveIdentity(invocation, target.workspace.root, { signed: { namespace: 'ratchet-consent', text: statementText(statement), digest: statementDigest(statement) }, rule, proof: options })
  const consent: Consent = { ...statement, by, digest: statementDigest(statement) }
  const { discounted } = await weighConsent(invocation, { target, options }, { ...question, record: { ...record, consents: [consent] } })
  const [idle] = discounted
  if (idle !== undefined) throw new ConsentError('not-counted', `the answer would not count: ${discountText(idle.why)}`, { remedy: 'Nothing was recorded.' })
  return consent
}

async function confirmed({ stdin, stderr, signal }: Invocation, { id }: ProposalRecord): Promise<boolean> {
  if (stdin.isTTY !== true) throw new ConsentError('not-confirmed', 'there is no terminal on which the approval could be confirmed', { remedy: 'Say --yes if you know what you approve.' })
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`approve ${id}? [y/N] `, { signal })).trim())
  } finally {
    lines.close()
  }
}

/** The question as it stands, or why there is none. */
async function questionOf(invocation: Invocation, target: OpenTarget, { id, options, answer }: { readonly id: string; readonly options: TargetOptions; readonly answer: ConsentAnswer }): Promise<Question> {
  const record = await target.findProposal(id)
  const { baseline } = record.made
  const { config } = await loadTargetConfig(invocation, { target, options, baseline })
  // A no is always an answer: what the facts accept, a run might apply.
  if (answer === 'approved' || !isOffered(record, config.accept.confirm)) refuseUnasked(record, config.accept.confirm)
  const { constitution } = await openConstitution(invocation, { workspace: target.workspace, baseline, config })
  requireCurrent(record, { evaluatorVersion: await currentVersion(invocation, { target, options, baseline }), constitution: constitution?.digest ?? null })
  await refuseApplied(target, record)
  return { record, rule: consentRule(config), constitution: constitution?.digest ?? null }
}

function refuseUnasked(record: ProposalRecord, requireConfirmation: boolean): void {
  if (isAnswerable(record, requireConfirmation)) return
  const { id } = record
  const standing = standingDecision(record)
  const verdict = standing?.decision.verdict ?? null
  const why = standing?.decision.reasons[0]?.message ?? ''
  switch (verdict) {
    case null:
      throw new ConsentError('nothing-to-answer', `proposal ${id} has not been judged`)
    case 'accepted':
      throw new ConsentError('nothing-to-answer', `proposal ${id} was accepted by its facts and needs no approval`, { remedy: `ratchet apply ${id}` })
    case 'rejected':
      throw new ConsentError('nothing-to-answer', `proposal ${id} was rejected, and nobody can approve what was: ${harmless(why)}`, { remedy: `\`ratchet show ${id}\` says why.` })
    case 'inconclusive':
      throw new ConsentError('nothing-to-answer', `nothing was shown for or against proposal ${id}: ${harmless(why)}`, { remedy: `Judge it again with \`ratchet evaluate ${record.made.commit.slice(0, 12)} --baseline ${record.made.baseline.slice(0, 12)}\`.` })
    case 'approval-required':
      throw new ConsentError('nothing-to-answer', `only the search that found proposal ${id} has judged it`, { remedy: `Judge it as a whole with \`ratchet evaluate ${record.made.commit.slice(0, 12)} --baseline ${record.made.baseline.slice(0, 12)}\`.` })
  }
}

/** The branch decides, not the journal: what was undone by hand may be approved again. */
async function refuseApplied({ workspace, findCommit }: OpenTarget, record: ProposalRecord): Promise<void> {
  for (const { ref, commit, status } of record.applications) {
    if (status !== 'applied' || (await findCommit(ref)) === null || !(await workspace.isAncestor(commit, ref))) continue
    throw new ConsentError('nothing-to-answer', `proposal ${record.id} is already applied to ${ref} as ${commit.slice(0, 10)}`, { remedy: `\`ratchet revert ${record.id}\` undoes it.` })
  }
}
