import { createHash } from 'node:crypto'
import type { Automatic } from '../autonomy/automatic.ts'
import type { EffectGate } from '../autonomy/effect-gate.ts'
import type { Consent } from '../consent/consent.ts'
import { consentText, discountText } from '../consent/explain-consent.ts'
import type { ConsentWeight } from '../consent/weigh-consents.ts'
import { mayPass, type Reason } from '../decision/decision.ts'
import type { NewEvent } from '../journal/event.ts'
import type { Journal } from '../journal/journal.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { RevisionReader, TargetBranch } from '../workspace/workspace.ts'
import { WorkspaceError } from '../workspace/workspace.ts'
import { advanceOrClose } from './advance-or-close.ts'
import { commitMessage } from './commit-message.ts'
import { CycleError } from './cycle-error.ts'
import type { ChangeVerdict } from './evaluate-change.ts'
import { isOutdated } from './evaluator-version.ts'
import { awaitsConsent, isOffered, standingDecision, type ProposalRecord } from './proposal-record.ts'

export interface ApplyPorts {
  readonly journal: Journal
  readonly revisions: RevisionReader
  readonly branch: TargetBranch
  readonly clock: () => Date
  /** Signs the commit; null or absent: it is not signed. */
  readonly sign?: ((payload: Uint8Array) => Promise<string>) | null
  /** Judges a merged change anew, with `baseline` as the trusted commit. Only called when the branch has moved. */
  readonly judge: (candidate: { readonly commit: ObjectId; readonly tree: ObjectId }, baseline: ObjectId, signal: AbortSignal) => Promise<ChangeVerdict>
  /** What the journal knows of a merged change that was judged just now. */
  readonly recordOf: (proposal: ProposalId) => Promise<ProposalRecord | null>
  /** What people's answers come to at this moment, by the rules of the record's own baseline. Only called where somebody is asked, or has answered. */
  readonly consent: (record: ProposalRecord, signal: AbortSignal) => Promise<ConsentWeight>
  /** What the branch moves through; absent: nobody can give orders. */
  readonly gate?: EffectGate
  /** Why a run may not apply this by itself now; see `automaticRefusal`. Only called where a run wants to; absent: it never may. */
  readonly automation?: (record: ProposalRecord, automatic: Automatic, ref: string) => Promise<Reason | null>
}

export type Application =
  | { readonly kind: 'applied'; readonly ref: string; readonly commit: ObjectId; readonly merged: boolean }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

export interface ApplyRequest {
  readonly record: ProposalRecord
  readonly branchName: string | null
  readonly requireConfirmation: boolean
  readonly evaluatorVersion: string | null
  readonly constitution?: string | null
  /** Set where a run applies it and no person asked for that. */
  readonly automatic?: Automatic | null
}

interface Destination {
  readonly ref: string
  /** Null: the branch does not exist yet. */
  readonly expected: ObjectId | null
  readonly tip: ObjectId
}

/** Turns an offered proposal, or one that people have approved, into a commit on a branch. Intent is durable before the ref moves; the outcome follows. */
export async function applyChange(
  ports: ApplyPorts,
  { record, branchName, requireConfirmation, evaluatorVersion, constitution = null, automatic = null }: ApplyRequest,
  signal: AbortSignal,
): Promise<Application> {
  // A supervised run applies nothing that people have not said yes to, whatever the facts say.
  const isAsked = awaitsConsent(record, requireConfirmation) || automatic?.mode === 'supervised'
  if (!awaitsConsent(record, requireConfirmation) && !isOffered(record, requireConfirmation)) {
    throw new CycleError('not-offered', `proposal ${record.id} has no accepted verdict, and none that may be approved, from a confirmation or a whole evaluation`, {
      remedy: `\`ratchet show ${record.id}\` says why; \`ratchet proposals\` lists what may be applied.`,
    })
  }
  const destination = await findDestination(ports, branchName, record.made.baseline)
  // A branch that has moved has the merged change judged anew anyway, by today's judges.
  if (destination.tip === record.made.baseline) requireCurrent(record, { evaluatorVersion, constitution })
  const barred = automatic === null ? null : await automaticBar(ports, { record, automatic, destination })
  if (barred !== null) return { kind: 'refused', reasons: [barred] }
  const result = await resultTree(ports, { record, destination, isAsked }, signal)
  if ('reasons' in result) {
    const applied = record.applications.find((held) => held.status === 'applied' && held.ref === destination.ref)
    // The branch decides, not the journal: what was undone by hand may be applied again.
    if (applied !== undefined && result.reasons[0]?.code === 'no-change') throw new CycleError('already-applied', `proposal ${record.id} is already applied to ${applied.ref} as ${applied.commit}`)
    return { kind: 'refused', reasons: result.reasons }
  }
  const commit = await ports.branch.writeCommit({
    tree: result.tree,
    parents: [destination.tip],
    message: commitMessage(record, result.approvals),
    date: Math.floor(ports.clock().getTime() / 1000),
    sign: ports.sign ?? null,
  })
  const { ref, expected } = destination
  const application = createHash('sha256').update(JSON.stringify([record.id, ref, commit])).digest('hex').slice(0, 12)
  const moved = await throughGate(ports.gate, async (): Promise<boolean | readonly Reason[]> => {
    const late = await lateBar(ports, { record, automatic, destination, isAsked, result }, signal)
    if (late !== null) return late
    await ports.journal.append([{ kind: 'application-intended', body: { application, proposal: record.id, ref, expected, commit, ...(isAsked ? { consents: result.approvals.map(({ digest }) => digest) } : {}), ...(result.judged === null ? {} : { judged: result.judged, tree: result.tree }), ...(automatic === null ? {} : { automatic }) } }])
    const settled = (outcome: 'applied' | 'abandoned'): NewEvent => ({ kind: 'application-settled', body: { application, proposal: record.id, outcome } })
    const done = await advanceOrClose(ports, { ref, expected, next: commit }, [settled('abandoned')])
    await ports.journal.append([settled(done ? 'applied' : 'abandoned')])
    return done
  })
  if (typeof moved !== 'boolean') return { kind: 'refused', reasons: moved }
  if (moved) return { kind: 'applied', ref, commit, merged: result.merged }
  return { kind: 'refused', reasons: [{ code: 'merge-conflict', message: `${ref} moved while the change was being applied; nothing was changed. Run apply again.` }] }
}

