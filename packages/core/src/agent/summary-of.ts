import type { AgentResult } from './launch-agent.ts'

const longest = 300

/** What an agent says that it did, as one printable line: its own words, which prove nothing. Empty where it says nothing. */
export function summaryOf({ trajectory }: Pick<AgentResult, 'trajectory'>): string {
  const end = trajectory.findLast((line) => line.kind === 'end')
  const said = end?.kind === 'end' && typeof end['summary'] === 'string' ? end['summary'] : ''
  const line = said.slice(0, 4_000).replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 3).toWellFormed()}...`
}
