import type { Answer, CallRefusal, Gateway } from '../../model/gateway.ts'
import type { ModelRequest } from '../../model/model-request.ts'
import { buildPrompt, type BuiltPrompt, type PromptBrief, type ReplyFormat } from '../../proposal/prompt/build-prompt.ts'
import { renderTemplate } from '../../proposal/prompt/render-template.ts'
import type { ProposalDraft, ProposalRefusal, ProposalRequest, Proposer, SourceFile } from '../../proposal/proposer.ts'
import { rationaleSentence } from '../../proposal/rationale-sentence.ts'
import { parseReply, type ParsedReply } from '../../proposal/reply/parse-reply.ts'
import type { UnusableReply } from '../../proposal/reply/reply-problem.ts'
import type { Research } from '../../research/research-desk.ts'
import type { SearchHistory } from '../../proposal/search-history.ts'
import { chooseModel, type ChoosableModel } from './choose-model.ts'

export interface ProposingModel extends ChoosableModel {
  readonly provider: string
  readonly id: string
  readonly maxOutputTokens: number
  /** Lowest and highest that is drawn; null: the provider decides. */
  readonly temperature: readonly [number, number] | null
  readonly formats: readonly [ReplyFormat, ...ReplyFormat[]]
}

export interface LlmProposerOptions {
  readonly gateway: Pick<Gateway, 'ask'>
  readonly models: readonly [ProposingModel, ...ProposingModel[]]
  readonly brief: PromptBrief
  /** Where it looks for what others have written; nowhere where left out. */
  readonly research?: Research
}

const noHistory: SearchHistory = { lineage: [], best: [], attempts: [] }
/** Of a reply that is shown to its model again. */
const mostRepeated = 20_000

/** Asks a language model for a change. What it answers is untrusted text that becomes edits of shown files or a refusal, after one more try where it cannot be read; nothing that it says decides anything. */
export function createLlmProposer(options: LlmProposerOptions): Proposer {
  const byPath = rememberedSources()
  return { name: 'llm', propose: (request, signal) => propose({ ...options, byPath }, request, signal) }
}

type SourcesByPath = (sources: readonly SourceFile[]) => ReadonlyMap<string, SourceFile>

/** Of a parent that is asked about again, the sources are the same: thousands of files are sorted in once. */
function rememberedSources(): SourcesByPath {
  const known = new WeakMap<readonly SourceFile[], ReadonlyMap<string, SourceFile>>()
  return (sources) => {
    const before = known.get(sources)
    if (before !== undefined) return before
    const made = new Map(sources.map((source) => [source.path, source]))
    known.set(sources, made)
    return made
  }
}

interface Exchange {
  readonly model: ProposingModel
  readonly format: ReplyFormat
  readonly prompt: BuiltPrompt
  /** Files that the model was shown: nothing else can it have meant. */
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly step: number
}

async function propose({ gateway, models, brief, research, byPath }: LlmProposerOptions & { readonly byPath: SourcesByPath }, request: ProposalRequest, signal: AbortSignal): Promise<ProposalDraft | null> {
  const { random, step = 0 } = request
  const model = chooseModel(models, request.models ?? new Map(), random)
  const format = random.pick(model.formats)
  const [low, high] = model.temperature ?? [0, 0]
  const temperature = Math.round((low + random.next() * (high - low)) * 100) / 100
  const all = byPath(request.sources)
  const history = (await request.history?.()) ?? noHistory
  const findings = (await research?.find(request.opportunities, signal)) ?? []
  const tasks = brief.isScored === true ? await request.tasks?.() : undefined
  const settings = { format, contextTokens: model.contextTokens, maxOutputTokens: model.maxOutputTokens, random, ...(model.temperature === null ? {} : { temperature }) }
  const prompt = buildPrompt(brief, { opportunities: request.opportunities, sources: all, findings, ...(tasks === undefined ? {} : { tasks }), ...(request.mate === undefined ? {} : { mate: request.mate }) }, history, settings)
  if (prompt.shown.length === 0) return null
  const sources = new Map(prompt.shown.flatMap(({ path }) => { const source = all.get(path); return source === undefined ? [] : [[path, source] as const] }))
  const exchange = { model, format, prompt, sources, step }
  const first = await ask(gateway, exchange, { request: prompt.request, again: false }, signal)
  if (first.kind === 'refused') return refusedDraft(refusalOf(first, exchange, []))
  const parsed = parseReply(first.reply, sources)
  if (parsed.kind === 'edits') return draftOf(parsed, exchange, { answers: [first], request, brief })
  const second = await ask(gateway, exchange, { request: repairRequest(brief, exchange, first, parsed), again: true }, signal)
  if (second.kind === 'refused') return refusedDraft({ code: parsed.problem, detail: `${parsed.detail}; asked again: ${second.detail}`, model: useOf(exchange, [first]) })
  const again = parseReply(second.reply, sources)
  if (again.kind === 'unusable') return refusedDraft({ code: again.problem, detail: again.detail, model: useOf(exchange, [first, second]) })
  return draftOf(again, exchange, { answers: [first, second], request, brief })
}

