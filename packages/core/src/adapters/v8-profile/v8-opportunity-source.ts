import { prepareTree, type PreparePorts, type PrepareRequest } from '../../evaluation/prepared-tree.ts'
import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import type { OpportunitySource } from '../../proposal/opportunity-source.ts'
import { readCpuProfile } from './read-cpu-profile.ts'

export interface V8OpportunityOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
}

const profileDirectory = '.ratchet-profile'
const profileName = 'ratchet.cpuprofile'

/** Runs the first objective's command once on the baseline, with V8's profiler on. A command that is no Node program leaves no profile. */
export function createV8OpportunitySource(options: V8OpportunityOptions): OpportunitySource {
  const { config, baseline, isProtected, mounts, sandbox } = options
  return {
    observe: async (signal) => {
      const objective = Object.values(config.metrics).find((metric) => metric.role === 'objective')
      if (objective === undefined) return []
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const environment = { RATCHET_SEED: '1', NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=/work/${profileDirectory} --cpu-prof-name=${profileName}` }
      const result = await sandbox.launch(
        stepLaunch({ command: objective.run, tree: prepared.tree, limits: stepLimits(config, objective.timeout), environment, collect: `${profileDirectory}/${profileName}` }),
        signal,
      )
      const text = result.collected === null ? null : Buffer.from(result.collected).toString('utf8')
      return text === null ? [] : (readCpuProfile(text, '/work/') ?? [])
    },
  }
}
