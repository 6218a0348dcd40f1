import { expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { ProposalModel } from '../proposal/proposal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { proposalMade, runStarted, tickingClock } from '../testing/sample-events.ts'
import { ModelUseCheck } from './verify-model-uses.ts'

const analyst: ProposalModel = { name: 'm', provider: 'ollama', id: 'x', promptDigest: 'p', calls: ['call 1'], transcripts: ['t'], nanoUsd: 30 }

/** An analysis that was asked, and a proposal that names one. */
async function problemWith(named: ProposalModel): Promise<string | null> {
  const spending = { nanoUsd: 30, tokens: 2, calls: 1 }
  const made = proposalMade('r1', 'p1')
  if (made.kind !== 'proposal-made') throw new TypeError('no proposal')
  const weakness = { primary: 'a', rootCause: 'b', suggestedFix: 'c', source: 'model' as const, tasks: [], unsolved: 0, model: named }
  const events: readonly NewEvent[] = [
    runStarted('r1', { proposer: 'self' }),
    { kind: 'model-call-intended', body: { run: 'r1', call: 'call 1', attempt: 1, purpose: 'propose', label: 'step 1 weakness', about: 'step 1', model: { name: 'm', provider: 'ollama', id: 'x' }, requestDigest: 'p', reserved: spending, price: { input: 10, output: 10 }, limits: { nanoUsd: null, tokens: null, calls: null } } },
    { kind: 'model-call-settled', body: { run: 'r1', call: 'call 1', attempt: 1, outcome: 'answered', code: null, usage: { input: 1, output: 2 }, charged: spending, basis: 'usage', transcript: 't', wallMs: 1 } },
    { ...made, body: { ...made.body, proposal: { ...made.body.proposal, weakness } } },
  ]
  await using journal = createMemoryJournal({ clock: tickingClock() })
  const check = new ModelUseCheck()
  for (const event of await journal.append(events)) {
    const wrong = check.add(event)
    if (wrong !== null) return wrong.detail
  }
  return null
}

it('the analysis that a self-edit rests on is a call of its run, with its model, transcript, prompt and cost', async () => {
  expect(await problemWith(analyst)).toBeNull()
  for (const change of [{ calls: ['call 2'] }, { transcripts: ['other'] }, { name: 'n' }, { promptDigest: 'q' }, { nanoUsd: 1 }]) expect(await problemWith({ ...analyst, ...change }), JSON.stringify(change)).toContain('proposal p1')
})
