/** The one style sheet of the page; its digest is in the page's content security policy. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --line: #e2e5ea; --soft: #eef1f5; --text: #1b2230; --faint: #5d6778;
  --accepted: #12805c; --inconclusive: #a86508; --rejected: #b8404a; --approval: #3f5fc4; --accent: #12805c; }
@media (prefers-color-scheme: dark) { :root { --page: #0f141b; --card: #171e28; --line: #2a3442; --soft: #1f2834; --text: #e4e9f1; --faint: #98a4b6;
  --accepted: #3ecf9a; --inconclusive: #e3a545; --rejected: #f0808a; --approval: #8ea8ff; --accent: #3ecf9a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 19px; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 14px; margin: 26px 0 10px; color: var(--faint); font-weight: 600; text-transform: uppercase; letter-spacing: .05em; }
p { margin: 6px 0; }
code { font: .92em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.head { display: flex; flex-wrap: wrap; gap: 6px 24px; align-items: baseline; justify-content: space-between; margin-bottom: 20px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin: 0 0 20px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 20px; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
.figure b { display: block; font-size: 24px; line-height: 1.25; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.figure span { color: var(--faint); font-size: 13px; }
.card .figures { margin: 16px 0 0; } .card .figure { background: var(--soft); border: 0; }
.figure.good b { color: var(--accepted); }
summary { cursor: pointer; list-style-position: outside; } summary h2 { display: inline; }
summary .faint { margin-left: 8px; font-size: 14px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14px; }
.facts dt { color: var(--faint); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow: auto; max-height: 620px; border: 1px solid var(--line); border-radius: 10px; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { position: sticky; top: 0; background: var(--soft); text-align: left; font-weight: 600; color: var(--faint); white-space: nowrap; z-index: 1; }
th, td { padding: 8px 12px; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } th.number { text-align: right; }
td.id { white-space: nowrap; } .figure b.id { font: 600 17px/1.75 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
td.wide { min-width: 230px; overflow-wrap: anywhere; }
td .faint { font-size: 12.5px; }
.badge { display: inline-block; padding: 1px 9px; border-radius: 999px; font-size: 12.5px; font-weight: 600; white-space: nowrap; border: 1px solid currentColor; }
.badge.accepted, .badge.applied { color: var(--accepted); } .badge.rejected { color: var(--rejected); } .badge.inconclusive { color: var(--inconclusive); }
.badge.approval-required, .badge.intended, .badge.revert-intended { color: var(--approval); } .badge.reverted, .badge.abandoned { color: var(--faint); }
.bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: 6px 12px; align-items: center; font-size: 13.5px; }
.bars svg { width: 100%; height: 12px; display: block; } .bars rect { fill: var(--faint); opacity: .55; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--faint); margin: 8px 0 0; padding: 0; list-style: none; }
.legend svg { width: 14px; height: 14px; vertical-align: -2px; margin-right: 6px; }
.wide-drawing { overflow-x: auto; } .plot, .tree { display: block; width: 100%; min-width: 760px; height: auto; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--faint); }
svg .strong { fill: var(--text); } svg .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--text); }
.grid { stroke: var(--line); stroke-width: 1; } .zero { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 4 4; }
.best { fill: none; stroke: var(--accent); stroke-width: 2; } .bestarea { fill: var(--accent); opacity: .08; }
.whisker { stroke-width: 1.5; opacity: .5; } .edge { fill: none; stroke: var(--line); stroke-width: 1.5; } .edge.lineage { stroke: var(--accent); stroke-width: 2; }
.mark { stroke-width: 2; fill: none; } .mark.filled { stroke: var(--card); stroke-width: 1; }
.accepted { --ink: var(--accepted); } .rejected { --ink: var(--rejected); } .inconclusive { --ink: var(--inconclusive); } .approval-required { --ink: var(--approval); } .root { --ink: var(--faint); }
svg .mark { stroke: var(--ink); } svg .mark.filled { fill: var(--ink); stroke: var(--card); } svg .whisker { stroke: var(--ink); }
.ring { fill: none; stroke: var(--accent); stroke-width: 2; }
.empty { color: var(--faint); padding: 12px 0; }
@media print { body { background: #fff; } .scroll { max-height: none; } .card { break-inside: avoid; } }
`
