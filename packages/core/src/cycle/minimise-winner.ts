import type { Variant } from '../archive/archive.ts'
import { mayPass, type Decision, type ReasonCode } from '../decision/decision.ts'
import { editedFiles } from '../proposal/apply-edits.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import { stepSeparator, type Proposal, type ProposalStep } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import { wholeFiles } from '../proposal/split-changes.ts'
import { strictness } from '../screening/screening.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { authorsBehind } from './authors-behind.ts'
import { claimedSteps, type LineageEntry } from './claimed-steps.ts'
import type { RunPorts } from './cycle-ports.ts'
import { flatChange, isNothing, unitsOf, withoutUnit, type FlatChange } from './flat-change.ts'
import { judgeChange } from './judge-change.ts'
import { metricRules } from './metric-rules.ts'
import { proposalId } from './propose-step.ts'
import { readProposal } from './read-proposal.ts'
import type { MadeProposal, RunState } from './run-state.ts'
import type { SettleContext } from './settle-winner.ts'

/** Hunks and files left out on trial; a patch of more keeps the rest as it is. */
const trialLimit = 24

/** Ancestors looked at, oldest first. */
const ancestorLimit = 8

/**
 * The winner without what does not carry its gain, as one proposal on the baseline. First the oldest ancestor that is as good takes its place: whole steps
 * that brought nothing go, also where they touch the same lines as one that did. Then each hunk, and each file that is new or goes, is left out in turn, until none can go. A smaller patch replaces a
 * larger one that is not proven to be better than it; all are held against the same larger one, so that losses too small to be seen do not add up.
 */
export async function minimiseWinner(ports: RunPorts, context: SettleContext & { readonly variant: Variant }, signal: AbortSignal): Promise<MadeProposal> {
  // Agents and their models are paid for each trial: what they are measured by is not measured for a smaller patch.
  const isPaid = Object.values(ports.config.metrics).some(({ suite }) => suite !== undefined)
  const whole = isPaid ? await wholeOf(ports, context.variant) : await oldestAsGood(ports, context, signal)
  const { baseline } = context.state.started
  const before = await context.readSources(baseline)
  let kept = await flatChange({ ...context, revisions: ports.revisions }, { from: baseline, to: whole.commit })
  let offered = whole
  let measure = whole
  let trial = 0
  // What is made for a later hunk can go once that has gone: so the last one first, and all of them again as long as one goes.
  for (let isSmaller = !isPaid; isSmaller; ) {
    isSmaller = false
    for (const unit of unitsOf(kept).toReversed()) {
      const rest = withoutUnit(kept, unit)
      if (isNothing(rest) || trial === trialLimit) break
      const reduced = await storeReduced(ports, { ...context, whole, before, change: rest }, signal)
      if (reduced === null) continue
      const isLeft = await asksMore(ports, { state: context.state, reduced, whole })
      if (isLeft && context.state.started.followsAsked === true) continue
      trial += 1
      const outcome = isLeft ? 'needed' : await holdAgainst(ports, { ...context, whole: measure, reduced, trial: ancestorLimit + trial }, signal)
      if (outcome === 'needed') continue
      kept = rest
      offered = reduced
      if (outcome === 'harmful') measure = reduced
      isSmaller = true
    }
  }
  const isFlat = offered !== whole || whole.proposal.parent === baseline
  return isFlat ? offered : storeFlat(ports, { ...context, whole, before, change: kept }, signal)
}

async function oldestAsGood(ports: RunPorts, context: SettleContext & { readonly variant: Variant }, signal: AbortSignal): Promise<MadeProposal> {
  const line = await lineage(ports, context.state, context.variant)
  const whole = line.at(-1)
  if (whole === undefined) throw new TypeError(`variant ${context.variant.index} has no proposal`)
  for (const [index, reduced] of line.slice(0, -1).slice(0, ancestorLimit).entries()) {
    if (await asksMore(ports, { state: context.state, reduced, whole })) continue
    if ((await holdAgainst(ports, { ...context, whole, reduced, trial: index + 1 }, signal)) !== 'needed') return reduced
  }
  return whole
}

/**
 * Whether a person would be asked about the smaller patch who is not asked about the whole, or more of them: a later step may have taken out just that, and then it is no part to leave out. It takes no number of a trial. Runs that do not
 * follow what people are asked about, as all older ones, try it, and go on with the numbers that they began with; only what is denied is not run in them either, and keeps its number.
 */
