import type { Opportunity } from '../../proposal/proposal.ts'
import type { SourceFile } from '../../proposal/proposer.ts'
import { languageOf } from '../ast-grep-rules/languages.ts'
import { listRepairs, outcomeOf, overlaps } from './list-repairs.ts'
import { rankRepairs, type RankedRepair } from './rank-repairs.ts'
import type { Cut, Repair } from './repair.ts'

/** A repair in its file. */
export interface PlacedRepair {
  readonly file: SourceFile
  readonly repairs: readonly [Repair, ...Repair[]]
  readonly weight: number
}

/** Longer files are generated, or would fill the memory with fixes of which a search never sees the thousandth part. */
const fileLimit = 400_000
/** What a line counts that no failing test was seen on. */
const coldSuspicion = 0.02
/** Singles that are combined, and how much more often than by chance two faults come together. */
const pairedSingles = 60
const pairFactor = 1

/** All repairs of some files, the most likely first, pairs among them where two likely ones are likelier together than the next one alone. */
export function repairList(files: readonly SourceFile[], opportunities: readonly Opportunity[]): readonly PlacedRepair[] {
  const places = new Map(opportunities.flatMap((place) => (place.kind === 'failing-test' ? [[`${place.path}:${place.line}`, place.weight] as const] : [])))
  const owners = new Map<Repair, SourceFile>()
  const suspicions = new Map<Repair, number>()
  for (const file of files) {
    const language = languageOf(file.path, file.text)
    if (language === null || file.text.length > fileLimit) continue
    for (const repair of listRepairs(file, language)) {
      owners.set(repair, file)
      suspicions.set(repair, places.size === 0 ? 1 : (places.get(`${file.path}:${repair.line}`) ?? coldSuspicion))
    }
  }
  const singles = rankRepairs([...owners.keys()], (repair) => suspicions.get(repair) ?? 0)
  const placed = singles.map(({ repair, weight }): PlacedRepair => ({ file: owners.get(repair) as SourceFile, repairs: [repair], weight }))
  return [...placed, ...pairs(singles, owners)].toSorted((a, b) => b.weight - a.weight)
}

function pairs(singles: readonly RankedRepair[], owners: ReadonlyMap<Repair, SourceFile>): readonly PlacedRepair[] {
  const total = singles.reduce((sum, { weight }) => sum + weight, 0)
  const first = singles.slice(0, pairedSingles)
  const known = new Set(singles.map(({ repair }) => namedOutcome(owners.get(repair) as SourceFile, repair.cuts)))
  return first.flatMap((one, index) =>
    first.slice(index + 1).flatMap((other): readonly PlacedRepair[] => {
      const file = owners.get(one.repair) as SourceFile
      if (owners.get(other.repair) !== file || overlaps([...one.repair.cuts, ...other.repair.cuts])) return []
      const outcome = namedOutcome(file, [...one.repair.cuts, ...other.repair.cuts])
      if (known.has(outcome)) return []
      known.add(outcome)
      return [{ file, repairs: [one.repair, other.repair], weight: (pairFactor * one.weight * other.weight) / total }]
    }),
  )
}

function namedOutcome(file: SourceFile, cuts: readonly Cut[]): string {
  return `${file.path} ${outcomeOf(cuts, file.text)}`
}
