import { nextLook, seededRandom, type LaunchPair, type MetricRule, type Random } from '../../packages/core/src/index.ts'
import { countVote } from '../../packages/core/src/decision/count-vote.ts'
import type { CountFacts } from '../../packages/core/src/evaluation/evaluation.ts'
import { effects, languages, type Line } from './record.ts'
import { mannWhitney, medianOf, shareInterval, tTest } from './statistics.ts'

const limit = 60
/** Pairs that are drawn in one piece, so that what one noisy moment does to its neighbours stays together. */
const block = 5
const alpha = 0.01

interface Outcome {
  readonly accepted: boolean
  readonly pairs: number
}
type Method = (pairs: readonly LaunchPair[], counts: CountFacts | null) => Outcome

const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.05, alpha, maximumPairs: limit, patience: 'patient' }

function monitored(rules: MetricRule): Method {
  return (pairs, counts) => {
    for (let n = 1; ; n++) {
      const { status } = nextLook(pairs.slice(0, n), rules, { counts })
      if (status !== 'continue') return { accepted: status === 'proven', pairs: n }
    }
  }
}

const logRatio = ({ baseline, candidate }: LaunchPair): number => Math.log((baseline ?? 1) / (candidate ?? 1))

const methods: Readonly<Record<string, Method>> = {
  'sign e-process, any gain': monitored({ ...rule, minimumEffect: 0 }),
  'sign e-process, at least 2 %': monitored(rule),
  'same, counts lead (margin 5 %)': (pairs, counts) => (counts === null ? { accepted: false, pairs: 0 } : monitored({ ...rule, counts: 'lead' })(pairs, counts)),
  't-test at 1 %, a look after every pair': (pairs) => {
    for (let n = 5; n <= limit; n++) if (tTest(pairs.slice(0, n).map(logRatio)) < alpha) return { accepted: true, pairs: n }
    return { accepted: false, pairs: limit }
  },
  'means of 10, 2 % apart (hyperfine)': (pairs) => {
    const ten = pairs.slice(0, 10)
    const mean = (side: 'baseline' | 'candidate'): number => ten.reduce((sum, pair) => sum + (pair[side] ?? 0), 0)
    return { accepted: mean('baseline') / mean('candidate') >= 1.02, pairs: 10 }
  },
  'Mann-Whitney at 1 %, 30 of each': (pairs) => {
    const side = (name: 'baseline' | 'candidate'): number[] => pairs.slice(0, 30).map((pair) => pair[name] ?? 0)
    return { accepted: mannWhitney(side('baseline'), side('candidate')) < alpha, pairs: 30 }
  },
}

/** A trial: blocks of what was recorded, each in the order in which it was. Under "no effect" a coin says for the whole trial which side is which. */
function draw(pool: readonly LaunchPair[], { random, turn }: { readonly random: Random; readonly turn: boolean }): readonly LaunchPair[] {
  const pairs: LaunchPair[] = []
  while (pairs.length < limit) {
    const from = random.integer(pool.length)
    for (let offset = 0; offset < block; offset++) {
      const pair = pool[(from + offset) % pool.length] as LaunchPair
      pairs.push(turn ? { ...pair, baseline: pair.candidate, candidate: pair.baseline } : pair)
    }
  }
  return pairs
}

interface Cell {
  readonly name: string
  readonly effect: number
  readonly counts: CountFacts | null
  readonly trial: (random: Random) => readonly LaunchPair[]
}

