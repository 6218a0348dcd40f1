import { bestVariant, provenRatio } from './best-variants.ts'
import { intervalText, ratioText, shortId, verdictText } from './figures.ts'
import { html, type Html } from './html-text.ts'
import type { ReportedRun, ReportedVariant } from './run-report.ts'
import { round, verdictMark } from './verdict-mark.ts'

const frame = { width: 1060, height: 380, left: 64, right: 16, top: 14, bottom: 78 } as const
const plotRight = frame.width - frame.right
const plotBottom = frame.height - frame.bottom
/** Row under the plot for what was refused before it was measured. */
const stripY = plotBottom + 22
/** Ratios further from the baseline than this are drawn at the edge. */
const furthest = 1024

interface Scales {
  readonly x: (index: number) => number
  /** Clamped to the plot. */
  readonly y: (ratio: number) => number
  readonly low: number
  readonly high: number
}

/** Evaluations from left to right against the score on a logarithmic axis, with intervals and the best that was proven so far. */
export function scorePlot(run: ReportedRun): Html {
  const scales = scalesOf(run)
  const best = bestVariant(run)
  const shown = thinned(run, scales)
  return html`<div class="wide-drawing"><svg class="plot" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="Score of each evaluation of run ${run.id}; the table of proposals holds the figures.">
${axes(run, scales)}${bestLine(run, scales)}
${shown.whiskers.map((variant) => whisker(variant, scales))}
${shown.marks.map((variant) => mark(variant, scales))}
${best === null ? null : html`<circle class="ring" cx="${round(scales.x(best.index))}" cy="${round(scales.y(best.score?.estimate ?? 1))}" r="9.5"/>`}
</svg></div>`
}

function scalesOf(run: ReportedRun): Scales {
  const measured = run.variants.flatMap(({ score, verdict }) => (score === null ? [] : verdict === 'rejected' ? [score.estimate] : [score.estimate, score.low ?? score.estimate, score.high ?? score.estimate]))
  const logs = measured.map((ratio) => Math.log(Math.min(furthest, Math.max(1 / furthest, ratio))))
  const bottom = Math.min(Math.log(0.9), ...trimmed(logs))
  const top = Math.max(Math.log(1.1), ...trimmed(logs))
  const pad = (top - bottom) * 0.06
  const [low, high] = [bottom - pad, top + pad]
  // One alone stands in the middle.
  const share = (index: number): number => (run.variants.length < 2 ? 0.5 : (index - 1) / (run.variants.length - 1))
  return {
    x: (index) => frame.left + 10 + share(index) * (plotRight - frame.left - 20),
    y: (ratio) => plotBottom - ((Math.min(high, Math.max(low, Math.log(Math.max(ratio, 1e-9)))) - low) / (high - low)) * (plotBottom - frame.top),
    low,
    high,
  }
}

/** Without the outermost half per cent on either side, so that one wild figure does not flatten all others. */
function trimmed(values: readonly number[]): readonly number[] {
  const cut = Math.floor(values.length / 200)
  const sorted = values.toSorted((a, b) => a - b)
  return [sorted[cut] ?? 0, sorted.at(-1 - cut) ?? 0]
}

function axes(run: ReportedRun, scales: Scales): Html {
  const lines = ratioTicks(scales).map((ratio) => {
    const y = round(scales.y(ratio))
    return html`<line class="${ratio === 1 ? 'zero' : 'grid'}" x1="${frame.left}" x2="${plotRight}" y1="${y}" y2="${y}"/><text x="${frame.left - 10}" y="${y + 4}" text-anchor="end">${tickText(ratio)}</text>`
  })
  const columns = indexTicks(run.variants.length).map((index) => html`<text x="${round(scales.x(index))}" y="${frame.height - 28}" text-anchor="middle">${index}</text>`)
  return html`${lines}${columns}
<line class="grid" x1="${frame.left}" x2="${plotRight}" y1="${stripY + 12}" y2="${stripY + 12}"/>
<text x="${frame.left - 10}" y="${stripY + 4}" text-anchor="end">refused</text>
<text x="${(frame.left + plotRight) / 2}" y="${frame.height - 8}" text-anchor="middle">evaluation</text>`
}

function tickText(ratio: number): string {
  return ratio === 1 ? 'baseline' : `${Number(ratio.toPrecision(4))}x`
}

const ladders = [
  [1 / 1024, 1 / 256, 1 / 64, 1 / 16, 1 / 4, 1, 4, 16, 64, 256, 1024],
  [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32, 64],
  [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6],
  [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2],
  [0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2],
] as const