interface LateQuestion {
  readonly record: ProposalRecord
  readonly automatic: Automatic | null
  readonly destination: Destination
  readonly isAsked: boolean
  readonly result: Result
}

/** Judging, signing and the gate take their time, in which an approval or a deadline may end: what is recorded is held against the moment at which the intent is. */
async function lateBar(ports: ApplyPorts, { record, automatic, destination, isAsked, result }: LateQuestion, signal: AbortSignal): Promise<readonly Reason[] | null> {
  const barred = automatic === null ? null : await automaticBar(ports, { record, automatic, destination })
  if (barred !== null) return [barred]
  const consent = await consentTo(ports, { record, isAsked }, signal)
  if ('reasons' in consent) return consent.reasons
  const counted = new Set(consent.approvals.map(({ digest }) => digest))
  // The commit names them already.
  if (!result.approvals.every(({ digest }) => counted.has(digest))) return [{ code: 'consent-missing', message: 'an approval ended while the change was being applied; nothing was changed. Run apply again.' }]
  return result.judged === null ? null : await mergedBar(ports, result.judged, signal)
}

/** A merged change is another one, which nobody but a person decides about. */
async function automaticBar({ automation }: ApplyPorts, { record, automatic, destination }: { readonly record: ProposalRecord; readonly automatic: Automatic; readonly destination: Destination }): Promise<Reason | null> {
  if (destination.tip !== record.made.baseline || destination.expected === null) return { code: 'not-automatic', message: `${destination.ref} has moved since the run began` }
  if (automation === undefined) return { code: 'not-automatic', message: 'nobody can say whether it may be' }
  return automation(record, automatic, destination.ref)
}

/** The effect's outcome, or why it was not let through. */
export async function throughGate<T>(gate: EffectGate | undefined, effect: () => Promise<T>): Promise<T | readonly Reason[]> {
  if (gate === undefined) return effect()
  const passage = await gate.pass(effect)
  return passage.kind === 'passed' ? passage.value : passage.reasons
}

/** Fails with `epoch-changed` where the verdict that stands was reached by other judges or another constitution than today's. */
export function requireCurrent(record: ProposalRecord, { evaluatorVersion, constitution }: { readonly evaluatorVersion: string | null; readonly constitution: string | null }): void {
  const { id, made } = record
  if (!isOutdated(record, evaluatorVersion) && (constitution === null || standingDecision(record)?.decision.policy?.constitution === constitution)) return
  throw new CycleError('epoch-changed', `proposal ${id} was accepted by other tests, metrics or rules than today's`, {
    remedy: `Judge it again with \`ratchet evaluate ${made.commit.slice(0, 12)} --baseline ${made.baseline.slice(0, 12)}\`, and apply what that accepts.`,
  })
}

async function findDestination(ports: ApplyPorts, branchName: string | null, baseline: ObjectId): Promise<Destination> {
  try {
    const state = await ports.branch.state(branchName)
    if (state.checkedOut && state.dirtyPaths.length > 0) throw dirtyTree(state.dirtyPaths)
    return { ref: state.ref, expected: state.tip, tip: state.tip }
  } catch (error) {
    if (branchName === null || !(error instanceof WorkspaceError) || error.code !== 'unknown-revision') throw error
    return { ref: branchName.startsWith('refs/') ? branchName : `refs/heads/${branchName}`, expected: null, tip: baseline }
  }
}

