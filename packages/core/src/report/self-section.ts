import { countText, moneyText, shareText, shortId, tasksText, verdictText } from './figures.ts'
import { html, type Html } from './html-text.ts'
import { oneLine } from './markdown-text.ts'
import type { ReportedRun, ReportedSelf } from './run-report.ts'
import { round } from './verdict-mark.ts'

const frame = { width: 1060, height: 240, left: 64, right: 16, top: 14, bottom: 40 } as const
const rowsShown = 250

/** What an agent made of itself: the best share of tasks after each generation, what every change was for, cost them and brought, and whether it holds on tasks that no search saw. */
export function selfSection(run: ReportedRun, self: ReportedSelf): Html {
  return html`<h3>best by generation</h3>${generationPlot(self)}
${facts(self)}
<h3>generations</h3>${table(run, self)}
${barren(self)}`
}

function facts({ gain, gainPerUsd, transfer, generations }: ReportedSelf): Html {
  const cell = (value: string, label: string): Html => html`<div class="figure"><b>${value}</b><span>${label}</span></div>`
  return html`<div class="figures">
${cell(shareText(gain), 'of tasks gained by the best')}
${cell(moneyText(generations.at(-1)?.usdSoFar ?? 0), 'spent on models')}
${cell(gainPerUsd === null ? 'free' : `${shareText(gainPerUsd)} / $`, 'gained for each dollar')}
${cell(transfer === null ? 'not measured' : tasksText(transfer), 'on tasks that no search saw')}
</div>`
}

/** Shares of tasks solved by the best so far and by the baseline on the same tasks; a line that only climbs. */
function generationPlot({ generations }: ReportedSelf): Html {
  const right = frame.width - frame.right
  const bottom = frame.height - frame.bottom
  const x = (index: number): number => frame.left + (generations.length < 2 ? 0.5 : index / (generations.length - 1)) * (right - frame.left)
  const y = (share: number): number => bottom - share * (bottom - frame.top)
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => html`<line class="${share === 0 ? 'zero' : 'grid'}" x1="${frame.left}" x2="${right}" y1="${round(y(share))}" y2="${round(y(share))}"/><text x="${frame.left - 10}" y="${round(y(share)) + 4}" text-anchor="end">${shareText(share)}</text>`)
  const shares = generations.map(({ best: { tasks } }) => (tasks === null || tasks.asked === 0 ? null : { own: tasks.solved / tasks.asked, baseline: tasks.baseline / tasks.asked }))
  const known = shares.flatMap((share, index) => (share === null ? [] : [{ ...share, index }]))
  const path = known.map(({ own, index }, at) => `${at === 0 ? 'M' : 'H'}${round(x(index))} ${at === 0 ? '' : 'V'}${round(y(own))}`).join(' ')
  const end = known.length === 0 ? '' : ` H${round(right)}`
  const base = known.at(-1)
  return html`<div class="wide-drawing"><svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="Share of tasks solved by the best variant after each generation; the table below holds the figures.">
${lines}${base === undefined ? null : html`<line class="zero" x1="${frame.left}" x2="${right}" y1="${round(y(base.baseline))}" y2="${round(y(base.baseline))}"/><path class="best" d="${path}${end}"/>`}
<text x="${(frame.left + right) / 2}" y="${frame.height - 8}" text-anchor="middle">generation (${countText(generations.length)} in all; the lower line is the baseline on the tasks of the best)</text>
</svg></div>`
}

function table(run: ReportedRun, { generations }: ReportedSelf): Html {
  const rows = generations.slice(-rowsShown).map(({ variant, depth, usdMade, usdSoFar, best }) => {
    const held = run.variants[variant - 1]
    if (held === undefined) return null
    const { parent, proposal, verdict, rationale, weakness, tasks, reasons } = held
    return html`<tr><td class="number">${variant}</td><td class="id"><code>${shortId(proposal)}</code><br><span class="faint">on ${parent === 0 ? 'baseline' : `#${parent}`}, depth ${depth}</span></td><td><span class="badge ${verdict}">${verdictText(verdict)}</span><br><code>${reasons[0]?.code ?? ''}</code></td><td class="number">${tasks === undefined ? 'none asked' : tasksText(tasks)}</td>
<td class="wide"><strong>${oneLine(rationale, 300)}</strong>${weakness === undefined ? null : html`<br><span class="faint">for: ${oneLine(weakness.primary, 300)} (${weakness.source})</span>`}</td><td class="number">${moneyText(usdMade)}<br><span class="faint">${moneyText(usdSoFar)} so far</span></td><td class="number">${best.variant === 0 ? 'baseline' : `#${best.variant}`}</td></tr>
`
  })
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Generations of run ${run.id}"><table>
<thead><tr><th scope="col" class="number">#</th><th scope="col">variant</th><th scope="col">verdict</th><th scope="col" class="number">tasks</th><th scope="col">change</th><th scope="col" class="number">made for</th><th scope="col" class="number">best</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`
}

function barren({ barren: steps }: ReportedSelf): Html | null {
  if (steps.length === 0) return null
  const rows = steps.slice(-rowsShown).map(({ step, parent, code, detail, usd }) => html`<tr><td class="number">${step}</td><td>${parent === 0 ? 'baseline' : `#${parent}`}</td><td><code>${code}</code></td><td class="wide">${oneLine(detail, 300)}</td><td class="number">${moneyText(usd)}</td></tr>
`)
  return html`<h3>steps without a child</h3><div class="scroll" tabindex="0" role="region" aria-label="Steps without a child"><table>
<thead><tr><th scope="col" class="number">step</th><th scope="col">parent</th><th scope="col">why</th><th scope="col">detail</th><th scope="col" class="number">spent</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`
}
