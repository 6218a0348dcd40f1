import { createDataFence } from '../proposal/prompt/data-fence.ts'
import { renderTemplate } from '../proposal/prompt/render-template.ts'
import type { Attempt, SearchHistory, TrajectoryStep } from '../proposal/search-history.ts'
import { failuresText } from './failures-text.ts'
import type { TaskFailure } from './task-failure.ts'
import { weaknessText, type Weakness } from './weakness.ts'

export interface StatementRequest {
  readonly weakness: Weakness
  readonly failures: readonly TaskFailure[]
  readonly solved: number
  /** Of all, those that are not shown included. */
  readonly unsolved: number
  readonly history: SearchHistory
  /** In words, from configuration and constitution. */
  readonly objective: string
  readonly constraints: string
}

const mostAttempts = 6

/**
 * What an agent is asked that is to write its own next version. Holds of the tasks only what its parent saw of them itself.
 *
 * @throws ModelError `template-invalid`
 */
export function selfStatement({ weakness, failures, solved, unsolved, history, objective, constraints }: StatementRequest, template: string): string {
  const told = failuresText(failures)
  const [lineage, attempts] = [history.lineage.map(stepLine).join('\n'), history.attempts.slice(0, mostAttempts).map(attemptLine).join('\n')]
  const fence = createDataFence([told, lineage, attempts])
  const quoted = (name: string, text: string): string => (text === '' ? '' : fence.quote(name, text))
  const asked = solved + unsolved
  return `${renderTemplate(
    { name: 'self.md', text: template },
    {
      fence: fence.mark,
      objective,
      constraints,
      standing: asked === 0 ? 'It was not measured yet.' : `This version solved ${solved} of ${asked} tasks that it was given.`,
      primary: weaknessText(weakness.primary),
      cause: weaknessText(weakness.rootCause),
      fix: weaknessText(weakness.suggestedFix),
      failures: quoted('what it did not solve', told),
      lineage: quoted('earlier changes', lineage),
      attempts: quoted('attempts', attempts),
    },
  )}\n`
}

function stepLine({ rationale, ratio }: TrajectoryStep): string {
  return `- ${weaknessText(rationale).slice(0, 300)}${ratio === null || ratio > 1e6 ? '' : ` (${ratio.toFixed(2)} times the tasks of the beginning)`}`
}

function attemptLine({ rationale, verdict, reasons, failing }: Attempt): string {
  return `- ${verdict}: ${weaknessText(rationale).slice(0, 300)} (${weaknessText([...reasons, ...failing].join('; ')).slice(0, 300)})`
}
