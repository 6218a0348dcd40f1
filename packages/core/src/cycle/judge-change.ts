import { phaseOf } from '../benchmark/attempt-name.ts'
import { rulePrefix } from '../constitution/rule-prefix.ts'
import { concludePolicy, policyBasis, type PolicyDecision } from '../constitution/decide-policy.ts'
import { evidenceFacts } from '../constitution/evidence-facts.ts'
import { decide, type Gates } from '../decision/decide.ts'
import { judgeLint, skippedLint, unreadLint } from '../decision/judge-lint.ts'
import { mayPass, type Decision, type MetricRule, type Reason } from '../decision/decision.ts'
import type { JudgedRule } from '../constitution/rule-judge.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { sandboxSigns } from '../evaluation/sandbox-signs.ts'
import type { DecisionBasis, EventBodies, NewEvent, Purpose, RunId } from '../journal/event.ts'
import { offersByItself } from '../journal/journal-index.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { Lane } from '../sandbox/lane.ts'
import type { Finding, Screening } from '../screening/screening.ts'
import type { Config } from '../target/config.ts'
import type { JudgePorts } from './cycle-ports.ts'

export interface JudgeRequest {
  readonly run: RunId | null
  readonly seed: number
  readonly proposal: ProposalId
  readonly purpose: Purpose
  /** What the run is for; without it, as the configuration says. */
  readonly goal?: 'improve' | 'repair'
  readonly trial: number
  readonly candidate: ObjectId
  readonly baseline: ObjectId
  readonly trusted: ObjectId
  readonly alpha: number
  /** Set when an acceptance is an offer. */
  readonly spending?: EventBodies['decision-made']['spending']
  readonly rules: Readonly<Record<string, MetricRule>>
  readonly screening: Screening
  readonly lane?: Lane
}

export interface Judgement {
  readonly evaluation: Evaluation | null
  readonly decision: Decision
  /** What the journal must hold of it; facts and decision belong into one append. */
  readonly events: readonly NewEvent[]
}

/** Evaluates and decides one candidate. What screening denies is never run. */
export async function judgeChange(ports: JudgePorts, request: JudgeRequest, signal: AbortSignal): Promise<Judgement> {
  if (request.screening.decision === 'deny') {
    const decision = deniedDecision(request.screening)
    return { evaluation: null, decision, events: [decisionEvent(request, decision)] }
  }
  const { run, proposal, purpose, trial } = request
  const evaluation = await ports.evaluator.evaluate(
    {
      candidate: request.candidate,
      baseline: request.baseline,
      trusted: request.trusted,
      rules: request.rules,
      // Derived from what is frozen by now: the candidate itself is part of the path.
      random: seededRandom(request.seed, 'evaluation', request.candidate, purpose, trial),
      ...(request.goal === undefined ? {} : { goal: request.goal }),
      thorough: mayOffer(ports.config, purpose),
      lane: request.lane ?? null,
      occasion: { run, about: proposal, phase: phaseOf(purpose, trial), seed: request.seed },
      checkOwnTests: request.screening.findings.some((finding) => finding.rule === 'protected-path'),
      observe: (stage) => ports.observe({ kind: 'stage', proposal, purpose, stage }),
    },
    signal,
  )
  const unjudged: DecisionBasis = { revision: decisionRevision, rules: request.rules, gates: gatesOf(ports.config, request), ...governing(ports, request) }
  const basis = await withJudgedRules(ports, request, { basis: unjudged, evaluation }, signal)
  const decision = concludeFacts(evaluation, basis, request.screening)
  return {
    evaluation,
    decision,
    events: [{ kind: 'evaluation-recorded', body: { run, proposal, purpose, trial, evaluation } }, decisionEvent(request, decision, { basis, evaluation })],
  }
}

