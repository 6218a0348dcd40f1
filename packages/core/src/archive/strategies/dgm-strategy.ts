import { isViable } from '../archive.ts'
import { Column } from '../column.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'
import { ScoreBins } from './score-bins.ts'

/** How steeply the chance grows with the score, in deviations. */
const steepness = 10
/** Scores closer together than this are told apart by noise. */
const leastDeviation = 0.005

/**
 * Good ones, and those not yet tried much: chance in proportion to sigmoid(10 (score - median) / deviation) / (1 + children). The rule of the Darwin-Gödel Machine (Zhang et al. 2025)
 * with the robust scale of ShinkaEvolve (Lange et al. 2025), so that the unit of the score does not matter. Shares of tasks have a unit, and keep it, as in the former: there
 * the best of many bad ones stands out.
 */
export function createDgmStrategy(): Strategy {
  const scores = new ScoreBins()
  const children = new Column(Int32Array)
  let isShares = false
  const catchUp = readArchive((variant, archive) => {
    children.push(0)
    isShares ||= variant.tasks !== null
    if (isViable(variant)) scores.add(variant.index, variant.estimate, 1)
    if (variant.parent === null) return
    const count = children.at(variant.parent) + 1
    children.set(variant.parent, count)
    scores.reweigh(variant.parent, archive.traits(variant.parent).estimate, 1 / (1 + count) - 1 / count)
  })
  return {
    name: 'dgm',
    selectParent: (archive, { random }) => {
      catchUp(archive)
      const middle = scores.median()
      const scale = isShares ? 1 : Math.max(leastDeviation, scores.deviation())
      return archive.at(scores.draw(random, (score) => 1 / (1 + Math.exp((-steepness * (score - middle)) / scale))))
    },
  }
}
