import { createMateChoice } from '../mate-choice.ts'
import { createOperatorCredit } from '../operator-credit.ts'
import { createStepSize } from '../step-size.ts'
import type { Strategy } from '../strategy.ts'
import { createDgmStrategy } from './dgm-strategy.ts'

export interface RatchetOptions {
  /** Share of proposals that start from a variant drawn as `dgm` draws, not from the best. */
  readonly exploration?: number
  /** Share of proposals that merge another variant into the parent, where there is one to merge. */
  readonly crossover?: number
  /** Whether operators that paid are drawn more often. */
  readonly credit?: boolean
  /** Rewrites that are proposed at once, at most. */
  readonly atOnce?: number
}

const noCredit = (): number => 1

/** The default: on from the best, sometimes from elsewhere; what others found is merged in, and what has paid is tried more often than what has not. */
export function createRatchetStrategy({ exploration = 0.1, crossover = 0.5, credit = true, atOnce = 5 }: RatchetOptions = {}): Strategy {
  const curious = createDgmStrategy()
  const mateOf = createMateChoice()
  const creditOf = createOperatorCredit()
  const stepsOf = createStepSize(atOnce)
  return {
    name: 'ratchet',
    selectParent: (archive, request) => (request.random.next() < exploration ? curious.selectParent(archive, request) : archive.best()),
    guide: (archive, { random, parent }) => ({
      mate: random.next() < crossover ? mateOf(archive, parent, random) : null,
      credit: credit ? creditOf(archive) : noCredit,
      atOnce: stepsOf(archive),
    }),
  }
}