/** Rules in words are put to a model last: only about a change that would pass everything else, or waits for a person. */
async function withJudgedRules({ ruleJudge }: JudgePorts, request: JudgeRequest, { basis, evaluation }: { readonly basis: DecisionBasis; readonly evaluation: Evaluation }, signal: AbortSignal): Promise<DecisionBasis> {
  const { policy } = basis
  const rules = (policy?.rules ?? []).filter(({ judge }) => judge !== undefined)
  if (policy === undefined || rules.length === 0 || ruleJudge === undefined || ruleJudge === null || !mayPass(concludeFacts(evaluation, basis, request.screening))) return basis
  const judged: JudgedRule[] = []
  const { run, proposal, purpose, trial, baseline, candidate } = request
  for (const rule of rules) judged.push(await ruleJudge.judge({ run, proposal, occasion: `${purpose} ${trial}`, rule, baseline, candidate }, signal))
  return { ...basis, policy: { ...policy, judged } }
}

/** Raised whenever the same facts may give another verdict, reason or figure than before: `verify` recomputes only what was decided by the rules that it has. */
export const decisionRevision = 2

/** The whole way from recorded facts to a verdict; `verify` runs exactly this again. */
export function concludeFacts(evaluation: Evaluation, { rules, gates, policy }: Pick<DecisionBasis, 'rules' | 'gates' | 'policy'>, screening: Screening): Decision {
  return governed(consented(withLint(withOwnTests(decide(evaluation, rules, gates), evaluation), { evaluation, screening, gates }), screening), { policy, evaluation, screening })
}

/** Whether the verdict may be what is offered: then nothing that speaks against the change may be left out. A search that is confirmed from zero offers nothing by itself. */
function mayOffer({ accept }: Pick<Config, 'accept'>, purpose: Purpose): boolean {
  return offersByItself({ purpose }) || (purpose === 'search' && !accept.confirm)
}

/** The constitution speaks where something may come to be applied. */
function governing({ constitution, config }: JudgePorts, request: JudgeRequest): Pick<DecisionBasis, 'policy'> {
  if (constitution === null || constitution === undefined) return {}
  return mayOffer(config, request.purpose) ? { policy: policyBasis(constitution) } : {}
}

/** What the constitution makes of a verdict: it can turn a yes into a question or a no, never anything into a yes. */
function governed(decision: Decision, { policy, evaluation, screening }: { readonly policy: DecisionBasis['policy']; readonly evaluation: Evaluation; readonly screening: Screening }): Decision {
  if (policy === undefined || !mayPass(decision)) return decision
  const before = decision.verdict === 'accepted' ? 'accepted' : 'approval-required'
  // Screened without the constitution, nothing is known that its rules could be asked about.
  const said: PolicyDecision =
    screening.policy === undefined
      ? { decision: 'ask', reasons: [{ rule: 'constitution', message: 'the change was screened without the constitution' }], consentLevel: 3, risk: 1 }
      : concludePolicy(policy, screening.policy, evidenceFacts(evaluation, decision))
  const verdict = said.decision === 'deny' ? 'rejected' : said.decision === 'ask' ? 'approval-required' : decision.verdict
  const reasons = said.decision === 'allow' ? [] : said.reasons.map(({ rule, message }): Reason => ({ code: 'constitution', message: `${rule}: ${message}` })).filter(({ message }) => !decision.reasons.some((known) => known.message === message))
  return { ...decision, verdict, reasons: [...decision.reasons, ...reasons], policy: { decision: said.decision, constitution: policy.constitution, before, consentLevel: screening.findings.some(({ rule }) => rule === 'judging-code') ? 3 : said.consentLevel, risk: said.risk, rules: said.reasons.map(({ rule }) => rule) } }
}

function gatesOf({ build, oracle, accept, lint, tests }: Config, request: JudgeRequest): Gates {
  const selfTests = tests.filter(({ selfTest }) => selfTest).map(({ run }) => run)
  const mustLint = lint.length > 0 && (offersByItself(request) || !accept.confirm)
  return { ...(mustLint ? { lint: true } : {}), ...(selfTests.length === 0 ? {} : { selfTests }), build: build !== undefined, oracle: oracle.length > 0, plausibleGain: accept.plausibleGain, trustReported: accept.trustReported, ...(accept.objectives === 'all' ? {} : { objectives: accept.objectives }) }
}

