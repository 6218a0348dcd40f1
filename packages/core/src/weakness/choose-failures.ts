import type { Random } from '../randomness/seeded-random.ts'
import type { TaskFailure } from './task-failure.ts'

/** Failures that one change is made from. */
const mostShown = 6

/**
 * Which failures one change is to mend: one is drawn, and others that ended like it come before the rest, so that they show what they have in common, and another step looks at others. `why` is the ending of the one that was
 * drawn; null where there is none.
 */
export function chooseFailures(failures: readonly TaskFailure[], random: Random): { readonly shown: readonly TaskFailure[]; readonly why: TaskFailure['why'] | null } {
  const [drawn, ...others] = random.shuffle(failures)
  if (drawn === undefined) return { shown: [], why: null }
  const alike = others.filter(({ why }) => why === drawn.why)
  return { shown: [drawn, ...alike, ...others.filter(({ why }) => why !== drawn.why)].slice(0, mostShown), why: drawn.why }
}