async function asksMore({ index }: Pick<RunPorts, 'index'>, { state, reduced, whole }: { readonly state: RunState; readonly reduced: MadeProposal; readonly whole: MadeProposal }): Promise<boolean> {
  const [less, more] = [(await readProposal(index, reduced.proposal.id)).screening, (await readProposal(index, whole.proposal.id)).screening]
  if (state.started.followsAsked !== true) return less.decision === 'deny'
  return strictness[less.decision] > strictness[more.decision] || (less.decision === 'require-approval' && less.consentLevel > more.consentLevel)
}

/** The proposal that a variant was stored as. */
export async function wholeOf({ index }: Pick<RunPorts, 'index'>, variant: Variant): Promise<MadeProposal> {
  if (variant.proposal === null) throw new TypeError(`variant ${variant.index} has no proposal`)
  return (await readProposal(index, variant.proposal)).made
}

/** The proposals from the baseline to this variant, oldest first. */
async function lineage({ index }: Pick<RunPorts, 'index'>, state: RunState, variant: Variant): Promise<readonly MadeProposal[]> {
  const line: MadeProposal[] = []
  for (let at: Variant | null = variant; at !== null; at = at.parent === null ? null : state.archive.at(at.parent)) {
    if (at.proposal !== null) line.push((await readProposal(index, at.proposal)).made)
  }
  return line.toReversed()
}

/** Stores and journals a proposal that leads from the baseline straight to the wanted text. Idempotent: its id follows from its content. */
export async function storeFlat(
  ports: RunPorts,
  request: SettleContext & { readonly whole: MadeProposal; readonly before: readonly SourceFile[]; readonly change: FlatChange },
  signal: AbortSignal,
): Promise<MadeProposal> {
  const { state, record, whole, before, change } = request
  const { edits, files } = change
  const { baseline } = state.started
  const named = wholeFiles(edits, files)
  const digest = editsDigest(baseline, edits, named)
  const id = proposalId(state.run, 0, digest)
  const known = state.settling(id)
  if (known !== undefined) return known
  const { proposer } = whole.proposal
  const proposal: Proposal = { id, proposer, parent: baseline, edits, ...(named.length === 0 ? {} : { files: named }), ...(await claimOf(ports, request)) }
  const stored = await ports.candidates.store({
    parent: baseline,
    changes: [...editedFiles(before, edits), ...files],
    message: `${proposal.operator}: ${proposal.rationale}\n\nRatchet-Proposal: ${id}\n`,
    ref: `refs/ratchet/${state.run}/settled/${id}`,
  })
  const made: MadeProposal = { run: state.run, step: 0, proposal, ...stored, baseline, editsDigest: digest, cutFrom: whole.commit }
  const author = { ...proposal, others: await authorsBehind(ports, [whole.proposal.id]) }
  const screening = await ports.screener.screen({ baseline, candidate: stored.commit, author }, signal)
  await record([
    { kind: 'proposal-made', body: made },
    { kind: 'proposal-screened', body: { run: state.run, proposal: id, screening } },
  ])
  return made
}

/** The same of a part of what was found. Null: no tree can be that (a file and a folder of one name), and what was left out is needed. It was never measured, and takes no number of a trial. */
export async function storeReduced(ports: RunPorts, request: Parameters<typeof storeFlat>[1], signal: AbortSignal): Promise<MadeProposal | null> {
  try {
    return await storeFlat(ports, request, signal)
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'unsafe-path') return null
    throw error
  }
}

/** Every proposal that something of a variant may come from, oldest first: also those of what was merged into it. */
async function ancestry({ index }: Pick<RunPorts, 'index'>, state: RunState, variant: Variant): Promise<readonly LineageEntry[]> {
  const found = new Set<number>()
  const open = [variant.index]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue
    found.add(at)
    const { parent, mate } = state.archive.at(at)
    for (const from of [parent, mate]) if (from !== null) open.push(from)
  }
  const entries: LineageEntry[] = []
  for (const at of [...found].sort((a, b) => a - b)) {
    const { proposal, parent, mate } = state.archive.at(at)
    if (proposal !== null) entries.push(entryOf((await readProposal(index, proposal)).made, { index: at, parent, mate }))
  }
  return entries
}

