import type { ConsentWeight, MetricFacts, ProposalRecord, Transcript } from '@ratchet/core'
import { consentText, discountText } from '@ratchet/core/consent/explain-consent'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { pruneOfProposal, refusePrunedProposal } from '@ratchet/core/cycle/refuse-pruned'
import { usdText } from '@ratchet/core/model/money'
import { openTarget } from '../compose-target.ts'
import { promptsOf } from '../compose-model-reports.ts'
import { describeConsent } from '../compose-consent.ts'
import { faint, harmless, oneLine, strong } from '../console.ts'
import type { Invocation } from '../invocation.ts'
import { renderVerdict } from '../rendering/verdict.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface ShowOptions extends TargetOptions {
  readonly diff?: boolean
  readonly evidence?: boolean
  readonly prompt?: boolean
}

export const registerShow: Register = (program, invocation) => {
  withTarget(program.command('show'))
    .description('one proposal: verdict, reasons, effect')
    .argument('<id>', 'the proposal; the first characters are enough')
    .option('--diff', 'its patch against the baseline')
    .option('--evidence', 'every raw sample of every evaluation')
    .option('--prompt', 'what the model was asked, and what it answered (genetic and human proposals have none)')
    .action((id: string, options: ShowOptions) => show(invocation, id, options))
}

async function show(invocation: Invocation, id: string, options: ShowOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const record = await target.findProposal(id)
  const document = proposalDocument(record)
  const { model } = record.made.proposal
  if (options.prompt === true && model === undefined) throw new UsageError('bad-argument', `proposal ${record.id} was made by the ${document.proposer} proposer, without a prompt`)
  const prompts = options.prompt === true && model !== undefined ? await promptsOf(target, model.transcripts) : null
  if (options.diff === true) await refusePrunedProposal(target.index, record)
  const diff = options.diff === true ? await target.workspace.revisions.diff(record.made.baseline, record.made.commit) : null
  const prune = await pruneOfProposal(target.index, record)
  const consent = await describeConsent(invocation, { target, options }, record)
  if (console.json) {
    console.document({ ...document, pruned: prune?.at ?? null, consent: consent === null ? null : { state: consent.state, needed: consent.needed }, consents: record.consents, attestations: record.attestations, ...(model === undefined ? {} : { model }), ...(diff === null ? {} : { diff }), ...(prompts === null ? {} : { prompt: prompts.map((held, index) => ({ requestDigest: index === 0 ? model?.promptDigest : null, transcript: model?.transcripts[index] ?? null, ...held })) }), ...(options.evidence === true ? { evidence: record.decisions } : {}) })
    return
  }
  console.print(renderVerdict(document))
  if (document.mate !== null) console.print(faint(`  made of ${document.parent.slice(0, 10)} with what ${document.mate.slice(0, 10)} does`))
  if (model !== undefined) console.print(faint(`  asked of ${oneLine(model.name)} (${oneLine(model.id)}) in ${model.calls.length} call${model.calls.length === 1 ? '' : 's'}, ${usdText(model.nanoUsd)}; prompt ${model.promptDigest.slice(0, 16)}`))
  if (prune !== null) console.print(faint(`  pruned at ${prune.at}: its commit is not kept any more`))
  for (const held of document.applications) console.print(faint(`  ${held.status} on ${held.ref} as ${held.commit.slice(0, 10)}${held.attestation === null ? '' : `, attested in .ratchet/attestations/${held.attestation}.dsse.json`}`))
  for (const line of consentLines(record, consent)) console.print(line)
  if (diff !== null) console.print(`\n${diff.split('\n').map(harmless).join('\n')}`)
  for (const held of prompts ?? []) console.print(`\n${held === null ? 'its transcript is gone, or is not what it was' : promptText(held)}`)
  if (options.evidence === true) console.print(`\n${evidenceText(record)}`)
}

function promptText({ label, request, reply }: Transcript): string {
  const turns = [['system', request.system], ...request.messages.map((message) => [message.role, message.text]), ['answer', [reply.text, ...reply.toolCalls.map(({ name, input }) => `${name}(${input})`)].join('\n')]]
  return turns.map(([who, text]) => `${strong(`${label}: ${who ?? ''}`)}\n${(text ?? '').split('\n').map(harmless).join('\n')}`).join('\n\n')
}

function consentLines({ id, consents }: ProposalRecord, weight: ConsentWeight | null): readonly string[] {
  const idle = new Map(weight?.discounted.map(({ consent, why }) => [consent, why]))
  return [
    ...consents.map((consent) => {
      const why = idle.get(consent)
      const until = consent.expiresAt === null ? '' : `, until ${consent.expiresAt}`
      return faint(`  ${consent.answer} by ${oneLine(consent.by.name)} (${consent.by.kind}) at ${consent.givenAt}${until}: ${oneLine(consent.reason)}${why === undefined ? '' : ` - does not count: ${discountText(why)}`}`)
    }),
    ...(weight === null ? [] : [`  consent      ${oneLine(consentText(weight, id))}`]),
  ]
}

function evidenceText(record: ProposalRecord): string {
  const lines: string[] = []
  for (const { purpose, trial, alpha, decision, evaluation, hash, at } of record.decisions) {
    lines.push(`${strong(`${purpose} ${trial}`)}  ${decision.verdict} at ${at}, may err with probability ${alpha.toPrecision(3)}, event ${hash.slice(0, 16)}`)
    for (const run of evaluation?.testRuns ?? []) lines.push(`  test   ${harmless(run.command)}: ${run.ending} ${run.exitCode ?? ''}, ${run.cases.length} named tests`)
    for (const example of evaluation?.oracle?.examples ?? []) {
      lines.push(`  differs  seed ${example.seed} case ${example.case}: baseline ${harmless(example.baseline ?? 'nothing')}  candidate ${harmless(example.candidate ?? 'nothing')}`)
    }
    for (const canary of evaluation?.canaries ?? []) lines.push(`  canary   ${harmless(canary.description)}: ${canary.caughtBy === null ? 'not noticed' : canary.caughtBy === 'unusable' ? 'does not build' : `noticed by ${canary.caughtBy}`}`)
    for (const metric of evaluation?.metrics ?? []) {
      lines.push(`  ${metric.name} in ${metric.unit}, ${metric.trust}, read from ${metric.accounting}; baseline/candidate per launch pair:`)
      lines.push(`    ${metric.pairs.map((pair) => `${figure(pair.baseline)}/${figure(pair.candidate)}`).join('  ')}`, ...besidePairs(metric))
    }
  }
  return lines.join('\n')
}

function besidePairs({ nullPairs = [], counts }: MetricFacts): readonly string[] {
  const lines = nullPairs.length === 0 ? [] : [`    the baseline and its copy: ${nullPairs.map((pair) => `${figure(pair.baseline)}/${figure(pair.candidate)}`).join('  ')}`]
  if (counts === null || counts === undefined) return lines
  const rounds = counts.rounds.map(({ seed, baseline, candidate }) => `seed ${seed}: ${baseline.join(', ')} / ${candidate.join(', ')}`)
  return [...lines, `    instructions, counted by ${counts.method === 'hardware' ? 'the processor' : 'valgrind'}, ${[...rounds, ...(counts.problem === null ? [] : [`${counts.problem.side}: ${harmless(counts.problem.detail)}`])].join('; ')}`]
}

function figure(value: number | null): string {
  return value === null ? '-' : Number.isInteger(value) ? String(value) : value.toFixed(2)
}