function ask(gateway: LlmProposerOptions['gateway'], { model, step }: Exchange, { request, again }: { readonly request: ModelRequest; readonly again: boolean }, signal: AbortSignal): Promise<Answer | CallRefusal> {
  return gateway.ask({ model: model.name, purpose: again ? 'repair' : 'propose', label: `step ${step}${again ? ' again' : ''}`, about: `step ${step}`, request }, { signal })
}

function repairRequest({ templates }: PromptBrief, { prompt, format }: Exchange, { reply }: Answer, { detail }: UnusableReply): ModelRequest {
  const form = renderTemplate({ name: `format-${format}.md`, text: templates[`format-${format}`] }, {})
  // Calls of tools need answers in every interface; told as text they need none.
  const said = [reply.text, ...reply.toolCalls.map(({ name, input }) => `${name}(${input})`)].join('\n').slice(0, mostRepeated)
  return { ...prompt.request, messages: [...prompt.request.messages, { role: 'assistant', text: said.trim() === '' ? '(nothing)' : said }, { role: 'user', text: renderTemplate({ name: 'retry.md', text: templates.retry }, { problem: detail, format: form }) }] }
}

function draftOf({ edits, rationale }: ParsedReply, exchange: Exchange, { answers, request, brief }: { readonly answers: readonly [Answer, ...Answer[]]; readonly request: ProposalRequest; readonly brief: PromptBrief }): ProposalDraft {
  const { model } = exchange
  const { mate } = request
  return {
    edits,
    operator: mate === undefined ? `llm-${brief.goal}` : 'llm-crossover',
    rationale: rationaleSentence(rationale),
    ...(mate === undefined ? {} : { mate: mate.commit }),
    model: { ...useOf(exchange, answers), provider: model.provider, id: model.id, promptDigest: answers[0].requestDigest, transcripts: answers.map(({ transcript }) => transcript) },
  }
}

function useOf({ model }: Exchange, answers: readonly Answer[]): NonNullable<ProposalRefusal['model']> {
  return { name: model.name, calls: answers.map(({ call }) => call), nanoUsd: answers.reduce((sum, { cost }) => sum + cost, 0) }
}

function refusalOf({ reason, detail, call }: CallRefusal, { model }: Exchange, answers: readonly Answer[]): ProposalRefusal {
  // Without room in the budget nobody was asked: whoever proposes as well may have the step.
  const isAsked = !['budget', 'overcharged', 'price-unknown', 'unknown-model'].includes(reason)
  return { code: reason, detail, model: isAsked ? { name: model.name, calls: [...answers.map((answer) => answer.call), call], nanoUsd: 0 } : null }
}

function refusedDraft(refusal: ProposalRefusal): ProposalDraft {
  return { edits: [], operator: 'llm', rationale: '', refusal: { ...refusal, detail: rationaleSentence(refusal.detail) } }
}
