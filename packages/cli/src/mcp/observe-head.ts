import type { OpportunitySurvey, SubmissionDesk } from '@ratchet/core'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import { requireGoing, standingOf } from '../compose-orders.ts'
import { observeTarget, sourceKinds } from '../compose-observe.ts'
import type { Invocation } from '../invocation.ts'
import type { TargetOptions } from '../target-options.ts'
import type { Answer, ObservedHead, Watch } from './proposer-desk.ts'

export type Look = <T>(use: (target: OpenTarget) => Promise<T>) => Promise<T>
/** By baseline, the newest last. */
export type ObservedHeads = Map<string, OpportunitySurvey>

export interface HeadObserver {
  readonly invocation: Invocation
  readonly options: TargetOptions
  readonly desk: SubmissionDesk
  readonly look: Look
  readonly observed: ObservedHeads
}

const kept = 4
/** More than any answer shows. */
const surveyed = 200

/** What is worth improving in HEAD. It is looked at once, in its turn behind what is being judged: two at a time would disturb each other's times. */
export async function observeHead({ invocation, options, desk, look, observed }: HeadObserver, { limit, waitMs, onChange }: Watch & { readonly limit: number }, signal: AbortSignal): Promise<Answer<ObservedHead>> {
  const baseline = await look(async ({ workspace }) => (await workspace.revisions.commit('HEAD')).id)
  const key = `observe ${baseline}`
  // What failed is tried again when somebody asks again: a stop, or whatever else was in the way, may be gone by then.
  if (!observed.has(baseline)) {
    const taken = desk.submit(key, (note, stop) => survey({ invocation, options, observed }, { baseline, note }, stop), { isFree: true })
    if (taken.kind === 'refused') return taken
    await desk.wait(key, { waitMs, onChange: ({ steps, state, stage }) => onChange({ steps, message: stage === '' ? state : stage }) }, signal)
  }
  const seen = observed.get(baseline)
  const problem = desk.find(key)?.problem ?? null
  const found = seen?.opportunities.slice(0, limit).map(({ rank, score, source, evidence, opportunity: { kind, path, line, ...more } }) => ({ rank, score, source, kind, path, line, evidence, ...('functionName' in more ? { functionName: more.functionName } : {}) }))
  return { kind: 'answer', value: { baseline, state: seen === undefined ? (problem === null ? 'observing' : 'failed') : 'observed', problem, sources: seen?.sources ?? [], opportunities: found ?? [] } }
}

async function survey({ invocation, options, observed }: Omit<HeadObserver, 'desk' | 'look'>, { baseline, note }: { readonly baseline: string; readonly note: (stage: string) => void }, signal: AbortSignal): Promise<void> {
  const own: Invocation = { ...invocation, signal, get stdin() { return invocation.stdin } }
  note('looking for opportunities')
  await using target = await openTarget(own, options, 'read')
  requireGoing(await standingOf(target), 'nothing of the target is run')
  observed.set(baseline, await observeTarget(own, { target, options, baseline, kinds: sourceKinds, limit: surveyed, sourceMs: null }, signal))
  for (const old of [...observed.keys()].slice(0, -kept)) observed.delete(old)
}
