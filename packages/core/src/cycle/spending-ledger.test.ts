import { describe, expect, it } from 'vitest'
import { onlineLevel } from '../decision/alpha-spending.ts'
import type { Decision } from '../decision/decision.ts'
import { nextLook } from '../decision/monitor.ts'
import type { Evaluation, LaunchPair } from '../evaluation/evaluation.ts'
import type { DecisionBasis, EventBodies, NewEvent } from '../journal/event.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import { createMemoryJournal } from '../testing/memory-journal.ts'
import { concludeFacts, decisionRevision } from './judge-change.ts'
import { nextSpending, readLedger, type Ledger } from './spending-ledger.ts'
import { verifyDecisions } from './verify-decisions.ts'

const screening = { decision: 'allow', risk: 0, consentLevel: 0, findings: [] } as const
const tests = { passed: 3, failed: 0, skipped: 0 }

function evaluation(candidate: number): Evaluation {
  const pairs = Array.from({ length: 20 }, (_, seed): LaunchPair => ({ seed, first: 'baseline', baseline: 100, candidate }))
  return {
    candidate: 'c', baseline: 'b', tier: 'namespace', baselineTrouble: null, build: null, tests: { baseline: tests, candidate: tests, missing: [], newlyFailing: [] },
    testRuns: [{ command: 't', ending: 'exited', exitCode: 0, report: 'parsed', cases: [], trust: 'sealed', wallMs: 1, tail: '' }], ownTests: null, oracle: null,
    metrics: [{ name: 'speed', unit: 'ms', role: 'objective', pairs, accounting: 'cgroup-v2', trust: 'measured', problem: null }], startedAt: '', wallMs: 1,
  }
}

function basis(alpha: number): DecisionBasis {
  return {
    revision: decisionRevision, gates: { build: false, oracle: false, plausibleGain: 50, trustReported: false },
    rules: { speed: { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha, maximumPairs: 60, patience: 'patient' } },
  }
}

type Made = EventBodies['decision-made']

/** A journal of confirmations, as runs make them; `edit` may forge the decision of one. */
async function journalOf(candidates: readonly number[], edit: (made: Made, index: number) => Made = (made) => made): Promise<ReturnType<typeof createMemoryJournal>> {
  const journal = createMemoryJournal({ clock: () => new Date(0) })
  for (const [index, candidate] of candidates.entries()) {
    const id = `p${index}`
    const { alpha, spending } = nextSpending(await readLedger(journal), 0.01)
    const measured = evaluation(candidate)
    const decision = concludeFacts(measured, basis(alpha), screening)
    const made: Made = { run: `r${index >> 1}`, proposal: id, purpose: 'confirm', trial: 1, alpha, decision, basis: basis(alpha), spending }
    const events: readonly NewEvent[] = [
      { kind: 'proposal-screened', body: { run: null, proposal: id, screening } },
      { kind: 'evaluation-recorded', body: { run: `r${index >> 1}`, proposal: id, purpose: 'confirm', trial: 1, evaluation: measured } },
      { kind: 'decision-made', body: edit(made, index) },
    ]
    await journal.append(events)
  }
  return journal
}

describe('the error budget over the life of a journal', () => {
  it('is spent across runs, and widened by offers only', async () => {
    expect(await readLedger(await journalOf([100, 100, 80, 100]))).toEqual({ tests: 4, offers: 1 })
    const levels = (ledgers: readonly Ledger[]): readonly number[] => ledgers.map((ledger) => onlineLevel(0.01, ledger))
    const [fresh = 0, later = 0, widened = 0] = levels([{ tests: 0, offers: 0 }, { tests: 9, offers: 0 }, { tests: 9, offers: 4 }])
    expect(fresh).toBeCloseTo(0.01 * (6 / Math.PI ** 2))
    expect(later).toBeCloseTo(fresh / 100)
    expect(widened).toBeCloseTo(5 * later)
  })

  it('is known from the newest judgement that says what went before it, and from all of them where none does', async () => {
    const read = async (journal: Awaited<ReturnType<typeof journalOf>>): Promise<readonly [Ledger, number]> => {
      let count = 0
      const spending = async function* () {
        for await (const event of journal.spending()) {
          count++
          yield event
        }
      }
      return [await readLedger({ spending }), count]
    }
    const candidates = [100, 80, 100, 80]
    const silent = ({ spending: _, ...made }: Made): Made => made
    expect(await read(await journalOf(candidates))).toEqual([{ tests: 4, offers: 2 }, 1])
    expect(await read(await journalOf(candidates, silent))).toEqual([{ tests: 4, offers: 2 }, 4])
    expect(await read(await journalOf(candidates, (made, index) => (index === 3 ? silent(made) : made)))).toEqual([{ tests: 4, offers: 2 }, 2])
    expect(await read(await journalOf([]))).toEqual([{ tests: 0, offers: 0 }, 0])
  })

  it('promises no more than the rate while nothing useful comes, however long that lasts', () => {
    let spent = 0
    for (let tests = 0; tests < 100_000; tests++) spent += onlineLevel(0.01, { tests, offers: 0 })
    expect(spent).toBeLessThanOrEqual(0.01)
    expect(onlineLevel(0.01, { tests: 3, offers: 3 })).toBeLessThanOrEqual(0.01)
    expect(() => onlineLevel(0.01, { tests: 1, offers: 2 })).toThrow(RangeError)
  })

  it('keeps the share of useless offers at the rate, with one useful change in five', () => {
    const random = seededRandom('life', 1)
    const rate = 0.1
    let share = 0
    const lives = 150
    for (let life = 0; life < lives; life++) share += uselessShare(random, rate)
    expect(share / lives).toBeLessThanOrEqual(rate + 4 * Math.sqrt((rate * (1 - rate)) / lives))
  })
})

