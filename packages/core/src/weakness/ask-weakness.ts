import type { Gateway } from '../model/gateway.ts'
import type { ModelRequest } from '../model/model-request.ts'
import { createDataFence } from '../proposal/prompt/data-fence.ts'
import { renderTemplate } from '../proposal/prompt/render-template.ts'
import type { ProposalModel } from '../proposal/proposal.ts'
import type { SourceFile } from '../proposal/proposer.ts'
import { failuresText } from './failures-text.ts'
import { parseWeakness } from './parse-weakness.ts'
import type { TaskFailure } from './task-failure.ts'
import type { Weakness } from './weakness.ts'

export interface WeaknessQuestion {
  /** Of the agent that is to be improved: its own failures, on tasks that it may see. */
  readonly failures: readonly TaskFailure[]
  readonly solved: number
  /** Of all, those that are not shown included. */
  readonly unsolved: number
  readonly sources: readonly SourceFile[]
  readonly objective: string
}

export interface WeaknessAsking {
  readonly gateway: Pick<Gateway, 'ask'>
  readonly model: Pick<ProposalModel, 'name' | 'provider' | 'id'>
  /** The template `weakness.md`. */
  readonly template: string
  /** Unique within the run, and the same when a resumed run asks it again. */
  readonly label: string
  readonly about: string
}

/** What a model made of the failures, or why nothing; with what it took either way. */
export interface AskedWeakness {
  readonly weakness: Weakness | null
  /** A `WeaknessProblem`, or why the gateway refused; null where there is a weakness. */
  readonly problem: string | null
  /** Null where nobody answered. */
  readonly use: ProposalModel | null
}

/** Characters of code that are shown; of larger files the beginning. */
const mostCode = 60_000
const mostFile = 16_000
const mostTokens = 2_000

/** Asks a model what an agent's failures have in common. One call, answered from the record when the run is resumed or replayed. */
export async function askWeakness({ gateway, model, template, label, about }: WeaknessAsking, question: WeaknessQuestion, signal: AbortSignal): Promise<AskedWeakness> {
  const answer = await gateway.ask({ model: model.name, purpose: 'propose', label, about, request: weaknessRequest(question, template) }, { signal })
  if (answer.kind === 'refused') return { weakness: null, problem: answer.reason, use: null }
  const use: ProposalModel = { ...model, promptDigest: answer.requestDigest, calls: [answer.call], transcripts: [answer.transcript], nanoUsd: answer.cost }
  const reading = parseWeakness(answer.reply)
  if ('problem' in reading) return { weakness: null, problem: reading.problem, use }
  const tasks = question.failures.map(({ task }) => task)
  return { weakness: { ...reading, source: 'model', tasks, unsolved: tasks.length }, problem: null, use }
}

/** @throws ModelError `template-invalid` */
export function weaknessRequest({ failures, solved, unsolved, sources, objective }: WeaknessQuestion, template: string): ModelRequest {
  const shown = shownSources(sources)
  const told = failuresText(failures)
  const fence = createDataFence([told, ...shown.map(({ text }) => text)])
  const values = {
    fence: fence.mark,
    objective,
    standing: `It solved ${solved} of ${solved + unsolved} tasks that it was given.`,
    failures: told === '' ? '' : fence.quote('what it did not solve', told),
    files: shown.map(({ path, text }) => fence.quote(path, text)).join('\n\n'),
  }
  return { system: '', messages: [{ role: 'user', text: renderTemplate({ name: 'weakness.md', text: template }, values) }], maxOutputTokens: mostTokens }
}

/** Small files first: an agent's prompts and tools are, and what is generated is not. */
function shownSources(sources: readonly SourceFile[]): readonly SourceFile[] {
  const shown: SourceFile[] = []
  let left = mostCode
  for (const { path, text } of sources.toSorted((a, b) => a.text.length - b.text.length || (a.path < b.path ? -1 : 1))) {
    const part = text.slice(0, Math.min(left, mostFile)).toWellFormed()
    if (part === '' && text !== '') break
    left -= part.length
    shown.push({ path, text: part })
  }
  return shown.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
