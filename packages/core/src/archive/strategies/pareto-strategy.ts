import { isViable, type Traits } from '../archive.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'

/** Who leads in one objective; equals lead together, the earliest few of them. */
interface Lead {
  score: number
  leaders: number[]
}

/** Who solves one task. */
interface Solver {
  readonly index: number
  readonly estimate: number
}

const leadersKept = 16

/**
 * Whoever is best in something: each objective has its leaders, and a leader's chance is the number of objectives that it leads (GEPA's front, Agrawal et al. 2025). With one objective that is
 * the variant that looks best. Where the objectives are pass rates each task is something to be best in: a task is drawn among those that any variant solves, and one of those that solve it, the best of them as often as all others
 * together, so that a version which alone can do something is built on even where it is worse in all. A choice costs O(objectives + tasks).
 */
export function createParetoStrategy(): Strategy {
  const leads: Lead[] = []
  const solvers = new Map<number, Solver[]>()
  const catchUp = readArchive((variant) => {
    if (!isViable(variant)) return
    for (const [k, score] of variant.scores.entries()) {
      // The baseline is exactly as good as itself in everything.
      const lead = (leads[k] ??= { score: 0, leaders: [0] })
      if (score > lead.score) leads[k] = { score, leaders: [variant.index] }
      else if (score === lead.score && lead.leaders.length < leadersKept) lead.leaders.push(variant.index)
    }
    enter(solvers, variant)
  })
  return {
    name: 'pareto',
    selectParent: (archive, { random }) => {
      catchUp(archive)
      if (solvers.size > 0) {
        const [first, ...others] = random.pick([...solvers.values()])
        const [best, other] = [random.next() < 0.5, random.next() < 0.5]
        // What the baseline solves by itself is nowhere written: it stands against whoever is worse in all.
        if (first !== undefined && first.estimate < 0 && other) return archive.at(0)
        if (first !== undefined) return archive.at(others.length === 0 || best ? first.index : random.pick(others).index)
      }
      return archive.at(leads.length === 0 ? 0 : random.pick(random.pick(leads).leaders))
    },
  }
}

/** The best few of each task, the best first, the earlier of equals before the later. */
function enter(solvers: Map<number, Solver[]>, { index, estimate, tasks }: Traits): void {
  for (const task of tasks?.solvedTasks ?? []) {
    const known = solvers.get(task) ?? []
    const place = known.findIndex((other) => other.estimate < estimate)
    solvers.set(task, known.toSpliced(place === -1 ? known.length : place, 0, { index, estimate }).slice(0, leadersKept))
  }
}
