import type { Random } from '../../randomness/seeded-random.ts'
import type { Opportunity } from '../proposal.ts'
import type { SearchHistory } from '../search-history.ts'
import { angleOf, attemptsText, contrastText, mostFailing, opportunitiesText, standingText, stepsText, type PromptBrief } from './build-prompt.ts'
import { createDataFence } from './data-fence.ts'
import { renderTemplate } from './render-template.ts'

/** What a coding agent is asked, in Markdown. It reads the repository by itself, so no file is shown. Pure: the same brief, history and draw give the same text, to the letter. */
export function buildStatement(brief: PromptBrief, { opportunities, history, random }: { readonly opportunities: readonly Opportunity[]; readonly history: SearchHistory; readonly random: Random }): string {
  const { goal, templates } = brief
  const failing = brief.failing.slice(-mostFailing)
  const data = { attempts: attemptsText(history.attempts), lineage: stepsText(history.lineage), contrast: contrastText(history) }
  const fence = createDataFence([failing, ...Object.values(data)])
  const quoted = (name: string, text: string): string => (text === '' ? '' : fence.quote(name, text))
  return `${renderTemplate({ name: 'agent.md', text: templates.agent }, {
    fence: fence.mark,
    improve: goal === 'improve' ? brief.objective : '',
    repair: goal === 'repair' ? 'make the failing tests pass without breaking one that passes. Find the fault itself, not the symptom.' : '',
    constraints: brief.constraints,
    standing: goal === 'improve' ? standingText(history) : '',
    opportunities: opportunitiesText(opportunities),
    failing: quoted('output of the tests', failing),
    attempts: quoted('attempts', data.attempts),
    lineage: quoted('steps', data.lineage),
    contrast: quoted('steps that went wrong', data.contrast),
    angle: angleOf(templates.angles, { goal, random }),
  })}\n`
}
