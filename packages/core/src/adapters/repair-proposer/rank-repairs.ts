import { priors, sharing } from './priors.ts'
import type { Repair, Template } from './repair.ts'

export interface RankedRepair {
  readonly repair: Repair
  readonly weight: number
}

/** The most likely first: suspicion of the place, times prior of the template, times share among its alternatives. */
export function rankRepairs(repairs: readonly Repair[], suspicion: (repair: Repair) => number): readonly RankedRepair[] {
  const totals = new Map<Template, number>()
  const weighed = repairs.map((repair) => ({ repair, weight: repair.share * suspicion(repair) }))
  for (const { repair, weight } of weighed) totals.set(repair.template, (totals.get(repair.template) ?? 0) + weight)
  return weighed
    .map(({ repair, weight }) => ({ repair, weight: weight === 0 ? 0 : (priors[repair.template] * weight) / (totals.get(repair.template) ?? 1) ** sharing }))
    .toSorted((a, b) => b.weight - a.weight)
}
