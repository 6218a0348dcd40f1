import { createHash } from 'node:crypto'
import { attemptAlpha } from '../decision/alpha-spending.ts'
import type { Authors } from '../consent/edit-statement.ts'
import type { Decision } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { JournalIndex } from '../journal/journal-index.ts'
import type { ObjectId, Proposal, ProposalId } from '../proposal/proposal.ts'
import type { Screening } from '../screening/screening.ts'
import { judgeChange } from './judge-change.ts'
import type { JudgePorts } from './cycle-ports.ts'
import { metricRules } from './metric-rules.ts'

export interface ChangeRequest {
  readonly candidate: { readonly commit: ObjectId; readonly tree: ObjectId }
  readonly baseline: ObjectId
  readonly rationale: string
  /** Where it was made from another proposal. */
  readonly authors?: Omit<Authors, 'proposal' | 'commit' | 'tree'>
  /** Fresh for every call, and unknown to whoever wrote the change. */
  readonly seed: number
}

export interface ChangeVerdict {
  readonly proposal: ProposalId
  readonly screening: Screening
  readonly decision: Decision
}

export type ChangePorts = JudgePorts & { readonly index: JournalIndex }

/** Judges one change, whoever wrote it, through the whole gate; every fact goes to the journal. */
export async function evaluateChange(ports: ChangePorts, request: ChangeRequest, signal: AbortSignal): Promise<ChangeVerdict> {
  const { candidate, baseline } = request
  const id = changeId(baseline, candidate.tree)
  const proposal: Proposal = { id, proposer: 'human', parent: baseline, edits: [], operator: (request.authors?.edit ?? null) === null ? 'commit' : 'edit', rationale: request.rationale }
  const screening = await ports.screener.screen({ baseline, candidate: candidate.commit, author: proposal }, signal)
  // Judging one change again and again until luck accepts it must not pay: each trial spends less.
  const trial = (await earlierTrials(ports.index, id)) + 1
  const alpha = attemptAlpha(ports.config.accept.falseAcceptRate, trial)
  const made: readonly NewEvent[] =
    trial > 1
      ? []
      : [{ kind: 'proposal-made', body: { run: null, step: 0, proposal, ...candidate, baseline, editsDigest: id } }]
  // With every trial: a change that was judged as nobody's before is somebody's from now on.
  const named: readonly NewEvent[] = request.authors === undefined ? [] : [{ kind: 'authors-named', body: { proposal: id, ...candidate, ...request.authors } }]
  await ports.journal.append([...made, ...named, { kind: 'proposal-screened', body: { run: null, proposal: id, screening } }])
  const { decision, events } = await judgeChange(
    ports,
    {
      run: null,
      seed: request.seed,
      proposal: id,
      purpose: 'single',
      trial,
      candidate: candidate.commit,
      baseline,
      trusted: baseline,
      alpha,
      rules: metricRules(ports.config, alpha, 'patient'),
      screening,
    },
    signal,
  )
  await ports.journal.append(events)
  return { proposal: id, screening, decision }
}

/** Trials that were begun, finished or not: who breaks off a trial that goes badly has spent it all the same. */
async function earlierTrials(index: JournalIndex, id: ProposalId): Promise<number> {
  let trials = 0
  for await (const event of index.ofProposal(id)) if (event.kind === 'proposal-screened' && event.body.run === null) trials++
  return trials
}

/** One change on one baseline has one id, however often it is judged, and however often its commit is amended or its patch renamed. */
export function changeId(baseline: ObjectId, tree: ObjectId): ProposalId {
  return createHash('sha256').update(JSON.stringify(['change', baseline, tree])).digest('hex').slice(0, 12)
}
