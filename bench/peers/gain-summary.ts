import type { Checked } from './independent-check.ts'
import type { Found, PeerName, PeerRun } from './peer-run.ts'

export interface CheckedRun {
  readonly run: PeerRun
  readonly found: readonly (Omit<Found, 'text'> & Checked)[]
  readonly handed: Checked | null
}

const fixedGain = 1.3
/** Of the best right gain anybody found, in logs. */
const share = 0.8

/** Evaluations and wall time to two gains, a line for each search and each gain. */
export function summary(target: string, runs: readonly CheckedRun[], budgets: Readonly<Record<PeerName, number>>): string {
  const best = Math.max(1, ...runs.flatMap(({ found, handed }) => [...found, ...(handed === null ? [] : [handed])].filter(({ isRight }) => isRight).map(({ gain }) => gain)))
  const lines = [`\n${target}: best right gain of anybody ${best.toFixed(2)}x`]
  for (const [label, wanted] of [[`${fixedGain}x`, fixedGain], [`${100 * share} % of the best in logs (${(best ** share).toFixed(2)}x)`, best ** share]] as const) {
    lines.push(`  to ${label}`)
    for (const peer of ['ratchet', 'magpie'] as const) lines.push(`    ${peer.padEnd(8)} ${reaching(runs.filter(({ run }) => run.peer === peer), wanted)}`)
    lines.push(`    magpie / ratchet, seed by seed: evaluations ${ratios(runs, wanted, 'evaluation')}, wall time ${ratios(runs, wanted, 'ms')}`)
  }
  for (const peer of ['ratchet', 'magpie'] as const) lines.push(`  ${peer.padEnd(8)} ${ending(runs.filter(({ run }) => run.peer === peer), budgets[peer])}`)
  return lines.join('\n')
}

function firstAt(found: CheckedRun['found'], wanted: number): Omit<Found, 'text'> | undefined {
  return found.find(({ gain, isRight }) => isRight && gain >= wanted)
}

function reaching(runs: readonly CheckedRun[], wanted: number): string {
  const at = runs.map(({ found }) => firstAt(found, wanted))
  const spread = (values: readonly number[], digits: number): string => {
    const [least, middle, most] = [quantile(values, 0), quantile(values, 0.5), quantile(values, 1)].map((value) => (Number.isFinite(value) ? value.toFixed(digits) : 'never'))
    return `${middle} (${least} to ${most})`
  }
  const evaluations = at.map((one) => one?.evaluation ?? Number.POSITIVE_INFINITY)
  const seconds = at.map((one) => (one === undefined ? Number.POSITIVE_INFINITY : one.ms / 1000))
  return `evaluation ${spread(evaluations, 0)}, ${spread(seconds, 1)} s; ${at.filter((one) => one !== undefined).length} of ${runs.length} seeds`
}

/** Where the other search never got there its whole run counts, so that the ratio is a lower bound (>). */
function ratios(runs: readonly CheckedRun[], wanted: number, key: 'evaluation' | 'ms'): string {
  const values = runs.filter(({ run }) => run.peer === 'ratchet').flatMap(({ run, found }) => {
    const own = firstAt(found, wanted)
    const other = runs.find((one) => one.run.peer === 'magpie' && one.run.seed === run.seed)
    if (own === undefined || other === undefined) return []
    const theirs = firstAt(other.found, wanted)
    const whole = key === 'ms' ? other.run.ms : other.run.evaluations
    return [{ ratio: (theirs?.[key] ?? whole) / own[key], isBound: theirs === undefined }]
  })
  const sorted = values.toSorted((a, b) => a.ratio - b.ratio)
  const show = (one: (typeof values)[number] | undefined): string => (one === undefined ? '-' : `${one.isBound ? '>' : ''}${one.ratio.toFixed(2)}`)
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} to ${show(sorted.at(-1))})`
}

function ending(runs: readonly CheckedRun[], budget: number): string {
  const handed = runs.flatMap((one) => (one.handed === null ? [] : [one.handed]))
  const wrong = handed.filter(({ isRight }) => !isRight).length
  const gains = runs.map((one) => (one.handed?.isRight === true ? one.handed.gain : 1))
  const wrongOnTheWay = runs.reduce((sum, { found }) => sum + found.filter(({ isRight }) => !isRight).length, 0)
  return `in the end (${budget} evaluations, ${quantile(runs.map(({ run }) => run.ms / 1000), 0.5).toFixed(0)} s): hands over ${handed.length} of ${runs.length}, ${wrong} of them wrong; gain ${quantile(gains, 0.5).toFixed(2)}x (${quantile(gains, 0).toFixed(2)} to ${quantile(gains, 1).toFixed(2)}); ${wrongOnTheWay} wrong ones were the best on the way`
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}
