import type { Config, Gateway, PromptBrief, Proposer, RunId } from '@ratchet/core'
import { withholdingSlots } from '@ratchet/core/workspace/withholding-slots'
import { createSelfProposer, type SelfAgent } from '@ratchet/core/adapters/self-proposer/self-proposer'
import type { OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import { openDoors } from './compose-benchmark.ts'
import { hiddenFromAgents } from './compose-hidden-paths.ts'
import type { Invocation } from './invocation.ts'
import { UsageError } from './usage-error.ts'

type SelfSettings = Pick<Config, 'metrics' | 'models' | 'search'>

/** Models that an agent asks when it improves itself: its own, and whoever analyses its failures. */
export function selfModels(config: SelfSettings): readonly string[] {
  const { self } = config.search
  const model = modelName(config)
  if (self === null || model === null) return []
  return [...new Set([model, ...(self.analysis === 'facts' ? [] : [self.analyst ?? model])])]
}

/** The metric that says how the agent is run. */
function agentMetric({ metrics }: Pick<Config, 'metrics'>): Config['metrics'][string] | undefined {
  const rates = Object.values(metrics).filter(({ measure }) => measure === 'pass-rate')
  return rates.find(({ suite, role }) => suite !== undefined && role === 'objective') ?? rates[0]
}

function modelName(config: SelfSettings): string | null {
  return config.search.self?.model ?? agentMetric(config)?.model ?? Object.keys(config.models?.use ?? {})[0] ?? null
}

export function selfAgent(config: Config): SelfAgent {
  const { self } = config.search
  const command = self?.run ?? agentMetric(config)?.run
  const named = (name: string | null): SelfAgent['model'] | null => {
    const endpoint = name === null ? undefined : config.models?.use[name]
    return name === null || endpoint === undefined ? null : { name, provider: endpoint.provider, id: endpoint.model }
  }
  const model = named(modelName(config))
  if (self === null || command === undefined || model === null) throw new UsageError('bad-argument', 'the configuration does not say how the agent improves itself', { remedy: 'Add `search: { self: true }`, a pass-rate metric with a suite, and a model: docs/guides/self-improving-agent.md.' })
  const { memory, cpu, processes, disk, output } = config.sandbox
  const limits = { memoryBytes: memory, cpuMs: cpu, wallMs: self.wall, processes, diskBytes: disk, outputBytes: output }
  const bridge = self.bridge || agentMetric(config)?.bridge === true
  return { command, model, analyst: self.analysis === 'facts' ? null : (named(self.analyst ?? null) ?? model), limits, calls: self.calls, usd: self.usd ?? null, needsTrajectory: self.trajectory === 'required', bridge }
}

/** An agent that writes its own next versions, as the configuration runs it. */
export async function selfProposer(invocation: Invocation, { target, judge, gateway, brief, run }: { readonly target: OpenTarget; readonly judge: OpenJudge; readonly gateway: Gateway; readonly brief: PromptBrief; readonly run: RunId }): Promise<Proposer> {
  const { config, scope } = judge.ports
  const isHidden = await hiddenFromAgents({ revisions: target.workspace.revisions, config, baseline: judge.baseline })
  return createSelfProposer({
    sandbox: judge.sandbox, doors: openDoors(invocation, target), gateway, slots: withholdingSlots(judge.slots, isHidden), scratch: target.workspace.scratch, config, agent: selfAgent(config),
    baseline: judge.baseline, isProtected: (file) => scope.isProtected(file), mounts: judge.mounts, run, brief,
  })
}
