import { readJudgedAnswer } from '../../constitution/read-judged-answer.ts'
import { judgeLabel, type JudgedRule, type JudgeQuestion, type RuleJudge } from '../../constitution/rule-judge.ts'
import { Failure } from '../../failure/failure.ts'
import type { Gateway } from '../../model/gateway.ts'
import type { ModelRequest } from '../../model/model-request.ts'
import { createDataFence } from '../../proposal/prompt/data-fence.ts'
import { renderTemplate } from '../../proposal/prompt/render-template.ts'

export interface LlmRuleJudgeOptions {
  readonly gateway: Pick<Gateway, 'ask'>
  /** As the configuration names it. */
  readonly model: string
  /** The template `judge.md`. */
  readonly template: string
  readonly diff: (baseline: string, candidate: string) => Promise<string>
}

/** A longer change is for a person: what is left out could be what matters. */
const mostCharacters = 100_000
/** Bytes that are no text, or a file that only says that it is another: whoever judges it would judge something else. Every other line of a diff begins with a sign. */
const unreadable = /^Binary files |^GIT binary patch/m
/** Some models think before they answer. */
export const judgeAnswerTokens = 4_000

/**
 * A rule in words, answered by a model. The change is quoted as data behind marks that it cannot know; and whatever it makes the model say, the most that it can win is what it would have without the rule: a rule denies or
 * asks, and nothing that is said here allows anything. A change with something in it that looks like a secret is for a person: what the model is not shown may be what matters.
 *
 * @throws ModelError `template-invalid`
 */
export function createLlmRuleJudge({ gateway, model, template, diff }: LlmRuleJudgeOptions): RuleJudge {
  // What is wrong with the template is said before anything is evaluated.
  promptOf({ statement: 'rule', question: 'question' }, { patch: 'change', template })
  return {
    judge: async (question, signal) => {
      const { rule, proposal, occasion } = question
      const none = (failed: string, call: string | null = null): JudgedRule => ({ rule: rule.id, answer: 'unsure', failed, model, call, transcript: null })
      const patch = await diff(question.baseline, question.candidate).catch((error: unknown) => {
        if (signal.aborted || !(error instanceof Failure)) throw error
        return error
      })
      if (patch instanceof Failure) return none(patch.code)
      if (patch.length > mostCharacters) return none('patch-too-large')
      if (unreadable.test(patch) || patch.includes('\0') || patch.includes('\uFFFD')) return none('unreadable-change')
      const answer = await gateway.ask({ model, purpose: 'judge', label: judgeLabel({ proposal, occasion, rule: rule.id }), about: `judge ${proposal}`, request: requestOf(question, { patch, template }), isWhole: true }, { signal })
      if (answer.kind === 'refused') return none(answer.reason, answer.call)
      const said = answer.reply.finish === 'stop' ? readJudgedAnswer(answer.reply.text) : null
      return { rule: rule.id, answer: said ?? 'unsure', failed: said === null ? 'unreadable-answer' : said === 'unsure' ? 'unsure' : null, model, call: answer.call, transcript: answer.transcript }
    },
  }
}

function requestOf({ rule }: JudgeQuestion, { patch, template }: { readonly patch: string; readonly template: string }): ModelRequest {
  const text = promptOf({ statement: rule.statement, question: rule.judge ?? '' }, { patch, template })
  return { system: '', messages: [{ role: 'user', text }], maxOutputTokens: judgeAnswerTokens }
}

function promptOf(rule: { readonly statement: string; readonly question: string }, { patch, template }: { readonly patch: string; readonly template: string }): string {
  const fence = createDataFence([patch])
  return renderTemplate({ name: 'judge.md', text: template }, { ...rule, fence: fence.mark, change: fence.quote('the change', patch) })
}
