import { stepSeparator } from '../../proposal/proposal.ts'
import type { FeatureAxis, SearchConfig } from '../../target/config.ts'
import { isViable, type Traits } from '../archive.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'

/** The best variant of each combination of features: MAP-Elites (Mouret and Clune 2015). */
interface Island {
  readonly elites: Map<string, { readonly index: number; readonly score: number }>
  readonly cells: string[]
  best: { readonly variant: Traits; readonly score: number }
}

/**
 * Islands that search by themselves and take turns; within one, any cell's best may be the parent, so that what is different is kept although something
 * better exists. Children belong to the island whose turn it was. Migration goes round in a ring.
 */
export function createIslandsStrategy({ count, axes, migrateEvery }: SearchConfig['islands']): Strategy {
  const islands: Island[] = []
  const enter = (island: Island | undefined, variant: Traits): void => {
    if (island === undefined) return
    const cell = axes.map((axis) => featureOf(variant, axis)).join('\0')
    const score = variant.estimate
    const elite = island.elites.get(cell)
    if (elite === undefined) island.cells.push(cell)
    if (elite === undefined || score > elite.score) island.elites.set(cell, { index: variant.index, score })
    if (score > island.best.score) island.best = { variant, score }
  }
  const catchUp = readArchive((variant) => {
    if (variant.parent === null) {
      for (let k = 0; k < count; k++) islands.push({ elites: new Map(), cells: [], best: { variant, score: Number.NEGATIVE_INFINITY } })
      for (const island of islands) enter(island, variant)
      return
    }
    if (isViable(variant)) enter(islands[variant.index % count], variant)
    if (variant.index % migrateEvery === 0) migrate(islands, enter)
  })
  return {
    name: 'islands',
    selectParent: (archive, { random, child }) => {
      catchUp(archive)
      const island = islands[child % count]
      const elite = island?.elites.get(random.pick(island.cells))
      return archive.at(elite?.index ?? 0)
    },
  }
}

function migrate(islands: readonly Island[], enter: (island: Island | undefined, variant: Traits) => void): void {
  const bests = islands.map(({ best }) => best.variant)
  for (const [k, variant] of bests.entries()) enter(islands[(k + 1) % islands.length], variant)
}

/** Sizes by doublings: what was twice as much to write is something else. */
function featureOf(variant: Traits, axis: FeatureAxis): string {
  switch (axis) {
    case 'size':
      return String(Math.floor(Math.log2(1 + variant.size)))
    case 'depth':
      return String(Math.min(variant.depth, 9))
    case 'operator':
      return variant.operators.join(stepSeparator)
    case 'path':
      return variant.path
  }
}
