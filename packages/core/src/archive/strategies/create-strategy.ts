import type { SearchConfig, StrategyName } from '../../target/config.ts'
import type { Strategy } from '../strategy.ts'
import { bestOfNStrategy } from './best-of-n-strategy.ts'
import { createDgmStrategy } from './dgm-strategy.ts'
import { greedyStrategy } from './greedy-strategy.ts'
import { createHgmStrategy } from './hgm-strategy.ts'
import { createIslandsStrategy } from './islands-strategy.ts'
import { createLocalSearchStrategy } from './local-search-strategy.ts'
import { createParetoStrategy } from './pareto-strategy.ts'
import { randomStrategy } from './random-strategy.ts'
import { createRatchetStrategy } from './ratchet-strategy.ts'
import { createTabuStrategy } from './tabu-strategy.ts'

/** A strategy for one archive. */
export function createStrategy(name: StrategyName, { islands }: Pick<SearchConfig, 'islands'>): Strategy {
  switch (name) {
    case 'ratchet':
      return createRatchetStrategy()
    case 'random':
      return randomStrategy
    case 'greedy':
      return greedyStrategy
    case 'best-of-n':
      return bestOfNStrategy
    case 'dgm':
      return createDgmStrategy()
    case 'hgm':
      return createHgmStrategy()
    case 'islands':
      return createIslandsStrategy(islands)
    case 'pareto':
      return createParetoStrategy()
    case 'local-search':
      return createLocalSearchStrategy()
    case 'tabu':
      return createTabuStrategy()
  }
}
