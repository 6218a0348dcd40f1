import { bestVariant, provenRatio } from './best-variants.ts'
import { countText, ratioText, shortId, verdictText } from './figures.ts'
import { html, type Html } from './html-text.ts'
import { oneLine } from './markdown-text.ts'
import type { ReportedRun, ReportedVariant } from './run-report.ts'
import { round, verdictMark } from './verdict-mark.ts'

const nodesShown = 80
const rowHeight = 24
const width = 1060
const labelWidth = 620

interface Row {
  readonly variant: ReportedVariant | null
  readonly depth: number
  /** Row of the parent; -1 for the root. */
  readonly above: number
  /** Descendants that are not shown. */
  readonly hidden: number
}

/** Who came from whom, as an indented tree: every variant has a row of its own, so labels never collide however wide or deep it grows. */
export function lineageTree(run: ReportedRun): Html {
  const kept = keptVariants(run)
  const rows = layOut(run, kept)
  const winning = lineageOf(run, bestVariant(run))
  const deepest = Math.max(1, ...rows.map((row) => row.depth))
  const indent = Math.min(26, (width - labelWidth) / deepest)
  const x = (row: Row): number => 14 + row.depth * indent
  const y = (index: number): number => 16 + index * rowHeight
  const edges = rows.map((row, index) => {
    const parent = rows[row.above]
    if (parent === undefined) return null
    const isWinning = row.variant !== null && winning.has(row.variant.index)
    return html`<path class="edge${isWinning ? ' lineage' : ''}" d="M${round(x(parent))} ${y(row.above) + 7} V${y(index)} H${round(x(row) - 8)}"/>`
  })
  const height = rows.length * rowHeight + 8
  const left = run.variants.length - kept.size
  return html`<div class="wide-drawing"><svg class="tree" viewBox="0 0 ${width} ${height}" role="img" aria-label="Lineage of run ${run.id}: ${run.variants.length} variants of the baseline.">
${edges}${rows.map((row, index) => node(row, x(row), y(index)))}
</svg></div>${left > 0 ? html`<p class="faint">${countText(left)} variants that led nowhere are not drawn; they are counted beside their nearest drawn ancestor.</p>` : null}`
}

function node(row: Row, x: number, y: number): Html {
  const more = row.hidden > 0 ? html` <tspan>${`  +${countText(row.hidden)} not drawn`}</tspan>` : null
  if (row.variant === null) {
    return html`<g class="root">${verdictMark('root', x, y)}<text class="strong" x="${round(x + 14)}" y="${y + 4}">baseline${more}</text></g>`
  }
  const { verdict, proposal, index, operator, score, tasks, weakness, rationale } = row.variant
  const figure = tasks !== undefined ? `${tasks.solved}/${tasks.asked}` : score === null ? verdictText(verdict) : ratioText(score.estimate)
  return html`<g class="${verdict}"><title>${index}: ${proposal} ${verdictText(verdict)}</title>${verdictMark(verdict, x, y)}<text x="${round(x + 14)}" y="${y + 4}"><tspan class="mono">${shortId(proposal)}</tspan> <tspan class="strong">${figure}</tspan> <tspan>${weakness === undefined ? oneLine(operator, 40) : oneLine(rationale, 70)}</tspan>${more}</text></g>`
}

/** Variants to draw, each with all its ancestors: the best lineage first, then what was accepted, then what bore children, then the rest. */
function keptVariants(run: ReportedRun): ReadonlySet<number> {
  if (run.variants.length <= nodesShown) return new Set(run.variants.map((variant) => variant.index))
  const children = new Map<number, number>()
  for (const { parent } of run.variants) children.set(parent, (children.get(parent) ?? 0) + 1)
  const rank = (variant: ReportedVariant): number => (variant.verdict === 'accepted' ? 0 : variant.verdict === 'approval-required' ? 1 : children.has(variant.index) ? 2 : variant.verdict === 'inconclusive' ? 3 : 4)
  const byInterest = run.variants.toSorted((a, b) => rank(a) - rank(b) || provenRatio(b) - provenRatio(a) || a.index - b.index)
  const kept = new Set<number>()
  for (const variant of [bestVariant(run), ...byInterest]) {
    if (kept.size >= nodesShown) break
    const missing = missingLineage(run, variant, kept)
    if (kept.size + missing.length <= nodesShown) for (const index of missing) kept.add(index)
  }
  return kept
}

/** What must be drawn as well to draw `variant`; given up once it is more than fits. */
function missingLineage(run: ReportedRun, variant: ReportedVariant | null, kept: ReadonlySet<number>): readonly number[] {
  const missing: number[] = []
  for (let at = variant; at !== null && !kept.has(at.index) && missing.length <= nodesShown; at = parentOf(run, at)) missing.push(at.index)
  return missing
}

/** Null for the root. A parent always comes before its child, so climbing ends. */
function parentOf(run: ReportedRun, variant: ReportedVariant): ReportedVariant | null {
  return variant.parent < variant.index ? (run.variants[variant.parent - 1] ?? null) : null
}

function lineageOf(run: ReportedRun, variant: ReportedVariant | null): ReadonlySet<number> {
  const lineage = new Set<number>()
  for (let at = variant; at !== null; at = parentOf(run, at)) lineage.add(at.index)
  return lineage
}

/** Rows from top to bottom; a loop, not a recursion: a lineage may be thousands deep. */
function layOut(run: ReportedRun, kept: ReadonlySet<number>): readonly Row[] {
  const children = Map.groupBy(run.variants.filter((variant) => kept.has(variant.index)), (variant) => variant.parent)
  const hidden = new Map<number, number>()
  /** Nearest drawn ancestor of each variant that is not drawn. */
  const nearest = new Map<number, number>()
  for (const { index, parent } of run.variants) {
    if (kept.has(index)) continue
    const ancestor = nearest.get(parent) ?? parent
    nearest.set(index, ancestor)
    hidden.set(ancestor, (hidden.get(ancestor) ?? 0) + 1)
  }
  const rows: Row[] = []
  const stack: Omit<Row, 'hidden'>[] = [{ variant: null, depth: 0, above: -1 }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const index = next.variant?.index ?? 0
    rows.push({ ...next, hidden: hidden.get(index) ?? 0 })
    const above = rows.length - 1
    const below = children.get(index) ?? []
    for (const variant of below.toReversed()) stack.push({ variant, depth: next.depth + 1, above })
  }
  return rows
}
