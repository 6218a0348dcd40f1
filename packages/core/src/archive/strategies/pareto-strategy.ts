import { isViable } from '../archive.ts'
import { readArchive } from '../read-archive.ts'
import type { Strategy } from '../strategy.ts'

/** Who leads in one objective; equals lead together, the earliest few of them. */
interface Lead {
  score: number
  leaders: number[]
}

const leadersKept = 16

/**
 * Whoever is best in something: each objective has its leaders, and a leader's chance is the number of objectives that it leads (GEPA's front, Agrawal et al. 2025). With one objective that is
 * the variant that looks best. A choice costs O(objectives).
 */
export function createParetoStrategy(): Strategy {
  const leads: Lead[] = []
  const catchUp = readArchive((variant) => {
    if (!isViable(variant)) return
    for (const [k, score] of variant.scores.entries()) {
      // The baseline is exactly as good as itself in everything.
      const lead = (leads[k] ??= { score: 0, leaders: [0] })
      if (score > lead.score) leads[k] = { score, leaders: [variant.index] }
      else if (score === lead.score && lead.leaders.length < leadersKept) lead.leaders.push(variant.index)
    }
  })
  return {
    name: 'pareto',
    selectParent: (archive, { random }) => {
      catchUp(archive)
      return archive.at(leads.length === 0 ? 0 : random.pick(random.pick(leads).leaders))
    },
  }
}