function decisionEvent(request: JudgeRequest, decision: Decision, measured?: { readonly basis: DecisionBasis; readonly evaluation: Evaluation }): NewEvent {
  const { run, proposal, purpose, trial, alpha, spending } = request
  const signs = measured === undefined ? [] : sandboxSigns(measured.evaluation)
  return { kind: 'decision-made', body: { run, proposal, purpose, trial, alpha, decision, ...(measured === undefined ? {} : { basis: measured.basis }), ...(signs.length === 0 ? {} : { signs }), ...(spending === undefined ? {} : { spending }) } }
}

function deniedDecision(screening: Screening): Decision {
  return { verdict: 'rejected', reasons: reasonsOf(screening, (finding) => finding.weight === undefined || finding.weight === 'deny'), metrics: {} }
}

/** One reason a rule: a rule that is broken in fifty places says one thing. Notes are none. */
function reasonsOf(screening: Screening, counts: (finding: Finding) => boolean): readonly Reason[] {
  const groups = Map.groupBy(screening.findings.filter((finding) => finding.weight !== 'note' && counts(finding)), ({ rule, file }) => (pathCodes.has(rule) ? `${rule} ${file}` : rule))
  return [...groups.values()].flatMap(([first, ...others]): Reason[] => {
    if (first === undefined) return []
    const place = first.file === '' ? '' : `${first.file}${first.line === null ? '' : `:${first.line}`}: `
    if (first.rule.startsWith(rulePrefix)) return [{ code: 'constitution', message: `${first.rule.slice(rulePrefix.length)}: ${first.message}` }]
    return [{ code: pathCodes.get(first.rule) ?? 'suspicious-content', message: `${place}${first.message}${others.length === 0 ? '' : ` (and ${others.length} more)`}` }]
  })
}

/** Rules about paths have reasons of their own; what is left is about content. */
const pathCodes: ReadonlyMap<string, Reason['code']> = new Map([
  ['unsafe-path', 'unsafe-path'],
  ['constitution-path', 'protected-path'],
  ['protected-path', 'protected-path'],
  ['edit-outside-scope', 'edit-outside-scope'],
  ['patch-too-large', 'patch-too-large'],
  ['judging-code', 'protected-path'],
])

/** A change that also edits tests must pass its own version of them as well, with no test gone. */
function withOwnTests(decision: Decision, { ownTests }: Evaluation): Decision {
  if (ownTests === null || (ownTests.missing.length === 0 && ownTests.newlyFailing.length === 0)) return decision
  const reasons: Reason[] = [
    ...(ownTests.missing.length > 0
      ? [{ code: 'tests-missing' as const, message: `with the change's own test files, ${ownTests.missing.length} tests of the baseline no longer run: ${ownTests.missing.slice(0, 5).join('; ')}` }]
      : []),
    ...(ownTests.newlyFailing.length > 0
      ? [{ code: 'tests-failed' as const, message: `with the change's own test files, ${ownTests.newlyFailing.length} tests fail: ${ownTests.newlyFailing.slice(0, 5).join('; ')}` }]
      : []),
  ]
  return { verdict: 'rejected', reasons, metrics: decision.metrics }
}

/** Where linters were asked: a rule that is broken more often is a change for the worse, whatever it gains. */
function withLint(decision: Decision, { evaluation: { lint }, screening, gates }: { readonly evaluation: Evaluation; readonly screening: Screening; readonly gates: Gates }): Decision {
  if (!mayPass(decision)) return decision
  if (lint === undefined) return gates.lint === true ? { ...decision, verdict: 'rejected', reasons: [{ code: 'lint-failed', message: 'the linters that the configuration names were not run' }] } : decision
  const reasons = judgeLint(lint, screening.findings)
  if (reasons.length > 0) return { ...decision, verdict: 'rejected', reasons }
  const unread = unreadLint(lint)
  if (unread.length > 0) return { ...decision, verdict: 'inconclusive', reasons: unread }
  return { ...decision, reasons: [...decision.reasons, ...skippedLint(lint)] }
}

function consented(decision: Decision, screening: Screening): Decision {
  if (!mayPass(decision) || screening.decision === 'allow') return decision
  return { ...decision, verdict: 'approval-required', reasons: [...decision.reasons, ...reasonsOf(screening, () => true)] }
}
