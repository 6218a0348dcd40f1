import { describe, expect, it } from 'vitest'
import { staticRisk } from '../constitution/assess-risk.ts'
import { compileRules } from '../constitution/compile-constitution.ts'
import { policyBasis, screenPolicy } from '../constitution/decide-policy.ts'
import { parseConstitution } from '../constitution/parse-constitution.ts'
import { noFacts, type StaticFacts } from '../constitution/policy-facts.ts'
import type { MetricRule } from '../decision/decision.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import type { DecisionBasis, NewEvent } from '../journal/event.ts'
import type { Screening } from '../screening/screening.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { proposalMade } from '../testing/sample-events.ts'
import { concludeFacts, decisionRevision } from './judge-change.ts'
import { verifyDecisions } from './verify-decisions.ts'

const text = `version: 1
immutable_constraints:
  - { id: small-gains-stay-out, statement: Gains are worth their reading., when: 'effect.proven && effect.estimate < 1.2' }
supervised_operations:
  - { id: many-files, statement: People read wide changes., when: 'paths.size() > 2', consent_level: 3 }
autonomous_operations:
  - { id: source, statement: Changes of the source go on., when: 'paths.all(p, glob(p, "src/**"))', requires: [tests-pass, no-regression, benchmark-gain] }
`
const constitution = parseConstitution(Buffer.from(text), { path: 'constitution.yaml', knownChecks: null })
const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha: 0.01, maximumPairs: 60, patience: 'patient' }
const basis: DecisionBasis = { revision: decisionRevision, rules: { speed: rule }, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: true }, policy: policyBasis(constitution) }
const counts = { passed: 3, failed: 0, skipped: 0 }

const evaluation = (candidate: number, changes: Partial<Evaluation> = {}): Evaluation => ({
  candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: null, build: null, tests: { baseline: counts, candidate: counts, missing: [], newlyFailing: [] },
  testRuns: [{ command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }], ownTests: null, oracle: null,
  metrics: [{ name: 'speed', unit: 'ms', role: 'objective', pairs: Array.from({ length: 12 }, (_, seed) => ({ seed, first: 'baseline' as const, baseline: 200, candidate })), accounting: 'cgroup-v2', trust: 'measured', problem: null }],
  startedAt: '', wallMs: 1, ...changes,
})

function screening(paths: readonly string[]): Screening {
  const facts: StaticFacts = { ...noFacts, paths, documented: true }
  const risk = staticRisk(facts, 0)
  return { decision: 'allow', risk: 0, consentLevel: 0, findings: [], policy: screenPolicy(constitution, compileRules(constitution, null).compiled, { facts, lines: { added: [], removed: [] }, risk }) }
}

function changed(screened: Screening, changes: Partial<NonNullable<Screening['policy']>>): Screening {
  return screened.policy === undefined ? screened : { ...screened, policy: { ...screened.policy, ...changes } }
}