function dirtyTree(paths: readonly string[]): WorkspaceError {
  const shown = paths.slice(0, 5).join(', ')
  return new WorkspaceError('dirty-working-tree', `the working tree has uncommitted changes: ${shown}${paths.length > 5 ? ', ...' : ''}`, {
    remedy: 'Commit or stash them first; Ratchet never touches uncommitted work.',
  })
}

interface Result {
  readonly tree: ObjectId
  readonly merged: boolean
  /** The merged change, under whose id it was judged; null where the branch had not moved. */
  readonly judged: ProposalId | null
  /** The consents it rests on. */
  readonly approvals: readonly Consent[]
}

async function resultTree(
  ports: ApplyPorts,
  { record, destination, isAsked }: { readonly record: ProposalRecord; readonly destination: Destination; readonly isAsked: boolean },
  signal: AbortSignal,
): Promise<Result | { readonly reasons: readonly Reason[] }> {
  const { made } = record
  if (destination.tip === made.baseline) {
    const consent = await consentTo(ports, { record, isAsked }, signal)
    return 'reasons' in consent ? consent : { tree: made.tree, merged: false, judged: null, ...consent }
  }
  const merge = await ports.branch.merge(made.baseline, destination.tip, made.commit)
  if (merge.kind === 'conflict') {
    return { reasons: [{ code: 'merge-conflict', message: `${destination.ref} has moved since, and the change conflicts in ${merge.paths.join(', ')}` }] }
  }
  if (merge.tree === (await ports.revisions.commit(destination.tip)).tree) {
    return { reasons: [{ code: 'no-change', message: `${destination.ref} already contains this change` }] }
  }
  const consent = await consentTo(ports, { record, isAsked }, signal)
  if ('reasons' in consent) return consent
  const commit = await ports.branch.writeCommit({ tree: merge.tree, parents: [destination.tip], message: `merge trial of ${record.id}\n`, date: 0 })
  const verdict = await ports.judge({ commit, tree: merge.tree }, destination.tip, signal)
  // Nobody has looked at the merged change: what was approved is another one.
  if (mayPass(verdict.decision) && (isAsked || verdict.decision.verdict === 'approval-required')) return { reasons: [movedReason(verdict, destination.ref), ...verdict.decision.reasons] }
  if (verdict.decision.verdict !== 'accepted') {
    const context: Reason = { code: 'not-confirmed', message: `${destination.ref} has moved since; merged with it, the change did not pass again (${verdict.decision.verdict})` }
    return { reasons: [context, ...verdict.decision.reasons] }
  }
  const barred = await mergedBar(ports, verdict.proposal, signal)
  return barred === null ? { tree: merge.tree, merged: true, judged: verdict.proposal, approvals: [] } : { reasons: barred }
}

/** It may have been brought by itself before: a no that somebody gave to it must not be got around through what it was merged from. */
async function mergedBar(ports: ApplyPorts, proposal: ProposalId, signal: AbortSignal): Promise<readonly Reason[] | null> {
  const record = await ports.recordOf(proposal)
  if (record === null || standingDecision(record)?.decision.verdict !== 'accepted') return [{ code: 'not-confirmed', message: `merged with its branch the change is ${proposal}, whose standing verdict is not accepted` }]
  const consent = await consentTo(ports, { record, isAsked: false }, signal)
  return 'reasons' in consent ? consent.reasons : null
}

/** What was accepted needs nobody; but a no that somebody gave before it was judged again still stands. */
async function consentTo(ports: ApplyPorts, { record, isAsked }: { readonly record: ProposalRecord; readonly isAsked: boolean }, signal: AbortSignal): Promise<Pick<Result, 'approvals'> | { readonly reasons: readonly Reason[] }> {
  if (!isAsked && record.consents.length === 0) return { approvals: [] }
  const consent = await ports.consent(record, signal)
  if (isAsked ? consent.state !== 'granted' : consent.state === 'refused') return { reasons: consentReasons(consent, record) }
  return { approvals: isAsked ? consent.approvals : [] }
}

function consentReasons(consent: ConsentWeight, { id }: ProposalRecord): readonly Reason[] {
  const code = consent.state === 'refused' ? 'consent-refused' : 'consent-missing'
  return [{ code, message: consentText(consent, id) }, ...consent.discounted.map(({ consent: { by, answer }, why }): Reason => ({ code, message: `what ${by.name} has said (${answer}) does not count: ${discountText(why)}` }))]
}

function movedReason({ proposal, decision }: ChangeVerdict, ref: string): Reason {
  const next = decision.verdict === 'accepted' ? `it is accepted: ratchet apply ${proposal}` : `it needs an approval of its own: ratchet approve ${proposal} --reason "...", then ratchet apply ${proposal}`
  return { code: 'consent-missing', message: `${ref} has moved since; merged with it, the change is another one and was judged as ${proposal}: ${next}` }
}
