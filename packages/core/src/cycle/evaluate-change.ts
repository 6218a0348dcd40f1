import { createHash } from 'node:crypto'
import { attemptAlpha } from '../decision/alpha-spending.ts'
import type { Authors } from '../consent/edit-statement.ts'
import type { Decision } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, Proposal, ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'
import { authorsOfContent } from './authors-behind.ts'
import { judgeChange, type JudgeRequest } from './judge-change.ts'
import type { JudgePorts } from './cycle-ports.ts'
import { metricRules } from './metric-rules.ts'
import { nextSpending, readLedger, sharesBudget } from './spending-ledger.ts'

export interface ChangeRequest {
  readonly candidate: { readonly commit: ObjectId; readonly tree: ObjectId }
  readonly baseline: ObjectId
  readonly rationale: string
  /** Where it was made from another proposal. */
  readonly authors?: Omit<Authors, 'proposal' | 'commit' | 'tree'>
  /** Fresh for every call, and unknown to whoever wrote the change. */
  readonly seed: number
  /** Who made it; a person where left out. What the journal knows already of the same change stays as it is. */
  readonly proposer?: Proposal['proposer']
  /** The model that made it, where one did. */
  readonly model?: Proposal['model']
  /** The variant that it was made from, where that is not the baseline. */
  readonly parent?: ObjectId
  /** The candidate that it was merged from. */
  readonly mergedFrom?: ObjectId
}

export interface ChangeVerdict {
  readonly proposal: ProposalId
  readonly screening: Screening
  readonly decision: Decision
}

export type ChangePorts = JudgePorts & { readonly index: JournalIndex }

/**
 * Judges one change, whoever wrote it, through the whole gate; every fact goes to the journal.
 *
 * A person's change has an error promise of its own. A program makes as many as it likes, be it an agent, a model or a search, and whoever picks one of them and has it judged again: these judgements spend of the budget that
 * confirmations spend of, and one that is broken off has spent all the same.
 */
export async function evaluateChange(ports: ChangePorts, request: ChangeRequest, signal: AbortSignal): Promise<ChangeVerdict> {
  const { candidate, baseline } = request
  const id = changeId(baseline, candidate.tree)
  const known = await earlierTrials(ports.index, id)
  const proposal: Proposal = known.proposal ?? { id, proposer: request.proposer ?? 'human', parent: request.parent ?? baseline, edits: [], operator: (request.authors?.edit ?? null) === null ? 'commit' : 'edit', rationale: request.rationale, ...(request.model === undefined ? {} : { model: request.model }) }
  const others = await authorsOfContent(ports, { commits: [candidate.commit, request.mergedFrom ?? candidate.commit, request.parent ?? candidate.commit].filter((commit) => commit !== baseline), tree: candidate.tree })
  const screening = await ports.screener.screen({ baseline, candidate: candidate.commit, author: { ...proposal, others } }, signal)
  // Judging one change again and again until luck accepts it must not pay: each trial spends less.
  const trial = known.trials + 1
  const { alpha, spending } = await levelOf(ports, { trial, proposer: proposal.proposer, isDenied: screening.decision === 'deny' })
  // The name that keeps the change stands for this commit from now on, and the one before may be gone: what is shown, applied and attested is what was judged last.
  const made: readonly NewEvent[] = known.proposal === null || known.commit !== candidate.commit ? [{ kind: 'proposal-made', body: { run: null, step: 0, proposal, ...candidate, baseline, editsDigest: id } }] : []
  // With every trial: a change that was judged as nobody's before is somebody's from now on.
  const named: readonly NewEvent[] = request.authors === undefined ? [] : [{ kind: 'authors-named', body: { proposal: id, ...candidate, ...request.authors } }]
  await ports.journal.append([...made, ...named, { kind: 'proposal-screened', body: { run: null, proposal: id, screening } }])
  const judged: JudgeRequest = {
    run: null,
    seed: request.seed,
    proposal: id,
    purpose: 'single',
    trial,
    candidate: candidate.commit,
    baseline,
    trusted: baseline,
    alpha,
    ...(spending === undefined ? {} : { spending }),
    rules: metricRules(ports.config, alpha, 'patient'),
    screening,
  }
  try {
    const { decision, events } = await judgeChange(ports, judged, signal)
    await ports.journal.append(events)
    return { proposal: id, screening, decision }
  } catch (error) {
    if (spending !== undefined) await recordBrokenOff(ports, judged, error)
    throw error
  }
}

/** What is denied is never run and spends nothing. */
async function levelOf({ config, index }: ChangePorts, { trial, proposer, isDenied }: { readonly trial: number; readonly proposer: Proposal['proposer']; readonly isDenied: boolean }): Promise<Pick<JudgeRequest, 'alpha' | 'spending'>> {
  const { falseAcceptRate } = config.accept
  if (!sharesBudget(proposer) || isDenied) return { alpha: attemptAlpha(falseAcceptRate, trial) }
  // A trial that was killed left nothing in the budget: all that is known of it is that there was one.
  return nextSpending(await readLedger(index), trial === 1 ? falseAcceptRate : attemptAlpha(falseAcceptRate, trial))
}

/** Whatever ended it: a candidate that makes the judge fail has been tried as well. What went wrong first is what is told. */
async function recordBrokenOff({ journal }: ChangePorts, judged: JudgeRequest, error: unknown): Promise<void> {
  try {
    await journal.append([brokenOff(judged)])
  } catch {
    throw error
  }
}

/** Else whoever stops what takes long would try at the same level again, with another change, as often as they like. */
function brokenOff({ run, proposal, purpose, trial, alpha, spending }: JudgeRequest): NewEvent {
  const decision: Decision = { verdict: 'inconclusive', reasons: [{ code: 'broken-off', message: 'the evaluation was stopped before it came to anything' }], metrics: {} }
  return { kind: 'decision-made', body: { run, proposal, purpose, trial, alpha, decision, ...(spending === undefined ? {} : { spending }) } }
}

/** What the journal knows of the change, and trials that were begun, finished or not: who breaks off a trial that goes badly has spent it all the same. */
async function earlierTrials(index: JournalIndex, id: ProposalId): Promise<{ readonly trials: number; readonly proposal: Proposal | null; readonly commit: ObjectId | null }> {
  let trials = 0
  let proposal: Proposal | null = null
  let commit: ObjectId | null = null
  for await (const event of index.ofProposal(id)) {
    if (event.kind === 'proposal-made') {
      proposal ??= event.body.proposal
      commit = event.body.commit
    } else if (event.kind === 'proposal-screened' && event.body.run === null) trials++
  }
  return { trials, proposal, commit }
}

/** One change on one baseline has one id, however often it is judged, and however often its commit is amended or its patch renamed. */
export function changeId(baseline: ObjectId, tree: ObjectId): ProposalId {
  return createHash('sha256').update(JSON.stringify(['change', baseline, tree])).digest('hex').slice(0, 12)
}
