import { isViable, type Archive } from '../archive.ts'
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
 * evidence, and so it is here where the objective is a pass rate: what a variant and all that comes from it solved and did not solve. Elsewhere the evidence is one evaluated child, better than its parent or not, and so is a
 * child that failed before its first task. It is counted from the archive, once: nothing is written twice, and a root without any success may still have children.
 *
 * A choice costs O(N^0.6), about 4,000 draws after a million evaluations; entering a variant O(its depth), a million at once O(1) each.
 */
export function createHgmStrategy(): Strategy {
  /** Of the children, their children, and so on. */
  const [successes, failures] = [new Column(Int32Array), new Column(Int32Array)]
  /** Of each by itself; none asked where there are no tasks. */
  const [asked, solved] = [new Column(Int32Array), new Column(Int32Array)]
  let counted = 0
  const running: number[] = []
  const waiting = new PriorityLine()
  const catchUp = readArchive((variant) => {
    successes.push(0)
    failures.push(0)
    const { tasks } = variant
    asked.push(tasks?.asked ?? 0)
    solved.push(tasks?.solved ?? 0)
    if (isViable(variant)) waiting.push(variant.index, variant.estimate)
    while (running.length < Math.max(1, (variant.index + 1) ** widening)) {
      const next = waiting.pop()
      if (next === undefined) break
      running.push(next)
    }
  })
  /** Children before their parents: a parent that is new as well hands on what it was handed when its turn comes, so that counting a million costs no more than looking at each. */
  const count = (archive: Archive): void => {
    for (let index = archive.size - 1; index >= counted; index--) {
      const parent = archive.parentOf(index)
      const hasTasks = asked.at(index) > 0
      const more = hasTasks ? solved.at(index) : hasImproved(archive, index, parent) ? 1 : 0
      const won = successes.at(index) + more
      const lost = failures.at(index) + (hasTasks ? asked.at(index) : 1) - more
      // Its own tasks are among those of its clade; a verdict on it is one on what it came from.
      if (hasTasks) {
        successes.set(index, won)
        failures.set(index, lost)
      }
      for (let at = parent; at !== null; at = at < counted ? archive.parentOf(at) : null) {
        successes.set(at, successes.at(at) + won)
        failures.set(at, failures.at(at) + lost)
      }
    }
    counted = archive.size
  }
  return {
    name: 'hgm',
    selectParent: (archive, { random }) => {
      catchUp(archive)
      count(archive)
      let [chosen, highest] = [0, -1]
      for (const index of running) {
        const drawn = betaSample(random, 1 + successes.at(index), 1 + failures.at(index))
        if (drawn > highest) [chosen, highest] = [index, drawn]
      }
      return archive.at(chosen)
    },
  }
}

function hasImproved(archive: Archive, index: number, parent: number | null): boolean {
  return parent !== null && (relativeGain(archive.traits(index), archive.traits(parent)) ?? 0) > noticeableGain
}
