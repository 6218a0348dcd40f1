import type { CommonRefusal } from '@ratchet/core/cycle/common-refusal'
import { oneLine } from '../console.ts'

/** Of a run in which whoever proposes could not, and what to do about it: without this it reads as if there were nothing to be found. */
export function renderNothingProposed({ code, detail, steps }: CommonRefusal): string {
  const remedy = budgetCodes.has(code)
    ? 'Raise models.budget in the configuration or --usd, and begin a new run.'
    : '`ratchet doctor` says whether the programs of agents are where a sandbox finds them, `ratchet models check` whether each model answers.'
  return `nothing was proposed: ${steps === 1 ? 'its one step was refused' : `each of its ${steps} steps was refused`}, the last one with\n  ${oneLine(code)}: ${oneLine(detail)}\n${remedy}`
}

const budgetCodes: ReadonlySet<string> = new Set(['budget', 'overcharged'])
