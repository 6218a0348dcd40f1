import path from 'node:path'
import type { EarlyObservation, Lane, Observe, RunPorts, RunSnapshots, StrategyName } from '@ratchet/core'
import { createStrategy } from '@ratchet/core/archive/strategies/create-strategy'
import { repairStrategy } from '@ratchet/core/archive/strategies/repair-strategy'
import { createSnapshotFiles } from '@ratchet/core/adapters/snapshot-files/snapshot-files'
import type { OpenJudge } from './compose.ts'
import { opportunitiesOf } from './compose-early.ts'
import { proposerOf } from './compose-proposers.ts'
import type { OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import type { RunModels } from './plan-models.ts'

export { runSearch } from '@ratchet/core/cycle/run-search'
export { openScreener } from './compose-screening.ts'
export { isRepairable } from '@ratchet/core/adapters/repair-proposer/repair-proposer'
export { isReadable as isReadableByGenetic } from '@ratchet/core/adapters/genetic-proposer/parse-source'

/** The ports of a search on top of a judge. `models`: those of the run. */
export function openRun(
  invocation: Invocation,
  { target, judge, strategy, goal, lanes, observe, early = null, names = ['genetic'], models = { llm: null, agent: null, self: null, ruleJudge: null } }: { readonly target: OpenTarget; readonly judge: OpenJudge; readonly strategy: StrategyName; readonly goal: 'improve' | 'repair'; readonly lanes: readonly Lane[]; readonly observe: Observe; readonly early?: EarlyObservation | null; readonly names?: readonly string[]; readonly models?: RunModels },
): RunPorts {
  const { workspace } = target
  return {
    ...judge.ports,
    ...(models.ruleJudge === null ? {} : { ruleJudge: models.ruleJudge }),
    observe,
    candidates: workspace.candidates,
    index: target.index,
    snapshots: snapshotsOf(target),
    proposer: proposerOf(goal, { names, llm: models.llm, agent: models.agent, self: models.self, trees: judge.trees }),
    strategy: goal === 'repair' ? repairStrategy : createStrategy(strategy, judge.ports.config.search),
    opportunities: early ?? opportunitiesOf(target, judge, goal),
    clock: invocation.clock,
    lanes,
  }
}

/** Where the states of runs are kept, for quick resuming. */
export function snapshotsOf({ workspace }: OpenTarget): RunSnapshots {
  return createSnapshotFiles(path.join(workspace.stateDirectory, 'cache', 'runs'))
}
