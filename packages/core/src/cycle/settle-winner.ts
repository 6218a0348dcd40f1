import type { Variant } from '../archive/archive.ts'
import { asksOfContent, isProven, type Decision } from '../decision/decision.ts'
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

/** What a run offers. `beside`: proven as well and better as far as the search can tell, but a person is asked about what it holds, and not about the winner. */
export interface Settled {
  readonly winner: ProposalId | null
  readonly beside: ProposalId | null
}

interface Offer {
  readonly variant: Variant
  readonly proposal: ProposalId
  /** Nothing that it holds is asked about; the constitution may still ask for what was measured, as it would of the next finalist. */
  readonly needsNobody: boolean
  /** And that does not either: it can be applied. */
  readonly isAccepted: boolean
}

/**
 * Minimises and confirms the best variants. Selection on noise is undone here: the confirmation starts from zero on fresh seeds, and spends of one budget over the life
 * of the journal (see `onlineLevel`), so that the share of useless changes among all that was ever offered is at most the configured rate.
 *
 * Those that need nobody come first, so that one that is proven is offered whatever else was found. Of those that screening asks a person about, one is offered that looks better than what is offered already.
 */
export async function settleWinner(ports: RunPorts, context: SettleContext, signal: AbortSignal): Promise<Settled> {
  const { archive } = context.state
  let free: Offer | null = null
  let asked: Offer | null = null
  for (const [row, verdict] of (['accepted', 'asked'] as const).entries()) {
    for (const [index, variant] of archive.proven(verdict, finalistLimit).entries()) {
      if (verdict === 'accepted' ? free !== null : !looksBetter(variant, [free, asked])) continue
      const offer: Offer | null = await settleOne(ports, { ...context, variant, attempt: row * finalistLimit + index + 1, offered: [free, asked] }, signal)
      // What could be applied does not make room for what the constitution asks about, however much better that looks.
      if (offer?.needsNobody !== true) asked = offer ?? asked
      else if (offer.isAccepted || free?.isAccepted !== true) free = offer
    }
  }
  return free === null ? { winner: asked?.proposal ?? null, beside: null } : { winner: free.proposal, beside: asked?.proposal ?? null }
}

/** Null: it is not proven, or came down to what is offered already. What it was minimised to was screened anew: a person may be asked about less than in the search, or about more. */
async function settleOne(ports: RunPorts, context: SettleContext & { readonly variant: Variant; readonly attempt: number; readonly offered: readonly (Offer | null)[] }, signal: AbortSignal): Promise<Offer | null> {
  const { state, variant, attempt, offered } = context
  const made = await minimiseWinner(ports, context, signal)
  const { id: proposal } = made.proposal
  if (offered.some((offer) => offer?.proposal === proposal)) return null
  const known = offeredBySearch(ports, state, made)
  if (known !== null) return { variant, proposal, needsNobody: known === 'accepted', isAccepted: known === 'accepted' }
  const decision = await confirm(ports, { ...context, made, attempt }, signal)
  return isProven(decision, state.started) ? { variant, proposal, needsNobody: !asksOfContent(decision), isAccepted: decision.verdict === 'accepted' } : null
}

function looksBetter({ gain }: Variant, offers: readonly (Offer | null)[]): boolean {
  return offers.every((offer) => (gain?.low ?? 0) > (offer?.variant.gain?.low ?? Number.NEGATIVE_INFINITY))
}

/** Without confirmations the search's own verdicts are offers. What minimising has made, or gone back to, may have none: it is judged like a confirmation, whatever the configuration. */
function offeredBySearch({ config }: Pick<RunPorts, 'config'>, { archive }: RunState, { proposal, commit }: MadeProposal): 'accepted' | 'asked' | null {
  const index = config.accept.confirm ? undefined : archive.indexOf(commit)
  const variant = index === undefined ? null : archive.at(index)
  return variant?.proposal === proposal.id && (variant.verdict === 'accepted' || variant.verdict === 'asked') ? variant.verdict : null
}

async function confirm(
  ports: RunPorts,
  { state, record, made, attempt }: SettleContext & { readonly made: MadeProposal; readonly attempt: number },
  signal: AbortSignal,
): Promise<Decision> {
  const known = state.decision(made.proposal.id, 'confirm', attempt)
  if (known !== undefined) return known
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
  return decision
}
