import { shownFailure, type TaskFailure } from './task-failure.ts'

/** Tasks that are described; of more, only the number is told. */
const mostDescribed = 6
/** Of all descriptions. */
const mostText = 12_000

/** Failures as text for who improves the agent: of each how it ended, and the end of its trajectory. Untrusted: to be quoted as data. */
export function failuresText(failures: readonly TaskFailure[]): string {
  const described = failures.slice(0, mostDescribed).map(shownFailure)
  const each = Math.floor(mostText / Math.max(1, described.length))
  const texts = described.map(({ task, why, calls, failing, tail }) => {
    const said = [`task ${task}: ${why}, after ${calls} calls of the model`, ...(failing.length === 0 ? [] : [`visible tests that fail: ${failing.join('; ')}`]), ...(tail.trim() === '' ? [] : ['the end of its trajectory:', tail.trimEnd()])].join('\n')
    return said.length <= each ? said : `${said.slice(0, each / 4).toWellFormed()}\n[...]\n${said.slice(-Math.floor((each * 3) / 4)).toWellFormed()}`
  })
  const more = failures.length - described.length
  return [...texts, ...(more > 0 ? [`${more} more were not solved either: ${failures.slice(mostDescribed, mostDescribed + 20).map((failure) => shownFailure(failure).task).join(', ')}`] : [])].join('\n\n')
}
