import { isViable } from '../archive.ts'
import { Column } from '../column.ts'
import { PriorityLine } from '../priority-line.ts'
import { readArchive } from '../read-archive.ts'
import { noticeableGain, relativeGain } from '../relative-gain.ts'
import type { Strategy } from '../strategy.ts'
import { betaSample } from './beta-sample.ts'

/** After N evaluations N^0.6 variants may have children (Wang et al. 2025). */
const widening = 0.6

/**
 * Clade Thompson sampling after the Huxley-Gödel Machine (Wang et al. 2025): a variant is as promising as the children of its whole clade have shown; one draw from
 * Beta(1 + successes, 1 + failures) each, and the highest gets the child. Only N^0.6 variants are in the running, the best-looking first, so that evidence gathers. There, one task is the
 * evidence; here, one evaluated child. It is counted from the archive, once: nothing is written twice, and a root without any success may still have children.
 *
 * A choice costs O(N^0.6), about 4,000 draws after a million evaluations; entering a variant O(its depth).
 */
export function createHgmStrategy(): Strategy {
  const [successes, failures] = [new Column(Int32Array), new Column(Int32Array)]
  const running: number[] = []
  const waiting = new PriorityLine()
  const catchUp = readArchive((variant, archive) => {
    successes.push(0)
    failures.push(0)
    if (variant.parent !== null) {
      const hasSucceeded = (relativeGain(variant, archive.traits(variant.parent)) ?? 0) > noticeableGain
      const counts = hasSucceeded ? successes : failures
      for (let at: number | null = variant.parent; at !== null; at = archive.parentOf(at)) counts.set(at, counts.at(at) + 1)
    }
    if (isViable(variant)) waiting.push(variant.index, variant.gain?.estimate ?? 0)
    while (running.length < Math.max(1, (variant.index + 1) ** widening)) {
      const next = waiting.pop()
      if (next === undefined) break
      running.push(next)
    }
  })
  return {
    name: 'hgm',
    selectParent: (archive, { random }) => {
      catchUp(archive)
      let [chosen, highest] = [0, -1]
      for (const index of running) {
        const drawn = betaSample(random, 1 + successes.at(index), 1 + failures.at(index))
        if (drawn > highest) [chosen, highest] = [index, drawn]
      }
      return archive.at(chosen)
    },
  }
}
