import type { Variant } from '../archive/archive.ts'
import type { Decision } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { ProposalId } from '../proposal/proposal.ts'
import type { RunPorts } from './cycle-ports.ts'
import { judgeChange } from './judge-change.ts'
import { metricRules } from './metric-rules.ts'
import { minimiseWinner } from './minimise-winner.ts'
import type { ReadSources } from './propose-step.ts'
import { readProposal } from './read-proposal.ts'
import type { MadeProposal, RunState } from './run-state.ts'
import { nextSpending, readLedger } from './spending-ledger.ts'

/** Confirmations tried before the run ends without an offer. */
export const finalistLimit = 3

export interface SettleContext {
  readonly state: RunState
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly readSources: ReadSources
}

/**
 * Minimises and confirms the best variant. Selection on noise is undone here: the confirmation starts from zero on fresh seeds, and spends of one budget over the life
 * of the journal (see `onlineLevel`), so that the share of useless changes among all that was ever offered is at most the configured rate.
 */
export async function settleWinner(ports: RunPorts, context: SettleContext, signal: AbortSignal): Promise<ProposalId | null> {
  const finalists = context.state.archive.accepted(finalistLimit)
  for (const [index, variant] of finalists.entries()) {
    const made = await minimiseWinner(ports, { ...context, variant: variant satisfies Variant }, signal)
    if ((!ports.config.accept.confirm && isAccepted(context.state, made)) || (await confirm(ports, { ...context, made, attempt: index + 1 }, signal))) return made.proposal.id
  }
  return null
}

/** Without confirmations the search's own verdicts are offers. What minimising has made, or gone back to, may have none: it is judged like a confirmation, whatever the configuration. */
function isAccepted({ archive }: RunState, { proposal, commit }: MadeProposal): boolean {
  const index = archive.indexOf(commit)
  const variant = index === undefined ? null : archive.at(index)
  return variant?.proposal === proposal.id && variant.verdict === 'accepted'
}

async function confirm(
  ports: RunPorts,
  { state, record, made, attempt }: SettleContext & { readonly made: MadeProposal; readonly attempt: number },
  signal: AbortSignal,
): Promise<boolean> {
  const known = state.decision(made.proposal.id, 'confirm', attempt)
  if (known !== undefined) return isProven(known)
  ports.observe({ kind: 'settling', proposal: made.proposal, action: 'confirm' })
  const { screening } = await readProposal(ports.index, made.proposal.id)
  const { alpha, spending } = nextSpending(await readLedger(ports.index), ports.config.accept.falseAcceptRate)
  const { decision, events } = await judgeChange(
    ports,
    {
      run: state.run,
      seed: state.started.seed,
      proposal: made.proposal.id,
      purpose: 'confirm',
      trial: attempt,
      candidate: made.commit,
      baseline: state.started.baseline,
      trusted: state.started.baseline,
      alpha,
      spending,
      goal: 'improve',
      rules: metricRules(ports.config, alpha, 'patient'),
      screening,
    },
    signal,
  )
  await record(events)
  ports.observe({ kind: 'decided', proposal: made.proposal, purpose: 'confirm', decision, evaluated: state.evaluated, best: state.archive.best() })
  return isProven(decision)
}

/** Accepted, or it would have been but for the constitution, which asks a person: the next finalist would be asked about as well. */
function isProven({ verdict, policy }: Decision): boolean {
  return verdict === 'accepted' || (verdict === 'approval-required' && policy?.before === 'accepted')
}
