import type { RunId } from '../journal/event.ts'
import type { ObjectId, ProposalId } from '../proposal/proposal.ts'
import type { PolicyRule } from './constitution.ts'

/** What a model said to the question of a rule: the rule applies, does not, or there is no answer that counts. */
export type JudgedAnswer = 'yes' | 'no' | 'unsure'

/**
 * The answer to one rule in words, as the journal keeps it: no text of the model's, which could hold anything. Whoever wants to read that finds it, redacted, in the transcript.
 */
export interface JudgedRule {
  readonly rule: string
  readonly answer: JudgedAnswer
  /** Why there is no answer, as a code; null where there is one. */
  readonly failed: string | null
  readonly model: string | null
  readonly call: string | null
  readonly transcript: string | null
}

export interface JudgeQuestion {
  readonly run: RunId | null
  readonly proposal: ProposalId
  /** Tells several judgements of one proposal apart. */
  readonly occasion: string
  readonly rule: PolicyRule
  readonly baseline: ObjectId
  readonly candidate: ObjectId
}

/** What the call is named that answers a rule: a resumed run asks nothing twice, and `verify` finds it again. */
export function judgeLabel({ proposal, occasion, rule }: { readonly proposal: ProposalId; readonly occasion: string; readonly rule: string }): string {
  return `judge ${proposal} ${occasion} ${rule}`
}

/** Answers rules that only words can say. It never throws but when it is aborted: without an answer a person is asked. */
export interface RuleJudge {
  judge(question: JudgeQuestion, signal: AbortSignal): Promise<JudgedRule>
}