/** The finest ladder of round ratios that does not crowd the axis. */
function ratioTicks({ low, high }: Scales): readonly number[] {
  const inside = (ratio: number): boolean => Math.log(ratio) > low && Math.log(ratio) < high
  const fitting = ladders.toReversed().find((ladder) => Math.log(ladder[0]) <= low + 0.15 && Math.log(ladder.at(-1) ?? 1) >= high - 0.25 && ladder.filter(inside).length <= 9)
  return (fitting ?? ladders[0]).filter(inside)
}

function indexTicks(count: number): readonly number[] {
  if (count <= 1) return [1]
  const raw = count / 10
  const magnitude = 10 ** Math.floor(Math.log10(raw))
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * magnitude >= raw) ?? 10) * magnitude)
  return [1, ...Array.from({ length: Math.floor(count / step) }, (_, index) => (index + 1) * step).filter((tick) => tick > step / 2 && tick > 1)]
}

/** A step line through the lower bounds that were each the best when they came. */
function bestLine(run: ReportedRun, scales: Scales): Html {
  const steps = record(run)
  const first = steps[0]
  if (first === undefined) return html``
  let path = `M${round(scales.x(1))} ${round(scales.y(1))} H${round(scales.x(first.index))}`
  for (const [position, step] of steps.entries()) {
    const next = steps[position + 1]
    path += ` V${round(scales.y(provenRatio(step)))} H${round(scales.x(next === undefined ? run.variants.length : next.index))}`
  }
  const base = round(scales.y(1))
  return html`<path class="bestarea" d="${`${path} V${base} Z`}"/><path class="best" d="${path}"/>`
}

/** The accepted variants that each raised the proven best. */
function record(run: ReportedRun): readonly ReportedVariant[] {
  const steps: ReportedVariant[] = []
  let proven = 1
  for (const variant of run.variants) {
    if (variant.verdict !== 'accepted' || provenRatio(variant) <= proven) continue
    proven = provenRatio(variant)
    steps.push(variant)
  }
  return steps
}

interface Shown {
  readonly marks: readonly ReportedVariant[]
  readonly whiskers: readonly ReportedVariant[]
}

/**
 * Few are all drawn. Of many, one is drawn per small cell and verdict: what lies under another mark would not be seen anyway. Intervals
 * of many would be a grey wall, so only accepted ones keep theirs.
 */
function thinned(run: ReportedRun, scales: Scales): Shown {
  const measured = run.variants.filter((variant) => variant.score !== null && variant.verdict !== 'rejected')
  if (run.variants.length <= 150) return { marks: drawnOrder(run.variants), whiskers: measured }
  const cells = new Map<string, ReportedVariant>()
  for (const variant of run.variants) {
    const { x, y } = position(variant, scales)
    const size = variant.verdict === 'accepted' ? 4 : 9
    cells.set(`${variant.verdict} ${Math.round(x / size)} ${Math.round(y / size)}`, variant)
  }
  const accepted = measured.filter((variant) => variant.verdict === 'accepted')
  const steps = record(run)
  return { marks: drawnOrder([...cells.values(), ...steps]), whiskers: accepted.length <= 150 ? accepted : steps }
}

const layer = { rejected: 0, inconclusive: 1, 'approval-required': 2, accepted: 3 } as const

/** What matters most is drawn last, on top. */
function drawnOrder(variants: readonly ReportedVariant[]): readonly ReportedVariant[] {
  return variants.toSorted((a, b) => layer[a.verdict] - layer[b.verdict] || a.index - b.index)
}

function position(variant: ReportedVariant, scales: Scales): { readonly x: number; readonly y: number } {
  return { x: scales.x(variant.index), y: variant.score === null ? stripY : scales.y(variant.score.estimate) }
}

function whisker(variant: ReportedVariant, scales: Scales): Html {
  const x = round(scales.x(variant.index))
  const low = variant.score?.low ?? 0
  const high = variant.score?.high ?? Infinity
  return html`<line class="whisker ${variant.verdict}" x1="${x}" x2="${x}" y1="${round(scales.y(low))}" y2="${round(scales.y(high))}"/>`
}

function mark(variant: ReportedVariant, scales: Scales): Html {
  const { x, y } = position(variant, scales)
  const score = variant.score === null ? variant.reasons[0]?.code ?? 'not measured' : `${ratioText(variant.score.estimate)}, ${intervalText(variant.score)}`
  return html`<g class="${variant.verdict}"><title>${variant.index}: ${shortId(variant.proposal)} ${verdictText(variant.verdict)}, ${score}</title>${verdictMark(variant.verdict, x, y)}</g>`
}