describe('a verdict under a constitution', () => {
  it('stays what it is where an operation is allowed', () => {
    expect(concludeFacts(evaluation(100), basis, screening(['src/a.js']))).toMatchObject({ verdict: 'accepted', policy: { decision: 'allow', before: 'accepted', rules: ['source'] } })
  })

  it('becomes a question by default, by a rule, and where the change was screened without the constitution', () => {
    expect(concludeFacts(evaluation(100), basis, screening(['lib/a.js']))).toMatchObject({ verdict: 'approval-required', policy: { decision: 'ask', rules: ['default'] }, reasons: [{ code: 'proven-gain' }, { code: 'constitution' }] })
    expect(concludeFacts(evaluation(100), basis, screening(['src/a.js', 'src/b.js', 'src/c.js']))).toMatchObject({ verdict: 'approval-required', policy: { consentLevel: 3, rules: ['many-files'] } })
    const { policy: _, ...without } = screening(['src/a.js'])
    expect(concludeFacts(evaluation(100), basis, without)).toMatchObject({ verdict: 'approval-required', policy: { consentLevel: 3 } })
    const other = screening(['src/a.js'])
    expect(concludeFacts(evaluation(100), basis, { ...other, ...(other.policy === undefined ? {} : { policy: { ...other.policy, constitution: 'other' } }) })).toMatchObject({ verdict: 'approval-required' })
  })

  it('becomes a no where linters find more than before, are told to look away, or were not run though they had to', () => {
    const facts = { linter: 'eslint', command: 'eslint', hearsSuppressions: true, skipped: null, problem: null, rules: [{ rule: 'no-eval', baseline: 1, candidate: 1 }] }
    const linted = (changes: Partial<typeof facts>): Evaluation => evaluation(100, { lint: [{ ...facts, ...changes }] })
    const clean = screening(['src/a.js'])
    expect(concludeFacts(linted({}), basis, clean)).toMatchObject({ verdict: 'accepted' })
    expect(concludeFacts(linted({ rules: [{ rule: 'no-eval', baseline: 1, candidate: 2 }] }), basis, clean)).toMatchObject({ verdict: 'rejected', reasons: [{ code: 'lint-worse' }] })
    expect(concludeFacts(linted({}), basis, { ...clean, findings: [{ rule: 'check-switched-off', file: 'src/a.js', line: 1, message: 'm', weight: 'note' }] })).toMatchObject({ verdict: 'rejected', reasons: [{ code: 'lint-worse' }] })
    expect(concludeFacts(evaluation(100), { ...basis, gates: { ...basis.gates, lint: true } }, clean)).toMatchObject({ verdict: 'rejected', reasons: [{ code: 'lint-failed' }] })
    expect(concludeFacts(evaluation(100, { lint: [{ ...facts, skipped: 'it is not there' }] } as Partial<Evaluation>), basis, clean)).toMatchObject({ verdict: 'accepted', reasons: [{ code: 'proven-gain' }, { code: 'lint-skipped' }] })
    expect(concludeFacts(evaluation(100, { lint: [{ ...facts, problem: 'ended by wall-limit', unread: 'baseline' }] } as Partial<Evaluation>), basis, clean)).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'lint-failed' }] })
  })

  it('becomes a no by an immutable constraint on what was measured', () => {
    expect(concludeFacts(evaluation(180), basis, screening(['src/a.js']))).toMatchObject({ verdict: 'rejected', policy: { decision: 'deny', rules: ['small-gains-stay-out'] } })
  })

  it('never becomes milder: what the facts reject is not asked about', () => {
    const failing = evaluation(100, { tests: { baseline: counts, candidate: counts, missing: [], newlyFailing: ['a'] } })
    expect(concludeFacts(failing, basis, screening(['src/a.js']))).toEqual(concludeFacts(failing, { ...basis, policy: undefined } as never, screening(['src/a.js'])))
    const asked: Screening = { ...screening(['src/a.js']), decision: 'require-approval', findings: [{ rule: 'deleted-file', file: 'src/a.js', line: null, message: 'm' }] }
    expect(concludeFacts(evaluation(100), basis, asked)).toMatchObject({ verdict: 'approval-required', policy: { decision: 'allow', before: 'approval-required' } })
  })

  it('is found again by whoever has the journal, and a forged one is not', async () => {
    const screened = screening(['lib/a.js'])
    const measured = evaluation(100)
    const events = (decided: ReturnType<typeof concludeFacts>, used: DecisionBasis, proposal = 'p'): readonly NewEvent[] => {
      const place = { run: null, proposal, purpose: 'single', trial: 1 } as const
      return [
        proposalMade(null, proposal),
        { kind: 'proposal-screened', body: { run: null, proposal, screening: screened } },
        { kind: 'evaluation-recorded', body: { ...place, evaluation: measured } },
        { kind: 'decision-made', body: { ...place, alpha: 0.01, decision: decided, basis: used } },
      ]
    }
    const verified = async (decided: ReturnType<typeof concludeFacts>, used = basis, before: readonly NewEvent[] = []): Promise<unknown> => {
      const journal = createMemoryJournal({ clock: () => new Date(0) })
      await journal.append([...before, ...events(decided, used)])
      return verifyDecisions(journal.read(0))
    }
    const honest = concludeFacts(measured, basis, screened)
    expect(await verified(honest)).toEqual({ ok: true, decisions: { recomputed: 1, unrecorded: 0 } })
    expect(await verified({ ...honest, verdict: 'accepted' })).toMatchObject({ ok: false, problem: 'decision' })
    expect(await verified(honest, { ...basis, policy: { ...policyBasis(constitution), constitution: 'another' } })).toMatchObject({ ok: false, problem: 'decision' })
    // Made again as if there were no constitution, or by rules that nobody has any more.
    const { policy: _, ...ungoverned } = basis
    expect(await verified(concludeFacts(measured, ungoverned, screened), ungoverned)).toMatchObject({ ok: false, detail: expect.stringContaining('without the constitution') as string })
    const old: DecisionBasis = { ...basis, revision: decisionRevision - 1 }
    expect(await verified({ ...honest, verdict: 'accepted' }, old)).toMatchObject({ ok: true, decisions: { unrecorded: 1 } })
    expect(await verified({ ...honest, verdict: 'accepted' }, old, events(honest, basis, 'before'))).toMatchObject({ ok: false, detail: expect.stringContaining('older rules') as string })
    expect(await verified(honest, basis, events(honest, old, 'before'))).toMatchObject({ ok: true, decisions: { recomputed: 1, unrecorded: 1 } })
  })

  it.each([
    ['a rule that applies and is left out', ['src/a.js', 'src/b.js', 'src/c.js'], (screened: Screening): Screening => changed(screened, { applied: [{ rule: 'source' }] })],
    ['a rule that does not apply and is put in', ['lib/a.js'], (screened: Screening): Screening => changed(screened, { applied: [{ rule: 'source' }] })],
    ['a finding that its checks do not name', ['src/a.js'], (screened: Screening): Screening => ({ ...screened, findings: [{ rule: 'adds-secret', file: 'src/a.js', line: 1, message: 'm', weight: 'note' }] })],
  ])('is not taken from forged answers: %s', async (_, paths, forge) => {
    const measured = evaluation(100)
    const place = { run: null, proposal: 'p', purpose: 'single', trial: 1 } as const
    const verified = async (screened: Screening): Promise<unknown> => {
      const journal = createMemoryJournal({ clock: () => new Date(0) })
      await journal.append([
        proposalMade(null, 'p'),
        { kind: 'proposal-screened', body: { run: null, proposal: 'p', screening: screened } },
        { kind: 'evaluation-recorded', body: { ...place, evaluation: measured } },
        { kind: 'decision-made', body: { ...place, alpha: 0.01, decision: concludeFacts(measured, basis, screened), basis } },
      ])
      return verifyDecisions(journal.read(0))
    }
    expect(await verified(screening(paths))).toMatchObject({ ok: true })
    expect(await verified(forge(screening(paths)))).toMatchObject({ ok: false, problem: 'decision' })
  })
})