/** One life of forty confirmations: how many of the offers were useless. */
function uselessShare(random: Random, rate: number): number {
  let ledger: Ledger = { tests: 0, offers: 0 }
  let useless = 0
  for (let index = 0; index < 40; index++) {
    const isUseful = index % 5 === 4
    const rule = { ...(basis(onlineLevel(rate, ledger)).rules['speed'] as DecisionBasis['rules'][string]), minimumEffect: 0 }
    const pairs: LaunchPair[] = []
    let status = 'continue'
    while (status === 'continue') {
      pairs.push({ seed: 0, first: 'baseline', baseline: 100 * (isUseful ? 1.05 : 1) * Math.exp((random.next() - 0.5) * 0.2), candidate: 100 * Math.exp((random.next() - 0.5) * 0.2) })
      status = nextLook(pairs, rule).status
    }
    const offered = status === 'proven'
    if (offered && !isUseful) useless++
    ledger = { tests: ledger.tests + 1, offers: ledger.offers + (offered ? 1 : 0) }
  }
  return useless / Math.max(1, ledger.offers)
}

describe('verifyDecisions', () => {
  it('comes to the same verdicts and levels', async () => {
    expect(await verifyDecisions((await journalOf([80, 100, 120])).read(0))).toEqual({ ok: true, decisions: { recomputed: 3, unrecorded: 0 } })
  })

  it('lets older journals pass, which hold neither rules nor spending', async () => {
    const old = await journalOf([80, 100], ({ basis: _, spending: __, ...made }) => ({ ...made, alpha: 0.01 }))
    expect(await verifyDecisions(old.read(0))).toEqual({ ok: true, decisions: { recomputed: 0, unrecorded: 2 } })
    const other = await journalOf([80], (made) => ({ ...made, basis: { ...(made.basis as DecisionBasis), revision: 0 } }))
    expect(await verifyDecisions(other.read(0))).toMatchObject({ ok: true, decisions: { unrecorded: 1 } })
  })

  const accepted = (decision: Decision): Decision => ({ ...decision, verdict: 'accepted' })
  it.each([
    ['a verdict that its facts do not give', (made: Made) => ({ ...made, decision: accepted(made.decision) }), 'decision'],
    ['another reason than its facts give', (made: Made) => ({ ...made, decision: { ...made.decision, reasons: [] } }), 'decision'],
    ['a level that was not due', (made: Made) => ({ ...made, alpha: 0.01 }), 'spending'],
    ['earlier judgements left out', (made: Made) => ({ ...made, alpha: onlineLevel(0.01, { tests: 0, offers: 0 }), spending: { tests: 0, offers: 0, rate: 0.01 } }), 'spending'],
    ['a confirmation that spends nothing', ({ spending: _, ...made }: Made) => ({ ...made, alpha: 0.2, basis: basis(0.2), decision: concludeFacts(evaluation(100), basis(0.2), screening) }), 'spending'],
    ['rules looser than the level', (made: Made) => ({ ...made, basis: basis(0.2) }), 'decision'],
  ] as const)('finds %s', async (_, forge, problem) => {
    const forged = await journalOf([100, 100, 100], (made, index) => (index === 1 ? forge(made) : made))
    expect(await verifyDecisions(forged.read(0))).toMatchObject({ ok: false, brokenAt: 6, problem })
  })
})
