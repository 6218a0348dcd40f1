import { describe, expect, it } from 'vitest'
import { alertsOf } from '../alert/alerts-of.ts'
import { concludeFacts, decisionRevision } from '../cycle/judge-change.ts'
import { verifyDecisions } from '../cycle/verify-decisions.ts'
import type { DecisionBasis, EventBodies, JournalEvent } from '../journal/event.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalScreened } from '../testing/sample-events.ts'
import type { Evaluation, TestRun } from './evaluation.ts'
import { sandboxSigns, type SandboxSign } from './sandbox-signs.ts'

const run: TestRun = { command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }
const refused: TestRun = { ...run, exitCode: 1, refusedSocket: 'connect EPERM' }
const facts = (more: Partial<Evaluation>): Evaluation => ({ ...(evaluationRecorded('r', 'p').body as { readonly evaluation: Evaluation }).evaluation, testRuns: [run], ...more })

describe('signs that a change pushed against its sandbox', () => {
  it.each([
    ['nothing of the kind', {}, []],
    ['processes without end', { testRuns: [run, { ...run, ending: 'process-limit', exitCode: null }] }, ['process-limit']],
    ['files without end, in the build', { build: { ok: false, ending: 'disk-limit', exitCode: null, tail: '', tampered: [] } }, ['disk-limit']],
    ['a socket that was refused', { testRuns: [refused] }, ['refused-socket']],
    ['what is only slow or large', { testRuns: [{ ...run, ending: 'wall-limit' }, { ...run, ending: 'memory-limit' }, { ...run, ending: 'cpu-limit' }, { ...run, ending: 'output-limit' }] }, []],
    ['the baseline\'s own trouble', { baselineTrouble: { stage: 'tests', summary: '', tail: '' }, testRuns: [{ ...refused, ending: 'process-limit' }] }, []],
    ['a socket where the baseline fails as well', { repair: { repaired: [], unrepaired: ['a'], lost: [], sought: true, unsteady: null }, testRuns: [refused] }, []],
  ] as const)('%s', (_, more, expected) => {
    expect(sandboxSigns(facts(more as Partial<Evaluation>))).toEqual(expected)
  })

  it('are an alert, once for its proposal, and a warning: the sandbox held', () => {
    const made = decisionMade('r', 'p', decisionOf('rejected', null))
    const event = { ...made, body: { ...made.body, signs: ['process-limit'] }, sequence: 7, at: 'now' } as unknown as JournalEvent
    expect(alertsOf(event)).toEqual([{ kind: 'sandbox-escape', severity: 'warning', sequence: 7, at: 'now', proposal: 'p', signs: ['process-limit'] }])
  })

  it('are made again by verify: neither made up nor kept quiet', async () => {
    const basis: DecisionBasis = { revision: decisionRevision, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: false }, rules: {} }
    const verified = async (...all: readonly { readonly evaluation: Evaluation; readonly signs?: readonly SandboxSign[] }[]): Promise<unknown> => {
      const journal = createMemoryJournal({ clock: () => new Date(0) })
      for (const [index, { evaluation, signs }] of all.entries()) {
        const place = { run: 'r', proposal: `p${index}`, purpose: 'search', trial: 1 } as const
        const body: EventBodies['decision-made'] = { ...place, alpha: 0.05, decision: concludeFacts(evaluation, basis, { decision: 'allow', risk: 0, consentLevel: 0, findings: [] }), basis, ...(signs === undefined ? {} : { signs }) }
        await journal.append([proposalScreened('r', place.proposal), { kind: 'evaluation-recorded', body: { ...place, evaluation } }, { kind: 'decision-made', body }])
      }
      return verifyDecisions(journal.read(0))
    }
    const pushing = facts({ testRuns: [{ ...run, ending: 'process-limit', exitCode: null }] })
    expect(await verified({ evaluation: pushing }, { evaluation: pushing, signs: ['process-limit'] })).toMatchObject({ ok: true })
    expect(await verified({ evaluation: pushing, signs: ['process-limit'] }, { evaluation: pushing })).toMatchObject({ ok: false, brokenAt: 6, problem: 'decision' })
    expect(await verified({ evaluation: facts({}), signs: ['process-limit'] })).toMatchObject({ ok: false, brokenAt: 3 })
  })
})
