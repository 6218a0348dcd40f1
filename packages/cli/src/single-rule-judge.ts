import type { Config, Constitution, ObjectId, RuleJudge } from '@ratchet/core'
import type { OpenTarget } from './compose.ts'
import { hasJudgedRules, openModelGateway, openRuleJudge, promptBrief, spendingLimits } from './compose-models.ts'
import type { Invocation } from './invocation.ts'
import type { ModelPurse } from './model-purse.ts'

/** Answers rules in words for a command that judges outside of a run. The gateway is opened when the first one is asked. */
export function singleRuleJudge(invocation: Invocation, { target, config, constitution, baseline, purse }: { readonly target: OpenTarget; readonly config: Config; readonly constitution: Constitution | null; readonly baseline: ObjectId; readonly purse: ModelPurse }): RuleJudge | null {
  const { models } = config
  if (models === undefined || !hasJudgedRules(constitution)) return null
  let opened: Promise<RuleJudge> | null = null
  const open = async (): Promise<RuleJudge> => {
    const { revisions } = target.workspace
    const gateway = await purse.open(spendingLimits(models.budget), (limits) => openModelGateway(invocation, { target, models, run: null, limits }))
    return openRuleJudge({ gateway, models, revisions, brief: await promptBrief({ revisions, config, baseline, constitution, goal: 'improve', failing: '' }) })
  }
  return {
    judge: async (question, signal) => {
      opened ??= open()
      return (await opened).judge(question, signal)
    },
  }
}
