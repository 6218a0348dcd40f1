import type { AgentConfig, Config, Gateway, PromptBrief, Proposer, RunId } from '@ratchet/core'
import { presetOf } from '@ratchet/core/agent/presets'
import { createAgentProposer, type ProposingAgent } from '@ratchet/core/adapters/agent-proposer/agent-proposer'
import type { OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import { openDoors } from './compose-benchmark.ts'
import { hiddenFromAgents } from './compose-hidden-paths.ts'
import type { Invocation } from './invocation.ts'
import { UsageError } from './usage-error.ts'

export function proposingAgentNames({ agents }: Pick<Config, 'agents'>): readonly string[] {
  return agents?.propose ?? Object.keys(agents?.use ?? {})
}

/** The models that agents ask. */
export function agentModels(config: Pick<Config, 'agents' | 'models'>): readonly string[] {
  return [...new Set(proposingAgentNames(config).flatMap((name) => agentModel(config, config.agents?.use[name]) ?? []))]
}

function agentModel({ models }: Pick<Config, 'models'>, agent: AgentConfig | undefined): string | null {
  return agent?.model ?? Object.keys(models?.use ?? {})[0] ?? null
}

/** Agents of the configuration, with what their presets say. */
export function proposingAgents(config: Config, names: readonly string[] = proposingAgentNames(config)): readonly ProposingAgent[] {
  return names.flatMap((name) => {
    const agent = config.agents?.use[name]
    const modelName = agentModel(config, agent)
    const endpoint = modelName === null ? undefined : config.models?.use[modelName]
    if (agent === undefined || modelName === null || endpoint === undefined) return []
    const preset = presetOf(agent.preset)
    const { memory, cpu, wall, processes, disk, output, calls, usd } = agent.limits
    return [{
      name,
      command: agent.run ?? preset.command ?? '',
      code: agent.code?.replace(/\/+$/, '') ?? null,
      model: { name: modelName, provider: endpoint.provider, id: endpoint.model },
      environment: { ...preset.environment(modelName), ...agent.environment },
      bridge: agent.bridge ?? preset.bridge,
      trajectory: agent.trajectory,
      limits: { memoryBytes: memory, cpuMs: cpu, wallMs: wall, processes, diskBytes: disk, outputBytes: output },
      calls,
      ...(usd === undefined ? {} : { usd }),
    }]
  })
}

export interface AgentProposerRequest {
  readonly target: OpenTarget
  readonly judge: OpenJudge
  readonly gateway: Gateway
  readonly brief: PromptBrief
  readonly run: RunId
}

export async function agentProposer(invocation: Invocation, { target, judge, gateway, brief, run }: AgentProposerRequest): Promise<Proposer> {
  const { config, scope } = judge.ports
  const { workspace } = target
  const [first, ...others] = proposingAgents(config)
  if (first === undefined) throw new UsageError('bad-argument', 'no agent may make proposals', { remedy: 'Name one under agents.use, with a model under models.use.' })
  const isHidden = await hiddenFromAgents({ revisions: workspace.revisions, config, baseline: judge.baseline })
  return createAgentProposer({
    sandbox: judge.sandbox, doors: openDoors(invocation, target), gateway, slots: judge.slots, revisions: workspace.revisions, scratch: workspace.scratch, run, baseline: judge.baseline, brief,
    agents: [first, ...others], isProtected: (file) => scope.isProtected(file), isHidden, mounts: judge.mounts,
  })
}
