import type { Proposer } from '@ratchet/core'
import { createMixedProposer } from '@ratchet/core/proposal/mixed-proposer'
import { createFewShotProposer } from '@ratchet/core/adapters/few-shot-proposer/few-shot-proposer'
import { createGeneticProposer, type GeneticProposerOptions } from '@ratchet/core/adapters/genetic-proposer/genetic-proposer'
import { createRepairProposer } from '@ratchet/core/adapters/repair-proposer/repair-proposer'
import { UsageError } from './usage-error.ts'

export interface Proposing {
  readonly names: readonly string[]
  /** Null where no model proposes. */
  readonly llm: Proposer | null
  /** Null where no coding agent proposes. */
  readonly agent?: Proposer | null
  /** An agent that writes its own next versions: then nobody else proposes. */
  readonly self?: Proposer | null
  readonly trees?: GeneticProposerOptions['trees']
}

/** Who proposes in a run: Ratchet's own proposer for its goal, a model, a coding agent, or several of them by turns. */
export function proposerOf(goal: 'improve' | 'repair', { names, llm, agent = null, self = null, trees }: Proposing): Proposer {
  if (self !== null) return self
  const own = names.some((name) => name === 'genetic' || name === 'repair') ? [goal === 'repair' ? createRepairProposer() : createGeneticProposer(trees === undefined ? {} : { trees })] : []
  const shots = goal === 'improve' && names.includes('few-shot') ? [createFewShotProposer()] : []
  const [first, ...others] = [...own, ...shots, ...(llm === null ? [] : [llm]), ...(agent === null ? [] : [agent])]
  if (first === undefined) throw new UsageError('bad-argument', `nobody proposes: ${names.join(', ')}`)
  return others.length === 0 ? first : createMixedProposer([first, ...others])
}
