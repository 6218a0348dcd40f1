import { describe, expect, it } from 'vitest'
import type { Verdict } from '../decision/decision.ts'
import { createArchive, type ArchiveFold } from './archive-fold.ts'
import { teach } from './learner.ts'
import { OperatorCredit } from './operator-credit.ts'

const hex = (index: number): string => index.toString(16).padStart(40, '0')

interface Step {
  readonly operator: string
  readonly verdict?: Verdict
  /** Against the baseline. */
  readonly ratio?: number
  readonly parent?: number
  readonly mate?: number
}

function add(archive: ArchiveFold, { operator, verdict = 'accepted', ratio, parent = 0, mate }: Step): void {
  const index = archive.size
  const metrics = ratio === undefined ? {} : { m: { role: 'objective' as const, unit: 'ms', pairs: 9, eValue: 1, effect: { estimate: ratio, low: ratio, high: ratio } } }
  const proposal = { id: index.toString(16), proposer: 'genetic' as const, parent: hex(parent), ...(mate === undefined ? {} : { mate: hex(mate) }), edits: [{ path: 'a', start: 0, end: 1, replacement: 'x', part: 0 }], operator, rationale: 'r' }
  archive.add({ commit: hex(index), proposal }, { verdict, reasons: [], metrics })
}

function archiveOf(steps: readonly Step[]): ArchiveFold {
  const archive = createArchive(hex(0))
  for (const step of steps) add(archive, step)
  return archive
}

const times = (count: number, step: Step): readonly Step[] => Array.from({ length: count }, () => step)
function credited(archive: ArchiveFold): (operator: string) => number {
  const credit = new OperatorCredit()
  teach([credit])(archive)
  return (operator) => credit.of(operator)
}

const creditOf = (steps: readonly Step[]): ((operator: string) => number) => credited(archiveOf(steps))

describe('credit of operators', () => {
  it('is one for all of them before anything is known', () => {
    expect(creditOf([])('any')).toBe(1)
  })

  it('grows with what an operator brings for its cost, and never starves one that brings nothing', () => {
    const credit = creditOf([...times(4, { operator: 'pays', ratio: 1.5 }), ...times(200, { operator: 'idle', verdict: 'inconclusive', ratio: 1 })])
    expect(credit('pays')).toBeGreaterThan(2)
    expect(credit('pays')).toBeLessThanOrEqual(4)
    expect(credit('idle')).toBeLessThan(0.6)
    expect(credit('idle')).toBeGreaterThanOrEqual(0.25)
    expect(credit('new')).toBe(1)
  })

  it('counts what was improved on the parent, not what the parent had already', () => {
    const credit = creditOf([{ operator: 'first', ratio: 3 }, ...times(6, { operator: 'second', ratio: 3, parent: 1 })])
    expect(credit('second')).toBeLessThan(0.6)
    expect(credit('first')).toBeGreaterThan(1.5)
  })

  it('charges less for what fails before it is measured', () => {
    const gains = times(5, { operator: 'other', ratio: 1.2 })
    const credit = (verdict: Verdict, ratio?: number): number => creditOf([...gains, ...times(4, { operator: 'x', verdict, ...(ratio === undefined ? {} : { ratio }) })])('x')
    expect(credit('rejected')).toBeGreaterThan(credit('inconclusive', 1))
    expect(credit('rejected')).toBeLessThan(1)
  })

  it('forgets: what paid long ago is not believed for ever', () => {
    const early = creditOf([...times(3, { operator: 'x', ratio: 2 }), ...times(3, { operator: 'y', ratio: 1.1 })])('x')
    const late = creditOf([...times(3, { operator: 'x', ratio: 2 }), ...times(3, { operator: 'y', ratio: 1.1 }), ...times(30, { operator: 'x', verdict: 'inconclusive', ratio: 1 })])('x')
    expect(late).toBeLessThan(early / 3)
  })

  it('leaves merges out: what they bring was found by others', () => {
    const steps: readonly Step[] = [{ operator: 'a', ratio: 1.5 }, { operator: 'b', ratio: 1.5 }]
    const [before, after] = [creditOf(steps), creditOf([...steps, ...times(9, { operator: 'crossover', ratio: 2, parent: 1, mate: 2 })])]
    expect([after('a'), after('b'), after('crossover')]).toEqual([before('a'), before('b'), 1])
  })

  it('is the same whenever it was asked before, as after an interruption', () => {
    const steps = Array.from({ length: 40 }, (_, k): Step => ({ operator: `o${k % 5}`, verdict: k % 3 === 0 ? 'rejected' : 'inconclusive', ...(k % 3 === 0 ? {} : { ratio: 1 + (k % 7) / 10 }) }))
    const archive = createArchive(hex(0))
    const asked = new OperatorCredit()
    const catchUp = teach([asked])
    for (const step of steps) {
      add(archive, step)
      catchUp(archive)
      asked.of('o1')
    }
    const fresh = credited(archive)
    for (let k = 0; k < 5; k++) expect(asked.of(`o${k}`)).toBe(fresh(`o${k}`))
  })
})
