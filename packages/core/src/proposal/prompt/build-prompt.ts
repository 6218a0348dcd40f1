import { createTwoFilesPatch } from 'diff'
import { likelyTokens } from '../../model/count-tokens.ts'
import type { ModelRequest } from '../../model/model-request.ts'
import type { Random } from '../../randomness/seeded-random.ts'
import type { Finding } from '../../research/finding.ts'
import type { Opportunity } from '../proposal.ts'
import type { Mate, ProposalRequest, SourceFile } from '../proposer.ts'
import { editTools } from '../reply/read-tool-calls.ts'
import type { Attempt, SearchHistory, TrajectoryStep } from '../search-history.ts'
import { shownFailure, type TaskRecord } from '../../weakness/task-failure.ts'
import { createDataFence } from './data-fence.ts'
import type { PromptTemplates } from './prompt-templates.ts'
import { renderTemplate } from './render-template.ts'
import { selectFiles, type ShownFile } from './select-files.ts'

export const replyFormats = ['search-replace', 'unified-diff', 'whole-file', 'tools'] as const
export type ReplyFormat = (typeof replyFormats)[number]

/** What does not change in a run. */
export interface PromptBrief {
  readonly goal: 'improve' | 'repair'
  /** In words, from the configuration. */
  readonly objective: string
  /** The constitution in words; empty where there is none. */
  readonly constraints: string
  /** What the failing tests of the baseline print; empty where none fail. */
  readonly failing: string
  /** The objective is how many examples are solved: what the files make the program do may change. */
  readonly isScored?: boolean
  readonly templates: PromptTemplates
}

export interface PromptSettings {
  readonly format: ReplyFormat
  /** What the whole prompt may hold, about. */
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly temperature?: number
  readonly random: Random
}

export interface BuiltPrompt {
  readonly request: ModelRequest
  readonly shown: readonly ShownFile[]
}

/** Of the prompt besides files. */
export const mostFailing = 6_000
const mostMate = 12_000
/** Left for everything but files. */
const overheadTokens = 2_500

/** The prompt for one proposal. Pure: the same request, brief and settings give the same prompt, to the letter. */
export function buildPrompt(brief: PromptBrief, request: Pick<ProposalRequest, 'opportunities' | 'mate'> & { readonly sources: ReadonlyMap<string, SourceFile>; readonly findings?: readonly Finding[]; readonly tasks?: TaskRecord }, history: SearchHistory, settings: PromptSettings): BuiltPrompt {
  const { templates, goal } = brief
  const mate = request.mate === undefined ? '' : mateDiff(request.mate)
  const found = (request.findings ?? []).map(findingText)
  const shown = selectFiles({ ...request, opportunities: mate === '' ? request.opportunities : [...mateOpportunities(request.mate), ...request.opportunities], mentions: brief.failing, tokens: Math.max(500, settings.contextTokens - overheadTokens - likelyTokens(mate) - likelyTokens(found.join(''))), random: settings.random })
  const failing = brief.failing.slice(-mostFailing)
  const examples = exampleTexts(request.tasks, settings.random)
  const data = { attempts: attemptsText(history.attempts), lineage: stepsText(history.lineage), contrast: contrastText(history) }
  const fence = createDataFence([failing, mate, ...found, ...examples, ...Object.values(data), ...shown.map(({ text }) => text)])
  const quoted = (name: string, text: string): string => (text === '' ? '' : fence.quote(name, text))
  const values = {
    fence: fence.mark,
    objective: brief.objective,
    constraints: brief.constraints,
    format: renderTemplate({ name: `format-${settings.format}.md`, text: templates[`format-${settings.format}`] }, {}),
    standing: standingText(history),
    opportunities: opportunitiesText(request.opportunities, shown),
    failing: quoted('output of the tests', failing),
    mate: quoted('the other version', mate),
    attempts: quoted('attempts', data.attempts),
    lineage: quoted('steps', data.lineage),
    contrast: quoted('steps that went wrong', data.contrast),
    exact: brief.isScored === true ? '' : 'yes',
    scored: brief.isScored === true ? 'yes' : '',
    examples: examples.map((text, index) => quoted(`example ${index + 1}`, text)).join('\n\n'),
    findings: found.map((text, index) => quoted(`finding ${index + 1}`, text)).join('\n\n'),
    files: shown.map(({ path, text, lines }) => quoted(`${path}${lines === null ? '' : ` (lines ${lines[0]} to ${lines[1]} only)`}`, text)).join('\n\n'),
    angle: angleOf(templates.angles, { goal, random: settings.random }),
  }
  const name = mate !== '' ? 'crossover' : goal
  const { temperature } = settings
  return {
    shown,
    request: {
      system: renderTemplate({ name: 'system.md', text: templates.system }, values),
      messages: [{ role: 'user', text: renderTemplate({ name: `${name}.md`, text: templates[name] }, values) }],
      ...(settings.format === 'tools' ? { tools: editTools } : {}),
      ...(temperature === undefined ? {} : { temperature }),
      maxOutputTokens: settings.maxOutputTokens,
    },
  }
}

