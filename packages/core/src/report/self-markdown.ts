import { moneyText, shareText, tasksText, verdictText } from './figures.ts'
import { codeText, proseText } from './markdown-text.ts'
import type { ReportedRun, ReportedSelf } from './run-report.ts'

const rowsShown = 60
/** Characters of the longest bar. */
const barWidth = 20

/** What an agent made of itself, as Markdown: see `selfSection`. `table` renders rows of cells. */
export function selfMarkdown(run: ReportedRun, self: ReportedSelf, table: (head: readonly string[], rows: readonly (readonly string[])[]) => string): readonly string[] {
  const { generations, barren, gain, gainPerUsd, transfer } = self
  const facts = [
    ['gained by the best', `${shareText(gain)} of the tasks that it was given`],
    ['spent on models', moneyText(generations.at(-1)?.usdSoFar ?? 0)],
    ['gained for each dollar', gainPerUsd === null ? 'nothing was spent' : shareText(gainPerUsd)],
    ['tasks that no search saw', transfer === null ? 'not measured' : tasksText(transfer)],
  ]
  const rows = generations.slice(-rowsShown).flatMap(({ variant, depth, usdMade, usdSoFar, best }) => {
    const held = run.variants[variant - 1]
    if (held === undefined) return []
    const { parent, verdict, reasons, tasks, rationale, weakness } = held
    return [[
      String(variant), parent === 0 ? 'baseline' : String(parent), String(depth), `${verdictText(verdict)} ${codeText(reasons[0]?.code ?? '')}`, tasks === undefined ? 'none asked' : tasksText(tasks),
      `${proseText(rationale)}${weakness === undefined ? '' : ` (for: ${proseText(weakness.primary)})`}`, `${moneyText(usdMade)} (${moneyText(usdSoFar)} so far)`, bestText(best),
    ]]
  })
  return [
    '### An agent that improves itself',
    table(['', ''], facts),
    ...(rows.length === 0 ? [] : ['#### Generations', table(['#', 'on', 'depth', 'verdict', 'tasks', 'change', 'made for', 'best so far'], rows)]),
    ...(barren.length === 0 ? [] : ['#### Steps without a child', table(['step', 'on', 'why', 'spent'], barren.slice(-rowsShown).map(({ step, parent, code, detail, usd }) => [String(step), parent === 0 ? 'baseline' : String(parent), `${codeText(code)} ${proseText(detail)}`, moneyText(usd)]))]),
  ]
}

function bestText({ variant, tasks }: ReportedSelf['generations'][number]['best']): string {
  if (tasks === null || tasks.asked === 0) return 'baseline'
  return `${'#'.repeat(Math.round((tasks.solved / tasks.asked) * barWidth))} ${shareText(tasks.solved / tasks.asked)} (variant ${variant})`
}
