import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, Verdict } from '../../decision/decision.ts'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { strategyNames, type SearchConfig, type StrategyName } from '../../target/config.ts'
import { createArchive, type ArchiveFold } from '../archive-fold.ts'
import type { Archive, Variant } from '../archive.ts'
import type { TaskTally } from '../task-tally.ts'
import type { Strategy } from '../strategy.ts'
import { createStrategy } from './create-strategy.ts'

interface Addition {
  readonly verdict: Verdict
  /** Of each objective. */
  readonly ratios: readonly number[]
  readonly parent: number
  readonly operator?: string
  readonly tasks?: TaskTally
  readonly asked?: boolean
}

const hex = (index: number): string => index.toString(16).padStart(40, '0')
const islands: SearchConfig['islands'] = { count: 3, axes: ['size', 'operator'], migrateEvery: 7 }
const make = (name: StrategyName) => createStrategy(name, { islands })

function add(archive: ArchiveFold, { verdict, ratios, parent, operator = 'o', tasks, asked = false }: Addition): Variant {
  const index = archive.size
  const metrics: Decision['metrics'] = Object.fromEntries(
    ratios.map((estimate, k) => [`m${k}`, { role: 'objective' as const, unit: 'ms', pairs: 9, eValue: 1, effect: { estimate, low: estimate * 0.9, high: 9 } }]),
  )
  const edits = [{ path: 'src/a.ts', start: 0, end: 1, replacement: 'x', part: 0 }]
  const proposal = { id: index.toString(16).padStart(12, '0'), proposer: 'genetic' as const, parent: archive.at(parent).commit, edits, operator, rationale: 'r' }
  return archive.add({ commit: hex(index), proposal }, { verdict, reasons: [], metrics }, { tasks, asked: asked && verdict === 'approval-required' })
}

function filled(additions: readonly Addition[]): ArchiveFold {
  const archive = createArchive(hex(0))
  for (const addition of additions) add(archive, { ...addition, parent: addition.parent % archive.size })
  return archive
}

function choose(name: StrategyName, archive: Archive, seed: number | string = 1): Variant {
  return make(name).selectParent(archive, { random: seededRandom(seed), child: archive.size })
}

