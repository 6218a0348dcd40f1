import type { Variant } from '../archive/archive.ts'
import { editedFiles } from '../proposal/apply-edits.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import { lineEdits } from '../proposal/line-edits.ts'
import type { Proposal, TextEdit } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import { screenChange } from '../screening/screen-change.ts'
import type { RunPorts } from './cycle-ports.ts'
import { judgeChange } from './judge-change.ts'
import { guardRules } from './metric-rules.ts'
import { proposalId } from './propose-step.ts'
import type { MadeProposal, RunState } from './run-state.ts'
import type { SettleContext } from './settle-winner.ts'

/** Parts looked at; a patch of more hunks keeps the rest as it is. */
const trialLimit = 24

/**
 * The winner without the parts that do not carry its gain, as one proposal on the baseline. A part is dropped only if the rest
 * passes every gate and is, with statistical proof, not slower than the whole by more than half the smallest useful gain.
 */
export async function minimiseWinner(ports: RunPorts, context: SettleContext & { readonly variant: Variant }, signal: AbortSignal): Promise<MadeProposal> {
  const { state, variant } = context
  const whole = variant.proposal === null ? undefined : state.made(variant.proposal)
  if (whole === undefined) throw new TypeError(`variant ${variant.index} has no proposal`)
  const before = await context.readSources(state.started.baseline)
  let kept = hunks(before, await context.readSources(whole.commit))
  const parts = [...new Set(kept.map((edit) => edit.part))]
  let offered = whole
  for (const [index, part] of parts.slice(0, trialLimit).entries()) {
    if (parts.length === 1) break
    const rest = kept.filter((edit) => edit.part !== part)
    if (rest.length === 0) break
    const reduced = await storeFlat(ports, { ...context, whole, before, edits: rest })
    if (await holdsAlone(ports, { ...context, whole: offered, reduced, trial: index + 1 }, signal)) {
      kept = rest
      offered = reduced
    }
  }
  const isFlat = offered !== whole || whole.proposal.parent === state.started.baseline
  return isFlat ? offered : storeFlat(ports, { ...context, whole, before, edits: kept })
}

function hunks(before: readonly SourceFile[], after: readonly SourceFile[]): readonly TextEdit[] {
  const texts = new Map(before.map((file) => [file.path, file.text]))
  const edits: TextEdit[] = []
  for (const file of after) {
    const text = texts.get(file.path)
    if (text !== undefined && text !== file.text) edits.push(...lineEdits(file.path, { before: text, after: file.text }, edits.length))
  }
  return edits
}

/** Stores and journals a proposal that leads from the baseline straight to the wanted text. Idempotent: its id follows from its content. */
async function storeFlat(
  ports: RunPorts,
  request: SettleContext & { readonly whole: MadeProposal; readonly before: readonly SourceFile[]; readonly edits: readonly TextEdit[] },
): Promise<MadeProposal> {
  const { state, record, whole, before, edits } = request
  const { baseline } = state.started
  const digest = editsDigest(baseline, edits)
  const id = proposalId(state.run, 0, digest)
  const known = state.made(id)
  if (known !== undefined) return known
  const proposal: Proposal = { ...whole.proposal, id, parent: baseline, edits, rationale: rationaleOf(state, whole) }
  const stored = await ports.candidates.store({
    parent: baseline,
    changes: editedFiles(before, edits),
    message: `${proposal.operator}: ${proposal.rationale}\n\nRatchet-Proposal: ${id}\n`,
    ref: `refs/ratchet/${state.run}/settled/${id}`,
  })
  const made: MadeProposal = { run: state.run, step: 0, proposal, ...stored, baseline, editsDigest: digest }
  const screening = screenChange(await ports.revisions.changes(baseline, stored.commit), ports.scope)
  await record([
    { kind: 'proposal-made', body: made },
    { kind: 'proposal-screened', body: { run: state.run, proposal: id, screening } },
  ])
  return made
}

/** The rationales along the lineage, oldest first: the flat proposal does what all of them did. */
function rationaleOf(state: RunState, whole: MadeProposal): string {
  const sentences: string[] = []
  let index: number | null | undefined = state.archive.indexOf(whole.commit)
  while (index !== undefined && index !== null) {
    const variant: Variant = state.archive.at(index)
    const made = variant.proposal === null ? undefined : state.made(variant.proposal)
    if (made !== undefined) sentences.unshift(made.proposal.rationale)
    index = variant.parent
  }
  return sentences.length === 0 ? whole.proposal.rationale : sentences.join('; then ')
}

/** Is `reduced` as good as `whole`? Decided by the same gates, with every metric as a guard and the whole patch as reference. */
async function holdsAlone(
  ports: RunPorts,
  request: SettleContext & { readonly whole: MadeProposal; readonly reduced: MadeProposal; readonly trial: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { state, record, whole, reduced, trial } = request
  const known = state.decision(reduced.proposal.id, 'minimise', trial)
  if (known !== undefined) return known.verdict === 'accepted'
  ports.observe({ kind: 'settling', proposal: reduced.proposal, action: 'minimise' })
  const screening = state.screening(reduced.proposal.id)
  if (screening === undefined) throw new TypeError(`proposal ${reduced.proposal.id} was never screened`)
  const alpha = ports.config.accept.falseAcceptRate
  const { decision, events } = await judgeChange(
    ports,
    {
      run: state.run,
      seed: state.started.seed,
      proposal: reduced.proposal.id,
      purpose: 'minimise',
      trial,
      candidate: reduced.commit,
      baseline: whole.commit,
      trusted: state.started.baseline,
      alpha,
      rules: guardRules(ports.config, alpha),
      screening,
    },
    signal,
  )
  await record(events)
  return decision.verdict === 'accepted'
}

