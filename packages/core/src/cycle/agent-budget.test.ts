import { describe, expect, it } from 'vitest'
import { onlineLevel } from '../decision/alpha-spending.ts'
import type { EventBodies } from '../journal/event.ts'
import type { Screening } from '../screening/screening.ts'
import { configSchema } from '../target/config.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { evaluateChange, type ChangePorts, type ChangeRequest } from './evaluate-change.ts'
import { readLedger } from './spending-ledger.ts'
import { verifyDecisions } from './verify-decisions.ts'

const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'sh t.sh' }], metrics: { time: { run: 'sh b.sh', measure: 'cpu-time' } } })
const allow: Screening = { decision: 'allow', risk: 0, consentLevel: 0, findings: [] }

function portsOf({ screening = allow, evaluate }: { readonly screening?: Screening; readonly evaluate: () => Promise<never> }): ChangePorts & { readonly journal: ReturnType<typeof createMemoryJournal> } {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  // Only what judging touches before there are facts.
  return { config, journal, index: journal, screener: { readsAuthors: false, screen: async () => screening }, evaluator: { evaluate }, observe: () => undefined, constitution: null } as unknown as ReturnType<typeof portsOf>
}

const request = (name: string, proposer?: ChangeRequest['proposer']): ChangeRequest => ({ candidate: { commit: `c${name}`, tree: `t${name}` }, baseline: 'b', rationale: '', seed: 1, ...(proposer === undefined ? {} : { proposer }) })

describe('what an agent proposes', () => {
  it('spends of the one budget, also when it is stopped, on whatever change', async () => {
    const stop = new AbortController()
    const ports = portsOf({ evaluate: async () => { stop.abort(); throw new Error('stopped') } })
    for (const name of ['1', '2', '3']) await expect(evaluateChange(ports, request(name, 'agent'), stop.signal)).rejects.toThrow('stopped')
    expect(await readLedger(ports.journal)).toEqual({ tests: 3, offers: 0 })
    const made: EventBodies['decision-made'][] = []
    for await (const event of ports.journal.read(0)) if (event.kind === 'decision-made') made.push(event.body)
    expect(made.map(({ alpha }) => alpha)).toEqual([0, 1, 2].map((tests) => onlineLevel(0.01, { tests, offers: 0 })))
    expect(made.every(({ decision }) => decision.verdict === 'inconclusive' && decision.reasons[0]?.code === 'broken-off')).toBe(true)
    expect(await verifyDecisions(ports.journal.read(0))).toMatchObject({ ok: true })
  })

  it('spends of it as well where the judge fails, and says why that did', async () => {
    const ports = portsOf({ evaluate: () => Promise.reject(new Error('the disk is full')) })
    for (const name of ['1', '2']) await expect(evaluateChange(ports, request(name, 'agent'), new AbortController().signal)).rejects.toThrow('the disk is full')
    expect(await readLedger(ports.journal)).toEqual({ tests: 2, offers: 0 })
    await expect(evaluateChange(ports, request('3', 'human'), new AbortController().signal)).rejects.toThrow('the disk is full')
    expect((await readLedger(ports.journal)).tests).toBe(2)
    const { append } = ports.journal
    const full = { ...ports, journal: { ...ports.journal, append: (events: Parameters<typeof append>[0]) => (events.some(({ kind }) => kind === 'decision-made') ? Promise.reject(new Error('nothing can be written')) : append.call(ports.journal, events)) } }
    await expect(evaluateChange(full, request('4', 'agent'), new AbortController().signal)).rejects.toThrow('the disk is full')
  })

  it('stays an agent\'s, whoever has it judged again', async () => {
    const stop = new AbortController()
    const ports = portsOf({ evaluate: async () => { stop.abort(); throw new Error('stopped') } })
    for (const proposer of ['agent', 'human', undefined] as const) await expect(evaluateChange(ports, request('1', proposer), stop.signal)).rejects.toThrow('stopped')
    expect((await readLedger(ports.journal)).tests).toBe(3)
  })

  it('is not alone: a search, a model and a recorded run make as many as they like too, whoever has one of them judged', async () => {
    const ports = portsOf({ evaluate: () => Promise.reject(new Error('stopped')) })
    for (const proposer of ['genetic', 'llm', 'repair', 'replay'] as const) await expect(evaluateChange(ports, request(proposer, proposer), new AbortController().signal)).rejects.toThrow('stopped')
    expect((await readLedger(ports.journal)).tests).toBe(4)
    expect(await verifyDecisions(ports.journal.read(0))).toMatchObject({ ok: true })
  })

  it('spends nothing where it is denied, and a person\'s change has a promise of its own', async () => {
    const denied = portsOf({ screening: { ...allow, decision: 'deny', findings: [{ rule: 'unsafe-path', file: 'x', line: null, message: 'm', weight: 'deny' }] }, evaluate: () => Promise.reject(new Error('never')) })
    expect((await evaluateChange(denied, request('1', 'agent'), new AbortController().signal)).decision.verdict).toBe('rejected')
    expect((await readLedger(denied.journal)).tests).toBe(0)
    const stop = new AbortController()
    const own = portsOf({ evaluate: async () => { stop.abort(); throw new Error('stopped') } })
    await expect(evaluateChange(own, request('1', 'human'), stop.signal)).rejects.toThrow('stopped')
    expect((await readLedger(own.journal)).tests).toBe(0)
  })
})
