import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextTurn, turnLimit, type TakenTurn } from './next-turn.ts'
import { firstTurn, type RunnerTurn } from './runner-turn.ts'
import type { ChannelNote, ChannelReading, SealedReport } from './sealed-report.ts'

const id = (digit: number): string => digit.toString(16).padStart(64, '0')
const report = (run: string, change: Partial<SealedReport> = {}): SealedReport => ({ runner: 'node', kind: 'runner', run, folder: '/work', words: 'x', cases: [['case', 'passed', ['t']]], text: '', ...change })
const waiting = (run: string, when: ChannelNote['when'] = 'after'): ChannelNote => ({ kind: 'waiting', about: run, when })
const reading = (change: Partial<ChannelReading>): ChannelReading => ({ report: 'missing', notes: [], silentProgram: null, ...change })
const taken = (turn: RunnerTurn, change: Partial<ChannelReading>): TakenTurn => ({ turn, reading: reading(change) })

/** Plays a command that starts these runs in this order, as the preloads do it; gives back what was reported. */
function play(runs: readonly string[], order: (launch: number) => readonly string[] = () => runs): readonly string[] | string {
  const turns: TakenTurn[] = []
  for (;;) {
    const next = nextTurn(turns)
    if (next.kind === 'trouble') return next.trouble.kind
    if (next.kind === 'done') return turns.map((turn) => `${typeof turn.reading.report === 'string' ? '-' : turn.reading.report.run} ${turn.turn.index}`)
    const { run, index } = next.turn
    const started = order(turns.length)
    const at = started.flatMap((each, place) => (run === null || run === each ? [place] : []))[index]
    const notes = started.flatMap((each, place) => (place === at ? [] : [waiting(each, at === undefined || place < at ? 'before' : 'after')]))
    turns.push(taken(next.turn, { report: at === undefined ? 'missing' : report(started[at] as string), notes }))
  }
}

describe('nextTurn', () => {
  it('begins with whichever run comes first, and is done when no other waits', () => {
    expect([nextTurn([]), nextTurn([taken(firstTurn, { report: report(id(1)) })])]).toEqual([{ kind: 'turn', turn: firstTurn }, { kind: 'done' }])
  })

  it('gives every run one turn, also those that look the same, whatever the order', () => {
    const some = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(some, fc.boolean(), (digits, isShuffled) => {
        const runs = digits.map(id)
        const turns = play(runs, (launch) => (isShuffled && launch % 2 === 1 ? runs.toReversed() : runs))
        const seen = new Map<string, number>()
        const wanted = runs.map((run) => `${run} ${seen.set(run, (seen.get(run) ?? -1) + 1).get(run)}`)
        expect(Array.isArray(turns) ? turns.toSorted() : turns).toEqual(wanted.toSorted())
      }),
    )
  })

  it('never reports one run twice, and always ends, whatever notes come', () => {
    const note = fc.record({ kind: fc.constantFrom('waiting' as const, 'other' as const), about: fc.constantFrom(id(1), id(2), id(3), 'program', 'jest'), when: fc.constantFrom('before' as const, 'during' as const, 'after' as const) })
    const launches = fc.array(fc.tuple(fc.array(note, { maxLength: 6 }), fc.boolean()), { minLength: turnLimit + 1, maxLength: turnLimit + 1 })
    fc.assert(
      fc.property(launches, (list) => {
        const turns: TakenTurn[] = []
        for (const [notes, isThere] of list) {
          const next = nextTurn(turns)
          if (next.kind !== 'turn') break
          turns.push(taken(next.turn, { report: isThere ? report(next.turn.run ?? id(1)) : 'missing', notes }))
        }
        const names = turns.map(({ turn, reading: { report: said } }) => `${typeof said === 'string' ? '' : said.run} ${turn.index}`)
        expect([nextTurn(turns).kind === 'turn', new Set(names).size]).toEqual([false, names.length])
      }),
      { numRuns: 50 },
    )
  })

  it.each<[string, readonly TakenTurn[], string]>([
    ['a run that waited and did not come again', [taken(firstTurn, { report: report(id(1)), notes: [waiting(id(2))] }), taken({ run: id(2), index: 0, apart: [] }, {})], 'absent'],
    ['another run in the place of the one whose turn it was', [taken(firstTurn, { report: report(id(1)), notes: [waiting(id(2))] }), taken({ run: id(2), index: 0, apart: [] }, { report: report(id(1)) })], 'malformed'],
    ['a report that is not whole', [taken(firstTurn, { report: 'malformed', notes: [waiting(id(2))] })], 'malformed'],
    ['nothing at all', [taken(firstTurn, {})], 'missing'],
    ['two that look the same, beside each other', [taken(firstTurn, { report: report(id(1)), notes: [waiting(id(1), 'during')] })], 'twins'],
    ['a runner of another kind', [taken(firstTurn, { report: report(id(1)), notes: [{ kind: 'other', about: 'mocha', when: 'after' }] })], 'other-runner'],
    ['more runs than can be followed', [taken(firstTurn, { report: report(id(0)), notes: Array.from({ length: turnLimit }, (_, index) => waiting(id(index + 1))) }), ...Array.from({ length: turnLimit - 1 }, (_, index) => taken({ run: id(index + 1), index: 0, apart: [] }, { report: report(id(index + 1)) }))], 'too-many'],
    ['a script that said nothing and nobody else', [taken(firstTurn, { report: 'malformed', silentProgram: id(1) })], 'malformed'],
  ])('refuses %s', (_name, turns, trouble) => {
    expect(nextTurn(turns)).toMatchObject({ kind: 'trouble', trouble: { kind: trouble } })
  })

  it('sets scripts without tests aside for the runs that wait, and no runner', () => {
    const program = report(id(1), { kind: 'program', cases: [] })
    const turn = { kind: 'turn', turn: { run: id(2), index: 0, apart: [id(1)] } }
    expect(nextTurn([taken(firstTurn, { report: program, notes: [waiting(id(2)), waiting(id(1))] })])).toEqual(turn)
    expect(nextTurn([taken(firstTurn, { report: 'malformed', silentProgram: id(1), notes: [waiting(id(2))] })])).toEqual(turn)
    expect(nextTurn([taken(firstTurn, { report: { ...program, kind: 'runner' }, notes: [waiting(id(1))] })])).toEqual({ kind: 'turn', turn: { run: id(1), index: 1, apart: [] } })
  })
})
