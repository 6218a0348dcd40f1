import { createHash } from 'node:crypto'
import { bestVariant } from './best-variants.ts'
import { countText, ratioText, shortId, timeText } from './figures.ts'
import { Html, html } from './html-text.ts'
import { judgementTable } from './judgement-table.ts'
import { reportStyle } from './report-style.ts'
import { runSection } from './run-section.ts'
import type { RunReport } from './run-report.ts'

const runsShown = 20
const rowsShown = 100

/**
 * The report as one HTML file that needs nothing else: no script, no address, light and dark. Whatever a proposal says is escaped, and
 * the page's own policy forbids everything but its one style sheet should an escape ever be missed.
 */
export function renderHtml(report: RunReport): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`
  const runs = report.runs.slice(-runsShown).toReversed()
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Ratchet report</title>
<style>${new Html(reportStyle)}</style>
</head>
<body><main>
<header class="head"><h1>Ratchet report</h1><div class="faint">${countText(report.head.sequence)} events, journal head <code>${report.head.hash.slice(0, 16)}</code></div></header>
${overview(report)}
${alerts(report)}
${applications(report)}
${runs.map((run, index) => runSection(run, index === 0))}
${report.runs.length > runs.length ? html`<p class="faint">${countText(report.runs.length - runs.length)} earlier runs are not shown.</p>` : null}
${changes(report)}
${report.runs.length === 0 && report.changes.length === 0 ? html`<section class="card"><p>Nothing has been evaluated yet. <code>ratchet run</code> starts a search.</p></section>` : null}
</main></body>
</html>
`
  return page.markup
}

function overview(report: RunReport): Html {
  const evaluated = report.runs.reduce((sum, run) => sum + run.evaluated, 0)
  const accepted = report.runs.reduce((sum, run) => sum + run.verdicts.accepted, 0)
  const best = Math.max(0, ...report.runs.map((run) => bestVariant(run)?.score?.estimate ?? 0))
  const applied = report.applications.filter((held) => held.status === 'applied' || held.status === 'revert-intended').length
  return html`<div class="figures">
${figure(countText(report.runs.length), report.runs.length === 1 ? 'run' : 'runs')}
${figure(countText(evaluated), 'proposals evaluated')}
${figure(countText(accepted), 'accepted in the search')}
${figure(best === 0 ? 'none' : ratioText(best), 'best gain', best > 0)}
${figure(countText(applied), 'applied now')}
</div>`
}

function figure(value: string, label: string, isGood = false): Html {
  return html`<div class="figure${isGood ? ' good' : ''}"><b>${value}</b><span>${label}</span></div>`
}

function alerts({ alerts = [] }: RunReport): Html | null {
  if (alerts.length === 0) return null
  const rows = alerts.slice(-rowsShown).toReversed().map(
    ({ kind, severity, proposal, signs, at }) => html`<tr><td>${kind}</td><td>${severity}</td><td class="id"><code>${proposal === null ? '' : shortId(proposal)}</code></td><td>${signs.join(', ')}</td><td class="when">${timeText(at)}</td></tr>
`,
  )
  return html`<section class="card"><h2>Alerts</h2><h3>newest first</h3><div class="scroll" tabindex="0" role="region" aria-label="Alerts"><table>
<thead><tr><th scope="col">alert</th><th scope="col">severity</th><th scope="col">proposal</th><th scope="col">signs</th><th scope="col">when</th></tr></thead>
<tbody>
${rows}</tbody></table></div></section>`
}

function applications(report: RunReport): Html | null {
  if (report.applications.length === 0) return null
  const rows = report.applications.slice(-rowsShown).toReversed().map(
    (held) => html`<tr><td class="id"><code>${shortId(held.proposal)}</code></td><td><span class="badge ${held.status}">${held.status}</span></td><td><code>${held.ref}</code></td><td class="id"><code>${held.commit.slice(0, 10)}</code></td><td class="when">${timeText(held.at)}</td><td>${held.revert === null ? null : html`<code>${held.revert.commit.slice(0, 10)}</code> ${timeText(held.revert.at)}`}</td></tr>
`,
  )
  return html`<section class="card"><h2>Applied changes</h2><h3>newest first</h3><div class="scroll" tabindex="0" role="region" aria-label="Applied changes"><table>
<thead><tr><th scope="col">proposal</th><th scope="col">status</th><th scope="col">branch</th><th scope="col">commit</th><th scope="col">when</th><th scope="col">reverted by</th></tr></thead>
<tbody>
${rows}</tbody></table></div></section>`
}

function changes(report: RunReport): Html | null {
  if (report.changes.length === 0) return null
  const rows = report.changes.slice(-rowsShown).toReversed().map((judgement) => ({ name: judgement.at.slice(0, 10), judgement }))
  const left = report.changes.length - rows.length
  return html`<section class="card"><h2>Changes judged on their own</h2><h3>newest first</h3>${judgementTable('day', 'Changes judged on their own', rows)}${left > 0 ? html`<p class="faint">${countText(left)} earlier ones are not listed.</p>` : null}</section>`
}
