import { awaitsPerson, bestVariant, tellingVariants } from './best-variants.ts'
import { countText, durationText, intervalText, ratioText, shortId, timeText, verdictText } from './figures.ts'
import { html, type Html } from './html-text.ts'
import { judgementTable } from './judgement-table.ts'
import { lineageTree } from './lineage-tree.ts'
import type { ReportedRun, ReportedVerdict } from './run-report.ts'
import { scorePlot } from './score-plot.ts'
import { selfSection } from './self-section.ts'
import { verdictMark } from './verdict-mark.ts'

const rowsShown = 250

/** One run: what came out, the plot, why proposals fell, the lineage and the proposals themselves. */
export function runSection(run: ReportedRun, isOpen: boolean): Html {
  const state = run.finished === null ? 'running or interrupted' : run.winner === null ? 'nothing to offer' : 'has a winner'
  const body = html`${figures(run)}
${run.variants.length === 0 ? html`<p class="empty">No proposal has been decided yet.</p>` : evaluated(run)}
${run.self === undefined ? null : selfSection(run, run.self)}
${settling(run)}
<h3>how it ran</h3>${facts(run)}`
  const head = html`<summary><h2>Run <code>${run.id}</code></h2><span class="faint">${state}, ${timeText(run.startedAt)}</span></summary>`
  return isOpen ? html`<details class="card" open="">${head}${body}</details>` : html`<details class="card">${head}${body}</details>`
}

function figures(run: ReportedRun): Html {
  const best = bestVariant(run)
  const cell = (value: string, label: string, tone = ''): Html => html`<div class="figure${tone}"><b>${value}</b><span>${label}</span></div>`
  const winner = run.winner === null ? cell('none', 'winner') : offerFigure(run, run.winner, 'winner')
  return html`<div class="figures">
${winner}
${run.beside === undefined ? null : offerFigure(run, run.beside, 'beside it')}
${best?.score == null ? cell('none', 'best gain in the search') : cell(ratioText(best.score.estimate), `best gain (${intervalText(best.score)})`, ' good')}
${cell(`${countText(run.evaluated)} / ${countText(run.evaluations)}`, 'evaluations')}
${cell(countText(run.verdicts.accepted), 'accepted')}
${cell(durationText(run.evaluationMs), 'evaluating')}
</div>`
}

function offerFigure(run: ReportedRun, id: string, label: string): Html {
  return html`<div class="figure good"><b class="id">${shortId(id)}</b><span>${label}${awaitsPerson(run, id) ? ', needs an approval' : ''}</span></div>`
}

function evaluated(run: ReportedRun): Html {
  const shown = tellingVariants(run, rowsShown)
  const left = run.variants.length - shown.length
  return html`<h3>score by evaluation</h3>${scorePlot(run)}${legend()}
<h3>why</h3>${reasonBars(run)}
<h3>lineage</h3>${lineageTree(run)}
<h3>proposals</h3>${judgementTable('#', `Proposals of run ${run.id}`, shown.map((judgement) => ({ name: String(judgement.index), judgement })))}
${left > 0 ? html`<p class="faint">${countText(left)} more are not listed; <code>ratchet proposals --all</code> has them.</p>` : null}`
}

function legend(): Html {
  const verdicts: readonly ReportedVerdict[] = ['accepted', 'approval-required', 'inconclusive', 'rejected']
  const items = verdicts.map((verdict) => html`<li><svg viewBox="0 0 14 14" aria-hidden="true" class="${verdict}">${verdictMark(verdict, 7, 7)}</svg>${verdictText(verdict)}</li>`)
  return html`<ul class="legend">${items}<li><svg viewBox="0 0 14 14" aria-hidden="true"><path class="best" d="M0 11 H6 V4 H14"/></svg>best proven so far (lower bound)</li><li><svg viewBox="0 0 14 14" aria-hidden="true"><circle class="ring" cx="7" cy="7" r="5.5"/></svg>best of the search</li></ul>`
}

function reasonBars(run: ReportedRun): Html {
  const most = Math.max(1, ...run.reasons.map((reason) => reason.count))
  return html`<div class="bars">${run.reasons.map(
    ({ code, count }) => html`<code>${code}</code><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(0.5, Math.round((count / most) * 1000) / 10)}" height="1"/></svg><span>${countText(count)}</span>`,
  )}</div>`
}

function settling(run: ReportedRun): Html | null {
  if (run.settling.length === 0) return null
  const rows = run.settling.slice(-rowsShown).map((judgement) => ({ name: `${judgement.purpose} ${judgement.trial}`, judgement }))
  return html`<h3>settling the winner</h3>${judgementTable('step', `Settling the winner of run ${run.id}`, rows)}`
}

function facts(run: ReportedRun): Html {
  const list: readonly (readonly [string, Html])[] = [
    ['baseline', html`<code>${run.baseline}</code>`],
    ['strategy', html`${run.strategy}, proposer ${run.proposer}, seed <code>${run.seed}</code>`],
    ['sandbox', html`${run.tier}`],
    ['configuration', html`<code>${run.configDigest}</code>`],
    ['ended', html`${run.finished === null ? 'not yet' : `${run.finished}, ${timeText(run.lastAt)}`}`],
    ['refused early', html`${countText(run.duplicates)} duplicates; ${countText(run.fruitless)} steps without a proposal${run.refused === undefined ? '' : `, ${countText(run.refused)} of them because of what a model answered`}`],
    ...spendingFacts(run),
  ]
  return html`<dl class="facts">${list.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

function spendingFacts({ spending }: ReportedRun): readonly (readonly [string, Html])[] {
  if (spending === undefined) return []
  return [['models', html`${spending.byModel.map((line) => `${line.model}: ${countText(line.calls)} calls, ${countText(line.inputTokens + line.outputTokens)} tokens, $${line.usd.toFixed(4)}`).join('; ')}`]]
}
