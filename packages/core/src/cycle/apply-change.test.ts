import { expect, it } from 'vitest'
import type { Consent } from '../consent/consent.ts'
import type { ConsentWeight } from '../consent/weigh-consents.ts'
import type { Reason } from '../decision/decision.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, proposalMade } from '../testing/sample-events.ts'
import { applyChange, type Application, type ApplyPorts, type ApplyRequest } from './apply-change.ts'
import { foldProposals, type ProposalRecord } from './proposal-record.ts'

const baseline = 'b0'.repeat(20)
const approval = { digest: 'd', answer: 'approved', by: { kind: 'unverified', name: 'jane' } } as unknown as Consent
const granted: ConsentWeight = { state: 'granted', needed: 1, approvals: [approval], discounted: [] }

/** Applies a change that needs approval; what is asked a second time is asked after the commit was written. */
async function applied({ consents, bars = [], automatic = null }: { readonly consents: readonly ConsentWeight[]; readonly bars?: readonly (Reason | null)[]; readonly automatic?: ApplyRequest['automatic'] }): Promise<{ readonly done: Application; readonly kinds: readonly string[]; readonly moves: number }> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  await journal.append([proposalMade(null, 'p'), decisionMade(null, 'p', decisionOf('approval-required', null), { purpose: 'single' })])
  const record = (await foldProposals(journal.ofProposal('p'))).get('p') as ProposalRecord
  const asked = { isWritten: false, moves: 0 }
  const ports = {
    journal,
    clock: () => new Date(0),
    branch: {
      state: async () => ({ ref: 'refs/heads/main', tip: baseline, checkedOut: false, dirtyPaths: [] }),
      writeCommit: async () => { asked.isWritten = true; return 'new' },
      advance: async () => { asked.moves++; return { moved: true } },
    },
    consent: async () => consents[asked.isWritten ? 1 : 0],
    automation: async () => bars[asked.isWritten ? 1 : 0] ?? null,
    gate: { pass: async (effect: () => Promise<unknown>) => ({ kind: 'passed', value: await effect() }) },
  } as unknown as ApplyPorts
  const done = await applyChange(ports, { record, branchName: null, requireConfirmation: true, evaluatorVersion: null, automatic }, AbortSignal.timeout(10_000))
  const kinds: string[] = []
  for await (const { kind } of journal.read(2)) kinds.push(kind)
  return { done, kinds, moves: asked.moves }
}

const automatic: ApplyRequest['automatic'] = { run: 'r', mode: 'supervised', rules: { perDay: 1, breaker: { failures: 1, window: 1, cooldown: 1, longest: 1 } } }

it('a change is applied while its approval holds', async () => {
  expect(await applied({ consents: [granted, granted] })).toMatchObject({ done: { kind: 'applied' }, kinds: ['application-intended', 'application-settled'], moves: 1 })
  expect(await applied({ consents: [granted, granted], automatic })).toMatchObject({ done: { kind: 'applied' } })
})

it.each([
  ['its approval ends', { consents: [granted, { ...granted, state: 'missing', approvals: [], discounted: [{ consent: approval, why: 'expired' }] }] }, 'consent-missing'],
  ['one of its approvals ends, and another is still enough', { consents: [granted, { ...granted, approvals: [{ ...approval, digest: 'other' }] }] }, 'consent-missing'],
  ['the time for an answer ends', { consents: [granted, granted], automatic, bars: [null, { code: 'not-automatic', message: 'too late' }] }, 'not-automatic'],
] as const)('a change is not applied where %s while it is being signed, and nothing is recorded', async (_, asked, code) => {
  expect(await applied(asked)).toMatchObject({ done: { kind: 'refused', reasons: expect.arrayContaining([expect.objectContaining({ code })]) }, kinds: [], moves: 0 })
})
