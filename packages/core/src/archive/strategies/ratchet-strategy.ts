import { lead } from '../lead.ts'
import { teach } from '../learner.ts'
import { MateChoice } from '../mate-choice.ts'
import { OperatorCredit } from '../operator-credit.ts'
import { StepSize } from '../step-size.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { Archive, Variant } from '../archive.ts'
import type { Strategy } from '../strategy.ts'

export interface RatchetOptions {
  /** Share of proposals that start from any good variant, not from the best. */
  readonly exploration?: number
  /** Share of proposals that merge another variant into the parent, where there is one to merge. */
  readonly crossover?: number
  /** Whether operators that paid are drawn more often. */
  readonly credit?: boolean
  /** Rewrites that are proposed at once, at most. */
  readonly atOnce?: number
}

/** Variants that are drawn to take the best-looking of. */
const drawn = 4

const noCredit = (): number => 1

/** The default: on from the best, sometimes from elsewhere; what others found is merged in, and what has paid is tried more often than what has not. */
export function createRatchetStrategy({ exploration = 0.1, crossover = 0.5, credit = true, atOnce = 5 }: RatchetOptions = {}): Strategy {
  const [mates, operators, size] = [new MateChoice(), new OperatorCredit(), new StepSize(atOnce)]
  const catchUp = teach([mates, operators, size])
  return {
    name: 'ratchet',
    selectParent: (archive, { random }) => (random.next() < exploration ? promising(archive, random) : lead(archive, random)),
    guide: (archive, { random, parent }) => {
      catchUp(archive)
      return {
        mate: random.next() < crossover ? mates.choose(archive, parent, random) : null,
        credit: credit ? (operator) => operators.of(operator) : noCredit,
        atOnce: size.steps,
      }
    },
  }
}

function promising(archive: Archive, random: Random): Variant {
  const variants = Array.from({ length: drawn }, () => archive.viable(random.integer(archive.viableSize)))
  return variants.reduce((best, variant) => (variant.estimate > best.estimate ? variant : best))
}
