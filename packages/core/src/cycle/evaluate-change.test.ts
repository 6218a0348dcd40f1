import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../journal/event.ts'
import type { Screening } from '../screening/screening.ts'
import { noFacts } from '../constitution/policy-facts.ts'
import { configSchema } from '../target/config.ts'
import { accepted, AttestedJournal, objectName } from '../testing/attested-journal.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { decisionMade, decisionOf, evaluationRecorded, proposalMade, proposalScreened } from '../testing/sample-events.ts'
import { evaluateChange, type ChangePorts } from './evaluate-change.ts'
import { foldProposals } from './proposal-record.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'sh t.sh' }], metrics: { time: { run: 'sh b.sh', measure: 'cpu-time' } } })
const denied: Screening = { decision: 'deny', risk: 0, consentLevel: 0, findings: [{ rule: 'unsafe-path', file: 'x', line: null, message: 'm', weight: 'deny' }] }

function portsOf(): ChangePorts & { readonly journal: ReturnType<typeof createMemoryJournal> } {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  // What is denied is never run.
  return { config, journal, index: journal, screener: { readsAuthors: false, screen: async () => denied }, evaluator: { evaluate: () => Promise.reject(new Error('never')) }, observe: () => undefined, constitution: null } as unknown as ReturnType<typeof portsOf>
}

const authors = { from: 'p0', coAuthors: ['Ada'], edit: null }

describe('whoever has a hand in a change', () => {
  it('is told to screening where rules ask for it, whoever brings, edits or merges the change', async () => {
    const told: unknown[] = []
    const ports = portsOf()
    const asking = (readsAuthors: boolean): ChangePorts => ({ ...ports, screener: { readsAuthors, screen: async ({ author }) => (told.push(author?.others), denied) } })
    const policy = { constitution: 'c', facts: noFacts, risk: { total: 0, parts: [] }, applied: [], others: [{ proposer: 'agent', operator: 'first' }] }
    const [made, screened] = [proposalMade('r', 'p1', { commit: 'c1', operator: 'last' }), { kind: 'proposal-screened', body: { run: 'r', proposal: 'p1', screening: { ...denied, policy } } }] as const
    await ports.journal.append([made, screened])
    const judged = (how: Partial<Parameters<typeof evaluateChange>[1]>, reads = true): Promise<unknown> => evaluateChange(asking(reads), { candidate: { commit: 'x', tree: String(told.length) }, baseline: 'b', rationale: 'r', seed: 1, ...how }, new AbortController().signal)
    const both = [{ proposer: 'genetic', operator: 'last' }, { proposer: 'agent', operator: 'first' }]
    const ways = [{ candidate: { commit: 'c1', tree: 'x' } }, { candidate: { commit: 'x', tree: 'tree-p1' } }, { parent: 'c1' }, { mergedFrom: 'c1' }]
    for (const way of ways) await judged(way)
    await judged({})
    await judged({ parent: 'c1', baseline: 'c1' })
    await judged({ mergedFrom: 'c1' }, false)
    expect(told).toEqual([both, both, both, both, [], [], []])
  })
})

describe('one change in several commits', () => {
  it('is known by the commit that was judged last, and stays what it was otherwise', async () => {
    const ports = portsOf()
    const judged = async (commit: string, proposer: 'agent' | 'human', rationale: string): Promise<string> =>
      (await evaluateChange(ports, { candidate: { commit, tree: 't' }, baseline: 'b', rationale, seed: 1, proposer, authors }, new AbortController().signal)).proposal
    const id = await judged('c1', 'agent', 'first')
    for (const commit of ['c2', 'c2', 'c1', 'c3']) expect(await judged(commit, 'human', 'amended')).toBe(id)
    const made: string[] = []
    for await (const event of ports.journal.read(0)) if (event.kind === 'proposal-made') made.push(`${event.body.commit} ${event.body.proposal.proposer}`)
    expect(made).toEqual(['c1 agent', 'c2 agent', 'c1 agent', 'c3 agent'])
    const record = (await foldProposals(ports.journal.read(0))).get(id)
    expect(record?.made).toMatchObject({ commit: 'c3', tree: 't', proposal: { proposer: 'agent', rationale: 'first' } })
    expect(record?.decisions.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5])
    expect(record?.authors).toHaveLength(5)
  })

  it('is another one under the same id where its content is another, and nothing that was said of the first holds for it', async () => {
    const journal = createMemoryJournal({ clock: () => new Date(0) })
    const other = (event: NewEvent, tree: string): NewEvent => (event.kind === 'proposal-made' ? { ...event, body: { ...event.body, tree } } : event)
    await journal.append([proposalMade(null, 'p1', { commit: 'c1' }), proposalScreened(null, 'p1'), decisionMade(null, 'p1', decisionOf('accepted', null), { purpose: 'single' }), other(proposalMade(null, 'p1', { commit: 'c2' }), 't2')])
    expect((await foldProposals(journal.read(0))).get('p1')).toMatchObject({ made: { commit: 'c2', tree: 't2' }, decisions: [], screening: null })
  })

  it('is attested under the commit that was judged', async () => {
    const one = new AttestedJournal()
    const named: NewEvent = { kind: 'authors-named', body: { proposal: 'p1', commit: objectName('commit p1'), tree: 't', ...authors } }
    const [made, ...rest] = accepted('p1')
    await one.append([...(made === undefined ? [] : [made]), named, ...rest])
    await one.close()
    const again = { purpose: 'single', trial: 2 } as const
    await one.append([proposalMade(null, 'p1', { commit: objectName('amended') }), proposalScreened(null, 'p1'), evaluationRecorded(null, 'p1', again), decisionMade(null, 'p1', decisionOf('accepted', { estimate: 2, low: 1.9, high: 2.1 }), again)])
    await one.close()
    expect(one.notes.notes.map(({ commit }) => commit)).toEqual([objectName('commit p1'), objectName('amended')])
    for (const { envelope } of one.notes.notes) expect(Buffer.from((JSON.parse(envelope) as { readonly payload: string }).payload, 'base64').toString()).toContain('Ada')
    expect(await one.verify()).toMatchObject({ ok: true })
  })
})
