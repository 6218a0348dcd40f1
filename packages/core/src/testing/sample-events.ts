import type { Decision, Verdict } from '../decision/decision.ts'
import type { EventBodies, NewEvent, Purpose } from '../journal/event.ts'

/** Small, whole events for tests of whatever reads a journal. */

export function runStarted(run: string, changes: Partial<EventBodies['run-started']> = {}): NewEvent {
  const body = { run, seed: 7, configDigest: 'c'.repeat(64), baseline: 'b0'.repeat(20), strategy: 'greedy', proposer: 'genetic', evaluations: 10, wallMs: null, tier: 'namespace' }
  return { kind: 'run-started', body: { ...body, ...changes } }
}

export function proposalMade(
  run: string | null,
  id: string,
  changes: { readonly step?: number; readonly parent?: string; readonly mate?: string; readonly commit?: string; readonly operator?: string; readonly rationale?: string; readonly path?: string } = {},
): NewEvent {
  const { step = 1, parent = 'b0'.repeat(20), mate, commit = `commit-${id}`, operator = 'hoist', rationale = 'less work in the loop', path = 'src/a.ts' } = changes
  const edits = [{ path, start: 0, end: 1, replacement: 'x', part: 0 }]
  const proposal = { id, proposer: 'genetic' as const, parent, ...(mate === undefined ? {} : { mate }), edits, operator, rationale }
  return { kind: 'proposal-made', body: { run, step, proposal, commit, tree: `tree-${id}`, baseline: 'b0'.repeat(20), editsDigest: `digest-${id}` } }
}

export function proposalScreened(run: string | null, proposal: string): NewEvent {
  return { kind: 'proposal-screened', body: { run, proposal, screening: { decision: 'allow', risk: 0, consentLevel: 0, findings: [] } } }
}

export function evaluationRecorded(run: string | null, proposal: string, changes: { readonly purpose?: Purpose; readonly trial?: number; readonly wallMs?: number } = {}): NewEvent {
  const { purpose = 'search', trial = 1, wallMs = 100 } = changes
  const evaluation = {
    candidate: `commit-${proposal}`,
    baseline: 'b0'.repeat(20),
    tier: 'namespace' as const,
    baselineTrouble: null,
    build: null,
    tests: null,
    testRuns: [],
    ownTests: null,
    oracle: null,
    metrics: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    wallMs,
  }
  return { kind: 'evaluation-recorded', body: { run, proposal, purpose, trial, evaluation } }
}

export function decisionMade(run: string | null, proposal: string, decision: Decision, changes: { readonly purpose?: Purpose; readonly trial?: number } = {}): NewEvent {
  const { purpose = 'search', trial = 1 } = changes
  return { kind: 'decision-made', body: { run, proposal, purpose, trial, alpha: 0.01, decision } }
}

/** A decision on one objective named `speed`; without `ratios` nothing was measured. */
export function decisionOf(verdict: Verdict, ratios: { readonly estimate: number; readonly low: number; readonly high: number } | null): Decision {
  const code = verdict === 'accepted' ? 'proven-gain' : verdict === 'inconclusive' ? 'pair-limit' : 'tests-failed'
  const metrics = ratios === null ? {} : { speed: { role: 'objective' as const, unit: 'ms', pairs: 20, eValue: 3, effect: ratios } }
  return { verdict, reasons: [{ code, message: `because of ${code}` }], metrics }
}

export function runFinished(run: string, winner: string | null): NewEvent {
  return { kind: 'run-finished', body: { run, winner, reason: 'budget' } }
}

/** A clock that moves by one second a reading. */
export function tickingClock(start = Date.UTC(2026, 0, 1)): () => Date {
  let now = start - 1000
  return () => new Date((now += 1000))
}
