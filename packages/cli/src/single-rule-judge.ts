import type { Config, Constitution, ObjectId, RevisionReader, RuleJudge } from '@ratchet/core'
import type { SharedGateway } from './compose-benchmark.ts'
import { hasJudgedRules } from './compose-rule-judge.ts'

/** Answers rules in words for a command that judges outside of a run. The gateway is opened when the first one is asked. */
export function singleRuleJudge({ gateway, revisions, config, constitution, baseline }: { readonly gateway: SharedGateway; readonly revisions: RevisionReader; readonly config: Config; readonly constitution: Constitution | null; readonly baseline: ObjectId }): RuleJudge | null {
  const { models } = config
  if (models === undefined || !hasJudgedRules(constitution)) return null
  let opened: Promise<RuleJudge> | null = null
  const open = async (): Promise<RuleJudge> => {
    const { openRuleJudge, promptBrief } = await import('./compose-models.ts')
    return openRuleJudge({ gateway: await gateway.get(), models, revisions, brief: await promptBrief({ revisions, config, baseline, constitution, goal: 'improve', failing: '' }) })
  }
  return {
    judge: async (question, signal) => {
      opened ??= open()
      return (await opened).judge(question, signal)
    },
  }
}