function entryOf({ proposal: { operator, rationale, edits, files = [], steps } }: MadeProposal, place: Pick<LineageEntry, 'index' | 'parent' | 'mate'>): LineageEntry {
  return { ...place, edits, files: files.map(({ path }) => path), steps: steps ?? [{ operator, rationale }] }
}

/** What a flat proposal says of itself: it does what those of its steps did of which something is left. */
async function claimOf(ports: RunPorts, { state, whole, before, change }: Parameters<typeof storeFlat>[1]): Promise<ProposalStep> {
  const index = state.archive.indexOf(whole.commit)
  const lineage = index === undefined ? [entryOf(whole, { index: 0, parent: null, mate: null })] : await ancestry(ports, state, state.archive.at(index))
  const claimed = claimedSteps({ baseline: before, lineage, patch: change.edits, files: change.files.map(({ path }) => path) })
  const { operator } = whole.proposal
  if (claimed.length === 0) return { operator, rationale: `part of: ${whole.proposal.rationale}` }
  const named = whole.proposal.steps === undefined ? operator : [...new Set(claimed.map((step) => step.operator))].join(stepSeparator)
  return { operator: named, rationale: claimed.map(({ rationale }) => rationale).join('; then ') }
}

/** What a patch has more than a smaller one: it is `needed`, or nothing shows that it is, or it is proven to do harm. */
type Surplus = 'needed' | 'idle' | 'harmful'

/**
 * Whether `reduced` may take the place of `whole`: unless the whole, held against it, is proven to be better, or the two behave differently, or the smaller one
 * does not pass by itself. The burden of proof lies with what makes a patch larger; what the smaller one gains is measured from zero before it is offered.
 */
async function holdAgainst(
  ports: RunPorts,
  request: SettleContext & { readonly whole: MadeProposal; readonly reduced: MadeProposal; readonly trial: number },
  signal: AbortSignal,
): Promise<Surplus> {
  const { state, record, whole, reduced, trial } = request
  const known = state.decision(whole.proposal.id, 'minimise', trial)
  if (known !== undefined) return surplusOf(known)
  ports.observe({ kind: 'settling', proposal: reduced.proposal, action: 'minimise' })
  const { screening } = await readProposal(ports.index, whole.proposal.id)
  const alpha = ports.config.accept.falseAcceptRate
  const { decision, events } = await judgeChange(
    ports,
    {
      run: state.run,
      seed: state.started.seed,
      proposal: whole.proposal.id,
      purpose: 'minimise',
      trial,
      candidate: whole.commit,
      baseline: reduced.commit,
      trusted: state.started.baseline,
      alpha,
      goal: 'improve',
      rules: holdingRules(ports, alpha),
      screening,
    },
    signal,
  )
  await record(events)
  return surplusOf(decision)
}

/**
 * Of a pass rate every task is asked: which of two versions solves more is all that is known of them, and a proof that one step of many brings something would take more tasks than there are. Only not of a suite, each task of which is paid.
 */
function holdingRules({ config }: Pick<RunPorts, 'config'>, alpha: number): ReturnType<typeof metricRules> {
  return Object.fromEntries(Object.entries(metricRules(config, alpha, 'eager')).map(([name, rule]) => [name, rule.figure === 'pass-rate' && rule.stages === undefined ? { ...rule, patience: 'patient' as const } : rule]))
}

/** Only the figures speak against the larger patch. Anything else (tests, build, oracle, figures missing) says that the two are not the same. */
const figuresOnly: ReadonlySet<ReasonCode> = new Set(['no-useful-gain', 'pair-limit', 'objective-worse', 'guard-worse', 'guard-unproven', 'proven-gain', 'counts-disagree', 'counts-unusable', 'noise-gate'])

function surplusOf({ verdict, reasons, metrics }: Decision): Surplus {
  if (Object.values(metrics).some(({ role, unit, effect }) => role === 'objective' && unit === 'fraction' && effect !== null && effect.estimate > 1)) return 'needed'
  if (mayPass({ verdict }) || reasons.length === 0 || !reasons.every((reason) => figuresOnly.has(reason.code))) return 'needed'
  return reasons.some(({ code }) => code === 'objective-worse') ? 'harmful' : 'idle'
}
