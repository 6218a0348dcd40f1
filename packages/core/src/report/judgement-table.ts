import { durationText, intervalText, ratioText, shortId, verdictText } from './figures.ts'
import { html, type Html } from './html-text.ts'
import { oneLine } from './markdown-text.ts'
import type { ReportedJudgement, ReportedVariant } from './run-report.ts'

const reasonsShown = 4
const pathsShown = 3

/** Proposals with verdict, score and reasons; `label` heads the first column. */
export function judgementTable(label: string, caption: string, rows: readonly { readonly name: string; readonly judgement: ReportedJudgement | ReportedVariant }[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col" class="number">${label}</th><th scope="col">proposal</th><th scope="col">verdict</th><th scope="col" class="number">score</th><th scope="col">change</th><th scope="col">reasons</th><th scope="col" class="number">time</th></tr></thead>
<tbody>
${rows.map(({ name, judgement }) => row(name, judgement))}</tbody></table></div>`
}

function row(name: string, judgement: ReportedJudgement | ReportedVariant): Html {
  const { proposal, verdict, operator, rationale, paths, reasons, wallMs } = judgement
  const parent = 'parent' in judgement ? html`<br><span class="faint">on ${judgement.parent === 0 ? 'baseline' : `#${judgement.parent}`}${judgement.mate === undefined ? '' : ` with #${judgement.mate}`}</span>` : null
  return html`<tr><td class="number">${name}</td><td class="id"><code>${shortId(proposal)}</code>${parent}</td><td><span class="badge ${verdict}">${verdictText(verdict)}</span></td><td class="number">${scoreCell(judgement)}</td>
<td class="wide"><strong>${oneLine(operator, 60)}</strong> ${oneLine(rationale, 300)}<br><span class="faint"><code>${paths.slice(0, pathsShown).map((file) => oneLine(file, 120)).join(', ')}</code>${paths.length > pathsShown ? ` and ${paths.length - pathsShown} more` : ''}</span></td>
<td class="wide">${reasons.slice(0, reasonsShown).map((reason) => html`<div><code>${reason.code}</code> <span class="faint">${oneLine(reason.message, 300)}</span></div>`)}${reasons.length > reasonsShown ? html`<div class="faint">and ${reasons.length - reasonsShown} more</div>` : null}</td><td class="number">${wallMs === 0 ? '' : durationText(wallMs)}</td></tr>
`
}

function scoreCell({ score, tasks }: ReportedJudgement): Html {
  if (tasks !== undefined) return html`<strong>${tasks.solved} of ${tasks.asked}</strong><br><span class="faint">baseline ${tasks.baseline}</span>`
  if (score === null) return html`<span class="faint">not measured</span>`
  return html`<strong>${ratioText(score.estimate)}</strong><br><span class="faint">${intervalText(score)}</span>`
}