/** Trials by block bootstrap from recorded launches. Effects that were not recorded are the A/A launches with the candidate's times divided. */
export function judge(lines: readonly Line[], trials: number): string {
  const loads = [...new Set(lines.flatMap((line) => (line.kind === 'pair' ? [line.load] : [])))]
  const cells = languages.flatMap((language) => loads.flatMap((load) => effects.flatMap((effect): Cell[] => {
    const of = (wanted: number): readonly LaunchPair[] => lines.flatMap((line) => (line.kind === 'pair' && line.language === language && line.load === load && line.effect === wanted ? [line.pair] : []))
    const [own, null0] = [of(effect), of(0)]
    const rounds = lines.flatMap((line) => (line.kind === 'count' && line.language === language && line.effect === effect ? [line.round] : []))
    // A program without input counts the same for every seed: what was counted stands for all three.
    const counts = rounds[0] === undefined ? null : { rounds: [0, 1, 2].map((seed) => ({ ...(rounds[seed] ?? rounds[0]), seed })), problem: null } as CountFacts
    if (null0.length < limit) return []
    const real = own.length >= limit
    const pool = real ? own : null0.map((pair) => ({ ...pair, candidate: (pair.candidate ?? 0) / (1 + effect) }))
    return [{ name: `${language}, ${load}`, effect, counts, trial: (random) => draw(pool, { random, turn: effect === 0 && random.next() < 0.5 }) }]
  })))
  const spreads = languages.flatMap((language) => loads.map((load) => spreadOf(lines, language, load)))
  return [...spreads, '', table(cells, trials), '', ...countTable(lines)].join('\n')
}

function spreadOf(lines: readonly Line[], language: string, load: string): string {
  const ratios = lines.flatMap((line) => (line.kind === 'pair' && line.language === language && line.load === load && line.effect === 0 ? [logRatio(line.pair)] : []))
  const middle = medianOf(ratios)
  return `${language}, ${load}: ${ratios.length} A/A pairs, median ${(100 * middle).toFixed(2)} %, robust sd of a pair ${(148.26 * medianOf(ratios.map((ratio) => Math.abs(ratio - middle)))).toFixed(1)} %`
}

function countTable(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line): string[] => {
    if (line.kind !== 'count') return []
    const { stance, gain } = countVote({ rounds: [0, 1, 2].map(() => line.round), problem: null }, rule)
    const spread = Math.max(...[line.round.baseline, line.round.candidate].map((counts) => Math.log(Math.max(...counts) / Math.min(...counts))))
    return [`counts: ${line.language}, true effect ${100 * line.effect} %: ${stance}, ${(100 * Math.expm1(gain)).toFixed(2)} % fewer instructions at least, spread ${spread.toExponential(1)}`]
  })
}

/** A made-up machine: launches with a normal-like spread, one in ten five times as wide. */
export function model(noise: number, trials: number): string {
  const sample = (random: Random): number => Math.exp((random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3) * noise * (random.next() < 0.1 ? 5 : 1))
  const cells = effects.map((effect): Cell => {
    const counts = { rounds: [0, 1, 2].map((seed) => ({ seed, baseline: [1e9 * (1 + effect), 1e9 * (1 + effect)], candidate: [1e9, 1e9] })), problem: null }
    return { name: `model, noise ${noise}`, effect, counts, trial: (random) => Array.from({ length: limit }, (_, seed) => ({ seed, first: 'baseline' as const, baseline: 100 * (1 + effect) * sample(random), candidate: 100 * sample(random) })) }
  })
  return table(cells, trials)
}

/** Share accepted with its exact interval, and pairs in the median of the accepted. */
function table(cells: readonly Cell[], trials: number): string {
  const rows = cells.flatMap(({ name, effect, counts, trial }) => Object.entries(methods).flatMap(([method, decide]): string[] => {
    if (counts === null && method.includes('counts')) return []
    const random = seededRandom('bench', name, effect)
    const outcomes = Array.from({ length: trials }, () => decide(trial(random), counts))
    const accepted = outcomes.filter((outcome) => outcome.accepted)
    const [low, high] = shareInterval(accepted.length, trials)
    const percent = (share: number): string => (100 * share).toFixed(1)
    const pairs = accepted.length === 0 ? '' : String(medianOf(accepted.map((outcome) => outcome.pairs)))
    return [`| ${name} | ${100 * effect} % | ${method} | ${percent(accepted.length / trials)} % (${percent(low)} to ${percent(high)}) | ${pairs} | ${medianOf(outcomes.map((outcome) => outcome.pairs))} |`]
  }))
  return ['| program, load | true effect | rule | accepted | pairs when accepted | pairs of all |', '|---|---|---|---|---|---|', ...rows].join('\n')
}
