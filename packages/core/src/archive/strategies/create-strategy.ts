import type { StrategyName } from '../../target/config.ts'
import type { Strategy } from '../strategy.ts'
import { bestOfNStrategy } from './best-of-n-strategy.ts'
import { greedyStrategy } from './greedy-strategy.ts'
import { randomStrategy } from './random-strategy.ts'

export function strategyByName(name: StrategyName): Strategy {
  switch (name) {
    case 'random':
      return randomStrategy
    case 'greedy':
      return greedyStrategy
    case 'best-of-n':
      return bestOfNStrategy
  }
}