/** How often each variant is chosen in `draws` draws. */
function chosen(name: StrategyName, archive: Archive, draws: number): readonly number[] {
  const strategy = make(name)
  const random = seededRandom('draws', name)
  const counts = Array.from({ length: archive.size }, () => 0)
  for (let draw = 0; draw < draws; draw++) {
    const { index } = strategy.selectParent(archive, { random, child: archive.size })
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

const additions = fc.array(
  fc.record({ verdict: fc.constantFrom<Verdict>('accepted', 'rejected', 'inconclusive', 'approval-required'), ratios: fc.array(fc.double({ min: 0.1, max: 4, noNaN: true }), { maxLength: 2 }), parent: fc.nat(), asked: fc.boolean() }),
  { maxLength: 60 },
)

describe.each(strategyNames)('strategy %s', (name) => {
  it('chooses what may have children, and the same however often it was asked before', () => {
    fc.assert(
      fc.property(additions, fc.nat(), (list, seed) => {
        const archive = createArchive(hex(0))
        const asked = make(name)
        for (const addition of list) {
          add(archive, { ...addition, parent: addition.parent % archive.size })
          const parent = asked.selectParent(archive, { random: seededRandom(seed, archive.size), child: archive.size })
          asked.guide?.(archive, { random: seededRandom(seed, archive.size), parent })
        }
        const request = () => ({ random: seededRandom(seed), child: archive.size })
        const parent = asked.selectParent(archive, request())
        expect(make(name).selectParent(archive, request())).toEqual(parent)
        expect(archive.at(parent.index)).toEqual(parent)
        const guided = (strategy: Strategy): unknown => {
          const guidance = strategy.guide?.(archive, { random: seededRandom(seed), parent })
          return [guidance?.mate, guidance?.atOnce, guidance?.credit('o')]
        }
        expect(guided(make(name))).toEqual(guided(asked))
        expect(parent.verdict === 'rejected' || parent.verdict === 'approval-required').toBe(false)
      }),
    )
  })

  it('begins with the baseline', () => {
    expect(choose(name, createArchive(hex(0))).index).toBe(0)
  })

  it('goes on when the baseline has had only bad children', () => {
    const archive = filled(Array.from({ length: 40 }, () => ({ verdict: 'rejected' as const, ratios: [], parent: 0 })))
    expect(choose(name, archive).index).toBe(0)
  })

  it('reads of a large archive only what has entered since', () => {
    const archive = createArchive(hex(0))
    const random = seededRandom('many')
    for (let index = 1; index <= 20_000; index++) add(archive, { verdict: index % 3 === 0 ? 'accepted' : 'inconclusive', ratios: [1 + random.next()], parent: archive.viable(random.integer(archive.viableSize)).index })
    let questions = 0
    const ask = <T>(answer: T): T => {
      questions++
      return answer
    }
    const counted: Archive = {
      get size() { return archive.size },
      get viableSize() { return archive.viableSize },
      at: (index) => ask(archive.at(index)),
      traits: (index) => ask(archive.traits(index)),
      viable: (k) => ask(archive.viable(k)),
      parentOf: (index) => archive.parentOf(index),
      best: () => ask(archive.best()),
      bestAsked: () => ask(archive.bestAsked()),
    }
    const strategy = make(name)
    strategy.selectParent(counted, { random, child: archive.size })
    add(archive, { verdict: 'accepted', ratios: [1.5], parent: 7 })
    questions = 0
    strategy.selectParent(counted, { random, child: archive.size })
    expect(questions).toBeLessThanOrEqual(4)
  })
})

describe('greedy', () => {
  it('takes what is proven best, not what looks best', () => {
    const archive = filled([
      { verdict: 'inconclusive', ratios: [3], parent: 0 },
      { verdict: 'accepted', ratios: [1.5], parent: 0 },
      { verdict: 'accepted', ratios: [1.4], parent: 1 },
    ])
    expect(choose('greedy', archive).index).toBe(2)
  })
})

describe('what a person is asked about', () => {
  it('leads every other time while it is best, and what needs nobody the other', () => {
    const archive = filled([{ verdict: 'accepted', ratios: [1.5], parent: 0 }, { verdict: 'approval-required', asked: true, ratios: [3], parent: 0 }, { verdict: 'approval-required', ratios: [9], parent: 0 }])
    for (const name of ['greedy', 'ratchet'] as const) {
      const [, free = 0, asked = 0, doubted] = chosen(name, archive, 400)
      expect([free > 120, asked > 120, doubted]).toEqual([true, true, 0])
    }
    const behind = filled([{ verdict: 'accepted', ratios: [3], parent: 0 }, { verdict: 'approval-required', asked: true, ratios: [2], parent: 0 }])
    expect(chosen('greedy', behind, 50)).toEqual([0, 50, 0])
  })
})

describe('best-of-n', () => {
  it('always starts from the baseline', () => {
    expect(choose('best-of-n', filled([{ verdict: 'accepted', ratios: [2], parent: 0 }])).index).toBe(0)
  })
})

describe('random', () => {
  it('reaches every viable variant', () => {
    const counts = chosen('random', filled([{ verdict: 'accepted', ratios: [2], parent: 0 }, { verdict: 'rejected', ratios: [], parent: 0 }, { verdict: 'inconclusive', ratios: [1], parent: 0 }]), 200)
    expect(counts.map((count) => count > 0)).toEqual([true, true, false, true])
  })
})

describe('dgm', () => {
  it('prefers good ones to bad ones, and those without children to equals with some', () => {
    const flat = filled([...Array.from({ length: 9 }, () => ({ verdict: 'inconclusive' as const, ratios: [1], parent: 0 })), { verdict: 'accepted' as const, ratios: [1.5], parent: 0 }])
    const counts = chosen('dgm', flat, 4000)
    // Half of sigmoid's worth is left to what lies at the median: 10 : 1/10 of it for the root, which has ten children.
    expect((counts[10] ?? 0) / (counts[1] ?? 1)).toBeGreaterThan(1.5)
    expect((counts[1] ?? 0) / (counts[0] ?? 1)).toBeGreaterThan(6)
  })

  it('is unmoved by the unit of the score', () => {
    const list = [1.1, 1.3, 0.8, 1.05, 1.2].map((ratio) => ({ verdict: 'inconclusive' as const, ratios: [ratio], parent: 0 }))
    const squared = list.map((addition) => ({ ...addition, ratios: addition.ratios.map((ratio) => ratio ** 2) }))
    for (let seed = 0; seed < 50; seed++) expect(choose('dgm', filled(squared), seed).index).toBe(choose('dgm', filled(list), seed).index)
  })
})

describe('with tasks', () => {
  /** Of a root that solves none, every child that solves one is infinitely better: the ratio says no more. */
  const against = (lead: number, asked = 20): Omit<Addition, 'parent'> => ({ verdict: 'inconclusive', ratios: [lead === 0 ? 1 : Number.MAX_VALUE], tasks: { asked, solved: lead, lead } })

  it('dgm tells one solved task from many, also where the baseline solves none', () => {
    const counts = chosen('dgm', filled([...[0, 1, 1, 2, 2, 3].map((lead) => ({ ...against(lead), parent: 0 })), { ...against(15), parent: 0 }]), 2000)
    expect(counts[7]).toBeGreaterThan(Math.max(...counts.slice(0, 7)))
    expect(counts[6]).toBeGreaterThan(1.4 * (counts[1] ?? 0))
    expect(filled([{ ...against(15), parent: 0 }]).at(1)).toMatchObject({ estimate: expect.closeTo(15 / 25) as number, tasks: { asked: 20, solved: 15 } })
  })

  it('hgm counts every task of a clade, its own included', () => {
    const archive = filled([
      { ...against(2), parent: 0 },
      { ...against(2), parent: 0 },
      // Children that are better than their parents count for little beside what they solve.
      { ...against(18), parent: 1 },
      { ...against(3), parent: 2 },
      { ...against(4), parent: 2 },
    ])
    const counts = chosen('hgm', archive, 600)
    expect(counts[3]).toBeGreaterThan(500)
  })

  it('hgm gives up a clade that breaks again and again', () => {
    const two = [{ ...against(9), parent: 0 }, { ...against(5), parent: 0 }]
    const broken = Array.from({ length: 40 }, () => ({ verdict: 'rejected' as const, ratios: [], parent: 1 }))
    const [before, after] = [chosen('hgm', filled(two), 500), chosen('hgm', filled([...two, ...broken]), 500)]
    expect(before[1]).toBeGreaterThan(4 * (before[2] ?? 0))
    expect(after[2]).toBeGreaterThan(4 * (after[1] ?? 0))
  })
})

describe('hgm', () => {
  it('prefers a clade whose children improve to one that looks better and does not', () => {
    const archive = createArchive(hex(0))
    const [fertile, barren] = [add(archive, { verdict: 'accepted', ratios: [1.2], parent: 0 }), add(archive, { verdict: 'accepted', ratios: [1.9], parent: 0 })]
    let last = fertile.index
    for (let k = 0; k < 12; k++) {
      last = add(archive, { verdict: 'accepted', ratios: [1.2 + 0.05 * (k + 1)], parent: last }).index
      add(archive, { verdict: 'rejected', ratios: [], parent: barren.index })
    }
    const counts = chosen('hgm', archive, 600)
    expect(counts[fertile.index] ?? 0).toBeGreaterThan(10 * (counts[barren.index] ?? 0))
  })

  it('lets only N^0.6 variants have children', () => {
    const archive = filled(Array.from({ length: 99 }, (_, k) => ({ verdict: 'inconclusive' as const, ratios: [1 + k / 1000], parent: 0 })))
    const parents = chosen('hgm', archive, 5000).filter((count) => count > 0).length
    expect(parents).toBeGreaterThan(5)
    expect(parents).toBeLessThanOrEqual(Math.ceil(100 ** 0.6))
  })
})

describe('islands', () => {
  it('keeps the best of each kind, not only the best', () => {
    const archive = filled([
      { verdict: 'inconclusive', ratios: [1.1], parent: 0, operator: 'a' },
      { verdict: 'inconclusive', ratios: [1], parent: 0, operator: 'a' },
      { verdict: 'inconclusive', ratios: [1], parent: 0, operator: 'a' },
      { verdict: 'inconclusive', ratios: [3], parent: 0, operator: 'a' },
      { verdict: 'inconclusive', ratios: [0.9], parent: 0, operator: 'b' },
    ])
    const random = seededRandom('islands')
    const strategy = make('islands')
    const reach = (child: number) => new Set(Array.from({ length: 100 }, () => strategy.selectParent(archive, { random, child }).index))
    // Island 1 has got children 1 and 4, of one kind; island 2 has 2 and 5.
    expect(reach(7)).toEqual(new Set([0, 4]))
    expect(reach(8)).toEqual(new Set([0, 2, 5]))
  })

  it('shows the best of one island to the next', () => {
    const archive = filled(Array.from({ length: 7 }, (_, k) => ({ verdict: 'inconclusive' as const, ratios: [k === 0 ? 3 : 1], parent: 0, operator: 'a' })))
    const strategy = make('islands')
    const random = seededRandom('migration')
    expect(new Set(Array.from({ length: 50 }, () => strategy.selectParent(archive, { random, child: 8 }).index))).toContain(1)
  })
})

describe('pareto', () => {
  it('chooses among whoever is best in something', () => {
    const archive = filled([
      { verdict: 'inconclusive', ratios: [2, 0.5], parent: 0 },
      { verdict: 'inconclusive', ratios: [0.5, 2], parent: 0 },
      { verdict: 'accepted', ratios: [1.5, 1.5], parent: 0 },
    ])
    expect(chosen('pareto', archive, 100).map((count) => count > 0)).toEqual([false, true, true, false])
  })

  it('builds on whoever solves a task that no better one solves, also after it was packed', () => {
    const tally = (lead: number, ...solvedTasks: readonly number[]) => ({ asked: 10, solved: solvedTasks.length, lead, solvedTasks })
    const archive = filled([
      { verdict: 'inconclusive', ratios: [1.2], parent: 0, tasks: tally(2, 1, 2, 3) },
      { verdict: 'inconclusive', ratios: [0.8], parent: 0, tasks: tally(-1, 4) },
      { verdict: 'inconclusive', ratios: [1.1], parent: 0, tasks: tally(1, 1, 2) },
      { verdict: 'rejected', ratios: [3], parent: 0, tasks: tally(9, 5) },
    ])
    const counts = chosen('pareto', archive, 400)
    expect(counts[4]).toBe(0)
    // Of four tasks the best leads in three; the one that is worse in all shares its own with the baseline.
    expect(counts[1]).toBeGreaterThan(180)
    for (const index of [0, 2, 3]) expect(counts[index]).toBeGreaterThan(15)
    expect(archive.at(1).tasks).toEqual(tally(2, 1, 2, 3))
  })
})

describe('local search', () => {
  it('goes on from the first child that looks better, and stays otherwise', () => {
    const archive = filled([
      { verdict: 'inconclusive', ratios: [0.9], parent: 0 },
      { verdict: 'inconclusive', ratios: [1.1], parent: 0 },
      { verdict: 'inconclusive', ratios: [5], parent: 0 },
      { verdict: 'rejected', ratios: [9], parent: 2 },
    ])
    expect(choose('local-search', archive).index).toBe(2)
  })
})

describe('ratchet', () => {
  const found = [
    { verdict: 'accepted' as const, ratios: [1.5], parent: 0, operator: 'pays' },
    { verdict: 'accepted' as const, ratios: [1.2], parent: 0, operator: 'pays' },
    { verdict: 'inconclusive' as const, ratios: [1], parent: 0, operator: 'idle' },
  ]

  it('goes on from the best, now and then from elsewhere', () => {
    const counts = chosen('ratchet', filled(found), 1000)
    expect(counts[1] ?? 0).toBeGreaterThan(850)
    expect((counts[0] ?? 0) + (counts[2] ?? 0) + (counts[3] ?? 0)).toBeGreaterThan(0)
  })

  it('has the other discovery merged, and believes in what has paid', () => {
    const archive = filled(found)
    const strategy = make('ratchet')
    const guided = Array.from({ length: 200 }, (_, seed) => strategy.guide?.(archive, { random: seededRandom(seed), parent: archive.at(1) }))
    const mates = guided.flatMap((guidance) => (guidance?.mate == null ? [] : [[guidance.mate.variant.index, guidance.mate.base.index]]))
    expect(mates.length).toBeGreaterThan(50)
    expect(mates.length).toBeLessThan(200)
    expect(new Set(mates.map(String))).toEqual(new Set(['2,0']))
    expect(guided[0]?.credit('pays')).toBeGreaterThan(guided[0]?.credit('idle') ?? 9)
  })

  it('dares less at once after several steps together brought nothing or broke something, and more again as steps pay', () => {
    const atOnceAfter = (more: readonly Addition[]): number => {
      const archive = filled([...found, ...more])
      return make('ratchet').guide?.(archive, { random: seededRandom(1), parent: archive.best() }).atOnce ?? 0
    }
    const broken = { verdict: 'rejected' as const, ratios: [], parent: 1, operator: 'a+b' }
    const idle = { verdict: 'accepted' as const, ratios: [1.5], parent: 1, operator: 'a+b' }
    const better = { verdict: 'accepted' as const, ratios: [2], parent: 1, operator: 'a' }
    const whole = atOnceAfter([])
    expect(whole).toBeGreaterThan(3)
    expect([atOnceAfter([broken]), atOnceAfter([idle])]).toEqual([Math.floor(whole / 2), Math.floor(whole / 2)])
    expect([atOnceAfter([{ ...broken, operator: 'a' }]), atOnceAfter([{ ...idle, operator: 'a' }])]).toEqual([whole, whole])
    const stuck = Array.from({ length: 9 }, () => broken)
    expect(atOnceAfter(stuck)).toBe(1)
    expect(atOnceAfter([...stuck, better, better])).toBe(2)
    expect(atOnceAfter([...stuck, ...Array.from({ length: 16 }, () => better)])).toBe(whole)
  })
})

describe('tabu', () => {
  it('moves to the best of eight children, also when it is worse', () => {
    const bad = Array.from({ length: 8 }, (_, k) => ({ verdict: 'inconclusive' as const, ratios: [0.5 + k / 100], parent: 0 }))
    expect(choose('tabu', filled(bad.slice(0, 7))).index).toBe(0)
    expect(choose('tabu', filled(bad)).index).toBe(8)
  })
})
