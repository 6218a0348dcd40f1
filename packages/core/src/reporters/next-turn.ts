import type { ReportTrouble } from './report-trouble.ts'
import { firstTurn, type RunnerTurn } from './runner-turn.ts'
import type { ChannelReading, SealedReport } from './sealed-report.ts'

/** One launch that is over: whose turn it was, and what came over its channel. */
export interface TakenTurn {
  readonly turn: RunnerTurn
  readonly reading: ChannelReading
}

export type NextTurn = { readonly kind: 'turn'; readonly turn: RunnerTurn } | { readonly kind: 'done' } | { readonly kind: 'trouble'; readonly trouble: ReportTrouble }

/** More runs in one command than this are refused: each launch starts every one of them, if only to pass it over. */
export const turnLimit = 64

/**
 * What to launch next, given all that was launched so far. Which runs there are is learned from notes that a candidate could write too, or keep from being written:
 * one too many leads to a launch without a report, which is `absent`; one too few leaves tests out, which the comparison with the baseline's names finds.
 */
export function nextTurn(taken: readonly TakenTurn[]): NextTurn {
  const last = taken.at(-1)
  if (last === undefined) return { kind: 'turn', turn: firstTurn }
  const trouble = troubleOf(last, taken.length)
  if (trouble !== null) return { kind: 'trouble', trouble }
  const apart = programsWithoutTests(taken)
  const turn = waitingTurn(taken, apart)
  if (turn !== null) return taken.length < turnLimit ? { kind: 'turn', turn } : { kind: 'trouble', trouble: { kind: 'too-many' } }
  // A script that said nothing at all may be set aside for others; alone it is a run that was cut short.
  return last.reading.silentProgram === null || taken.length > 1 ? { kind: 'done' } : { kind: 'trouble', trouble: { kind: 'malformed' } }
}

function troubleOf({ turn, reading }: TakenTurn, launches: number): ReportTrouble | null {
  const { report, notes, silentProgram } = reading
  const other = notes.find(({ kind, about }) => kind === 'other' && about !== 'program')
  if (other !== undefined) return { kind: 'other-runner', runner: other.about }
  if (report === 'missing') return { kind: launches === 1 ? 'missing' : 'absent' }
  if (report === 'malformed') return silentProgram !== null && (turn.run ?? silentProgram) === silentProgram ? null : { kind: 'malformed' }
  if (turn.run !== null && turn.run !== report.run) return { kind: 'malformed' }
  const hasTwin = notes.some(({ kind, about, when }) => kind === 'waiting' && about === report.run && when === 'during')
  return hasTwin ? { kind: 'twins', words: report.words } : null
}

function programsWithoutTests(taken: readonly TakenTurn[]): readonly string[] {
  return taken.flatMap(({ reading: { report, silentProgram } }) => {
    if (typeof report === 'string') return silentProgram === null ? [] : [silentProgram]
    return isTestless(report) ? [report.run] : []
  })
}

function isTestless({ kind, cases, text }: SealedReport): boolean {
  return kind === 'program' && cases.length === 0 && text === ''
}

function waitingTurn(taken: readonly TakenTurn[], apart: readonly string[]): RunnerTurn | null {
  const done = new Set(taken.map(({ turn, reading }) => key(runOf(reading) ?? '', turn.index)))
  for (const [run, times] of timesSeen(taken)) {
    if (apart.includes(run)) continue
    for (let index = 0; index < times; index++) if (!done.has(key(run, index))) return { run, index, apart }
  }
  return null
}

/** How often each run was started in the launch that started it most often, in the order in which they were first seen. */
function timesSeen(taken: readonly TakenTurn[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const { reading } of taken) {
    const here = new Map<string, number>()
    const own = runOf(reading)
    const waiting = reading.notes.flatMap(({ kind, about }) => (kind === 'waiting' ? [about] : []))
    for (const run of own === null ? waiting : [own, ...waiting]) here.set(run, (here.get(run) ?? 0) + 1)
    for (const [run, times] of here) most.set(run, Math.max(times, most.get(run) ?? 0))
  }
  return most
}

function runOf({ report, silentProgram }: ChannelReading): string | null {
  return typeof report === 'string' ? silentProgram : report.run
}

const key = (run: string, index: number): string => `${run} ${index}`
