import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import { accepted } from '../testing/attested-journal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { proposalDocument } from './proposal-document.ts'
import { foldProposals } from './proposal-record.ts'

const pair = { baseline: 'raw', candidate: 'raw' }
const metric = { name: 'time', unit: 'ms', role: 'objective', pairs: Array.from({ length: 500 }, () => pair), nullPairs: [pair], accounting: 'none', trust: 'measured', outputs: { equal: true }, problem: null }
const run = { command: 'sh t.sh', ending: 'exited', exitCode: 1, report: 'parsed', cases: Array.from({ length: 500 }, (_, index) => ({ name: `case ${index}`, outcome: 'passed' })), trust: 'sealed', wallMs: 1, tail: 'the last line' }

/** With facts as large as real ones. */
function measured(event: NewEvent): NewEvent {
  return event.kind === 'evaluation-recorded' ? ({ ...event, body: { ...event.body, evaluation: { ...event.body.evaluation, evaluatorVersion: 'v1', metrics: [metric], testRuns: [run] } } } as unknown as NewEvent) : event
}

describe('proposals in outline', () => {
  it('are shown as whole ones are, and hold no raw figures', async () => {
    const journal = createMemoryJournal({ clock: () => new Date(0) })
    await journal.append(accepted('p1').map(measured))
    const [whole, outline] = [(await foldProposals(journal.read(0))).all(), (await foldProposals(journal.read(0), { outline: true })).all()]
    expect(outline.map(proposalDocument)).toEqual(whole.map(proposalDocument))
    expect(outline[0]?.decisions[0]?.evaluation).toMatchObject({ evaluatorVersion: 'v1', testRuns: [{ tail: 'the last line' }] })
    expect([JSON.stringify(whole).length > 30_000, JSON.stringify(outline).length < 3000]).toEqual([true, true])
  })
})
