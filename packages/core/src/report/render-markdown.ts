import { awaitsPerson, bestVariant, tellingVariants } from './best-variants.ts'
import { countText, durationText, intervalText, moneyText, ratioText, tasksText, timeText, verdictText } from './figures.ts'
import { codeText, proseText } from './markdown-text.ts'
import { selfMarkdown } from './self-markdown.ts'
import type { ReportedJudgement, ReportedRun, RunReport, Score } from './run-report.ts'

const runsShown = 20
const rowsShown = 25

/** The report as Markdown, for a terminal, a pull request or a file. Nothing that a proposal says can become markup in it. */
export function renderMarkdown(report: RunReport): string {
  const runs = report.runs.slice(-runsShown).toReversed()
  const sections = [
    '# Ratchet report',
    `Journal: ${countText(report.head.sequence)} events, head ${codeText(report.head.hash)}`,
    ...alerts(report),
    ...applications(report),
    ...runs.flatMap(runSection),
    ...(report.runs.length > runs.length ? [`${countText(report.runs.length - runs.length)} earlier runs are not shown.`] : []),
    ...changes(report),
  ]
  if (report.runs.length === 0 && report.changes.length === 0) sections.push('Nothing has been evaluated yet.')
  return `${sections.join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function alerts({ alerts = [] }: RunReport): readonly string[] {
  if (alerts.length === 0) return []
  const rows = alerts.slice(-rowsShown).toReversed().map(({ kind, severity, proposal, signs, at }) => [kind, severity, proposal === null ? '' : codeText(proposal), signs.map(codeText).join(' '), proseText(timeText(at))])
  const left = alerts.length - rows.length
  return ['## Alerts', table(['alert', 'severity', 'proposal', 'signs', 'when'], rows), ...(left > 0 ? [`${countText(left)} earlier alerts are not listed.`] : [])]
}

function applications(report: RunReport): readonly string[] {
  if (report.applications.length === 0) return []
  const rows = report.applications.slice(-rowsShown).toReversed().map((held) => [
    codeText(held.proposal),
    held.status,
    codeText(held.ref),
    codeText(held.commit.slice(0, 10)),
    held.revert === null ? '' : codeText(held.revert.commit.slice(0, 10)),
    proseText(timeText(held.at)),
  ])
  return ['## Applied changes', table(['proposal', 'status', 'branch', 'commit', 'reverted by', 'when'], rows)]
}

function runSection(run: ReportedRun): readonly string[] {
  const best = bestVariant(run)
  const { accepted, inconclusive, rejected } = run.verdicts
  const facts = [
    ['state', run.finished === null ? 'running or interrupted' : `finished (${run.finished})`],
    ['winner', run.winner === null ? 'none' : offerText(run, run.winner)],
    ...(run.beside === undefined ? [] : [['beside it', offerText(run, run.beside)]]),
    ['best proven in the search', best === null ? 'nothing' : `${codeText(best.proposal)} ${best.tasks === undefined ? scoreText(best.score) : tasksText(best.tasks)}`],
    ['evaluations', `${countText(run.evaluated)} of ${countText(run.evaluations)} in ${durationText(run.evaluationMs)}`],
    ['verdicts', `${countText(accepted)} accepted, ${countText(run.verdicts['approval-required'])} need approval, ${countText(inconclusive)} inconclusive, ${countText(rejected)} rejected`],
    ['refused before evaluation', `${countText(run.duplicates)} duplicates; ${countText(run.fruitless)} steps without a proposal`],
    ['how', `strategy ${codeText(run.strategy)}, proposer ${codeText(run.proposer)}, seed ${run.seed}, sandbox ${codeText(run.tier)}`],
    ['baseline', codeText(run.baseline)],
    ['started', proseText(timeText(run.startedAt))],
  ]
  return [`## Run ${codeText(run.id)}`, table(['', ''], facts), ...reasons(run), ...spending(run), ...(run.self === undefined ? [] : selfMarkdown(run, run.self, table)), ...variants(run), ...settling(run)]
}

/** With who is asked about it, where somebody is. */
function offerText(run: ReportedRun, id: string): string {
  return `${codeText(id)}${awaitsPerson(run, id) ? ', which needs an approval' : ''}`
}

function reasons(run: ReportedRun): readonly string[] {
  if (run.reasons.length === 0) return []
  return ['### Why', table(['reason', 'proposals'], run.reasons.map(({ code, count }) => [codeText(code), countText(count)]))]
}

function spending({ spending: spent }: ReportedRun): readonly string[] {
  if (spent === undefined) return []
  const models = spent.byModel.map((line) => [codeText(line.model), codeText(line.id), countText(line.calls), countText(line.failed), countText(line.inputTokens), countText(line.outputTokens), moneyText(line.usd), moneyText(line.assumedUsd)])
  const steps = spent.bySteps.slice(0, 5).map(({ step, calls, usd }) => [proseText(step), countText(calls), moneyText(usd)])
  return ['### Models', table(['model', 'as its provider calls it', 'calls', 'failed', 'tokens sent', 'received', 'spent', 'of that assumed'], models), table(['dearest steps', 'calls', 'spent'], steps)]
}

function variants(run: ReportedRun): readonly string[] {
  const shown = tellingVariants(run, rowsShown)
  if (shown.length === 0) return []
  const rows = shown.map((variant) => [String(variant.index), ...judgementCells(variant), `${variant.parent === 0 ? 'baseline' : variant.parent}${variant.mate === undefined ? '' : ` with ${variant.mate}`}`])
  const rest = run.variants.length - shown.length
  return [
    '### Proposals',
    table(['#', ...judgementHead, 'on'], rows),
    ...(rest > 0 ? [`${countText(rest)} more are not shown; \`ratchet proposals --all\` lists them.`] : []),
  ]
}

function settling(run: ReportedRun): readonly string[] {
  if (run.settling.length === 0) return []
  const rows = run.settling.slice(-rowsShown).map((judgement) => [`${judgement.purpose} ${judgement.trial}`, ...judgementCells(judgement)])
  return ['### Settling the winner', table(['step', ...judgementHead], rows)]
}

function changes(report: RunReport): readonly string[] {
  if (report.changes.length === 0) return []
  const rows = report.changes.slice(-rowsShown).toReversed().map(judgementCells)
  return ['## Changes judged on their own', table(judgementHead, rows)]
}

const judgementHead = ['proposal', 'verdict', 'score', 'change', 'reason']

function judgementCells(judgement: ReportedJudgement): readonly string[] {
  const { proposal, verdict, score, tasks, operator, rationale, reasons: why } = judgement
  return [codeText(proposal), verdictText(verdict), tasks === undefined ? scoreText(score) : tasksText(tasks), `${codeText(operator)} ${proseText(rationale)}`, why[0] === undefined ? '' : `${codeText(why[0].code)} ${proseText(why[0].message)}`]
}

function scoreText(score: Score | null): string {
  return score === null ? 'not measured' : `${ratioText(score.estimate)} (${intervalText(score)})`
}
