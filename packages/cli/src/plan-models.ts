import type { EventBodies, ModelsConfig, Proposer, ProposerSetting, RuleJudge, RunState, SpendingLimits } from '@ratchet/core'
import { unlimited } from '@ratchet/core/model/spending-budget'
import type { OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import { suiteModels } from './suite-models.ts'
import { proposerSeparator, selfName } from './proposer-names.ts'
import type { RecordedRun } from './compose-models.ts'
import { hasJudgedRules } from './compose-rule-judge.ts'
import type { Invocation } from './invocation.ts'
import { UsageError } from './usage-error.ts'

/** Who proposes in a run, and what models may cost in it. */
export interface ModelPlan {
  readonly names: readonly string[]
  /** Null where no model is asked. */
  readonly models: { readonly config: ModelsConfig; readonly limits: SpendingLimits } | null
  readonly recorded: RecordedRun | null
}

export interface PlanRequest {
  readonly judge: OpenJudge
  readonly goal: 'improve' | 'repair'
  readonly options: { readonly usd?: number; readonly proposer?: ProposerSetting }
  readonly resumed: EventBodies['run-started'] | null
  readonly recorded: RecordedRun | null
}

/** The recorded run that is to be made again, or null. */
export async function recordedRun(invocation: Invocation, { replay, target }: { readonly replay?: string | true; readonly target: string }, resumed: EventBodies['run-started'] | null): Promise<RecordedRun | null> {
  if (replay === undefined && resumed?.replayed === true) throw new UsageError('bad-argument', `run ${resumed.run} is answered for from a recording`, { remedy: 'Give --replay with the repository of the recording as well: without it models would be asked, and paid.' })
  if (replay === undefined) return null
  if (resumed !== null && resumed.replayed !== true) throw new UsageError('bad-argument', `run ${resumed.run} asks models and cannot go on from a recording`, { remedy: 'Drop --replay, or start a new run with it.' })
  // Older journals do not say which run it makes again: in another repository one has its id, here only the last can be meant.
  const { openRecordedRun } = await import('./compose-models.ts')
  return openRecordedRun(invocation, replay === true ? target : replay, resumed?.recording ?? (replay === true ? null : (resumed?.run ?? null)))
}

/** Settled before anything is begun: a key that is missing or a price that nobody knows is said now. */
export async function planModels(invocation: Invocation, { judge, goal, options, resumed, recorded }: PlanRequest): Promise<ModelPlan> {
  const { config } = judge.ports
  const asked = options.proposer !== undefined ? [options.proposer] : config.search.self === null ? config.proposers : [selfName]
  const names = (resumed ?? recorded?.started)?.proposer.split(proposerSeparator) ?? asked.map((name) => (name === 'genetic' && goal === 'repair' ? 'repair' : name))
  const isJudged = hasJudgedRules(judge.ports.constitution) && config.models !== undefined
  const suites = goal === 'improve' ? suiteModels(config) : []
  const asking = names.filter((name) => name === 'llm' || name === 'agent' || name === selfName)
  if (asking.length === 0 && !isJudged && suites.length === 0) return { names, models: null, recorded: null }
  if (config.models === undefined) throw new UsageError('bad-argument', `the proposer ${asking[0] ?? 'llm'} needs \`models\` in the configuration`, { remedy: 'Add for instance `models: { use: { local: { provider: ollama, model: qwen3-coder } } }`.' })
  const { knownModels, proposingNames, refuseUnaskable, spendingLimits } = await import('./compose-models.ts')
  const limits = resumed?.modelBudget ?? recorded?.started.modelBudget ?? lower(spendingLimits(config.models.budget), spendingLimits({ usd: options.usd }))
  const { research } = config
  if (names.includes('llm') && research !== undefined) (await import('./compose-research.ts')).searchSources(invocation, { config: { ...config, research }, revisions: judge.ports.revisions, baseline: judge.baseline, isRecorded: recorded !== null })
  if (names.includes('agent') && (config.agents === undefined || config.sandbox.tier !== 'namespace')) throw new UsageError('bad-argument', 'the proposer agent needs `agents` in the configuration, and `tier: namespace`', { remedy: 'Add for instance `agents: { use: { claude: { preset: claude } } }`.' })
  if (recorded === null) {
    const needed = new Set([...(names.includes('llm') ? proposingNames(config.models) : []), ...(names.includes('agent') ? (await import('./compose-agents.ts')).agentModels(config) : []), ...(names.includes(selfName) ? (await import('./compose-self.ts')).selfModels(config) : []), ...suites])
    refuseUnaskable((await knownModels(invocation, config.models)).filter(({ name }) => needed.has(name)), limits)
  }
  return { names, models: { config: config.models, limits }, recorded }
}

/** The lower of two limits in money holds. */
function lower(limits: SpendingLimits, { nanoUsd }: SpendingLimits): SpendingLimits {
  return { ...unlimited, ...limits, nanoUsd: nanoUsd === null || (limits.nanoUsd !== null && limits.nanoUsd < nanoUsd) ? limits.nanoUsd : nanoUsd }
}

export interface RunModels {
  readonly llm: Proposer | null
  readonly agent: Proposer | null
  /** Null where nothing improves itself. */
  readonly self: Proposer | null
  readonly ruleJudge: RuleJudge | null
}

/** The models of a run behind one gateway: who proposes, and who answers rules in words. */
export async function openRunModels(invocation: Invocation, { target, judge, state, plan, failing }: { readonly target: OpenTarget; readonly judge: OpenJudge; readonly state: RunState; readonly plan: ModelPlan; readonly failing: string }): Promise<RunModels> {
  if (plan.models === null) return { llm: null, agent: null, self: null, ruleJudge: null }
  const { config: models, limits } = plan.models
  const { llmProposer, openModelGateway, openRuleJudge, promptBrief } = await import('./compose-models.ts')
  const gateway = await openModelGateway(invocation, { target, models, run: state.run, limits, ...(plan.recorded === null ? {} : { recording: plan.recorded.recording }) })
  judge.gateway.use(gateway)
  const { config, revisions, constitution } = judge.ports
  const brief = await promptBrief({ revisions, config, baseline: judge.baseline, constitution: constitution ?? null, goal: state.started.goal ?? 'improve', failing })
  return {
    llm: plan.names.includes('llm') ? await llmProposer(invocation, { gateway, models, brief, research: await (await import('./compose-research.ts')).openRunResearch(invocation, { target, config, baseline: judge.baseline, run: state.run, recording: plan.recorded?.searches ?? null }) }) : null,
    agent: plan.names.includes('agent') ? await (await import('./compose-agents.ts')).agentProposer(invocation, { target, judge, gateway, brief, run: state.run }) : null,
    self: plan.names.includes(selfName) ? await (await import('./compose-self.ts')).selfProposer(invocation, { target, judge, gateway, brief, run: state.run }) : null,
    ruleJudge: hasJudgedRules(constitution) ? await openRuleJudge({ gateway, models, revisions, brief }) : null,
  }
}