/** Of what a version fails at, drawn anew for every prompt: a few that are understood help more than all of them. */
const mostExamples = 6
const mostExample = 600

function exampleTexts(tasks: TaskRecord | undefined, random: Random): readonly string[] {
  if (tasks === undefined || tasks.failures.length === 0) return []
  return random.shuffle(tasks.failures).slice(0, mostExamples).map(shownFailure).map(({ task, why, failing, tail }) => `${task}\n${why === 'tests-failed' ? 'not solved' : why}${failing.length === 0 ? '' : `; fails: ${failing.join('; ')}`}\n${tail.slice(-mostExample)}`)
}

/** Where it comes from stands inside of the marks: an address is a stranger's text as well. */
function findingText({ title, source, text }: Finding): string {
  return `from: ${source}${title === '' ? '' : `\ntitle: ${title}`}\n\n${text}`
}

export function angleOf(text: string, { goal, random }: { readonly goal: PromptBrief['goal']; readonly random: Random }): string {
  const angles = text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const drawn = angles.length === 0 ? '' : random.pick(angles)
  return goal === 'repair' ? '' : drawn
}

/** `shown`: only those in files that are shown; all of them where left out. */
export function opportunitiesText(opportunities: readonly Opportunity[], shown?: readonly ShownFile[]): string {
  const paths = shown === undefined ? null : new Set(shown.map(({ path }) => path))
  return opportunities.filter(({ path }) => paths?.has(path) !== false).toSorted((a, b) => b.weight - a.weight).slice(0, 12).map((one) => `- ${lineOf(one)}`).join('\n')
}

/** Names and remarks come from the repository: printed as JSON they stay on their line. */
function lineOf(one: Opportunity): string {
  const place = `${JSON.stringify(one.path)}${one.line === null ? '' : ` line ${one.line}`}`
  switch (one.kind) {
    case 'hot-function':
      return `${place}: the function ${JSON.stringify(one.functionName.slice(0, 100))} takes ${Math.round(one.weight * 100)} % of the time`
    case 'failing-test':
      return `${place}: suspicion ${one.weight.toFixed(2)}`
    default:
      return `${place}: ${one.kind}: ${JSON.stringify(one.evidence.slice(0, 200))}`
  }
}

function ratioText(ratio: number | null): string {
  return ratio === null ? 'not measured' : `${ratio.toFixed(3)} times as good as the beginning`
}

export function standingText({ lineage, best }: SearchHistory): string {
  const own = lineage.at(-1)?.ratio ?? 1
  const top = best.at(-1)?.ratio ?? 1
  return `this version is ${own.toFixed(3)} times as good as the beginning${top > own ? `; the best so far is ${top.toFixed(3)} times` : ''}.`
}

export function stepsText(steps: readonly TrajectoryStep[]): string {
  return steps.slice(-6).map(({ rationale, ratio }, index) => `${index + 1}. ${rationale.slice(0, 300)} (${ratioText(ratio)})`).join('\n')
}

export function attemptsText(attempts: readonly Attempt[]): string {
  return attempts.slice(0, 8).map(({ rationale, verdict, reasons, ratio, failing }) => `- ${rationale.slice(0, 240)}\n  ${verdict}: ${reasons.slice(0, 2).join('; ').slice(0, 400)}${ratio === null ? '' : ` (${ratioText(ratio)})`}${failing.length === 0 ? '' : `\n  failing: ${failing.slice(0, 3).join('; ').slice(0, 400)}`}`).join('\n')
}

/** Beside the line that works, one that does not: the newest rejected change that breaks something. */
export function contrastText({ attempts, best }: SearchHistory): string {
  const broken = attempts.find(({ verdict, failing, ratio }) => verdict === 'rejected' && (failing.length > 0 || (ratio !== null && ratio < 1)))
  if (broken === undefined || best.length === 0) return ''
  return `It began with: ${broken.rationale.slice(0, 300)}\nIt ended with: ${broken.reasons.slice(0, 3).join('; ').slice(0, 500)}${broken.failing.length === 0 ? '' : `\nWhat failed: ${broken.failing.join('; ').slice(0, 500)}`}`
}

function mateOpportunities(mate: Mate | undefined): readonly Opportunity[] {
  return changedFiles(mate).map(({ path }) => ({ kind: 'failing-test', path, line: 1, weight: 1 }))
}

function changedFiles(mate: Mate | undefined): readonly { readonly path: string; readonly before: string; readonly after: string }[] {
  const base = new Map((mate?.base ?? []).map((file) => [file.path, file.text]))
  return (mate?.sources ?? []).flatMap(({ path, text }) => {
    const before = base.get(path)
    return before === undefined || before === text ? [] : [{ path, before, after: text }]
  })
}

function mateDiff(mate: Mate): string {
  return changedFiles(mate).map(({ path, before, after }) => createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3, headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true }, maxEditLength: 4_000 }) ?? '').join('').slice(0, mostMate)
}
