import type { ResearchFinding } from '@ratchet/core'
import { ResearchError } from '@ratchet/core/research/research-error'
import { openTarget } from '../compose-target.ts'
import { searchOnce } from '../compose-research.ts'
import { requireGoing, standingOf } from '../compose-orders.ts'
import { bad, faint, harmless, oneLine, strong } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import type { Register } from './register-commands.ts'

export const registerResearch: Register = (program, invocation) => {
  withTarget(program.command('research'))
    .argument('<words...>', 'what to look for')
    .description('search once where the configuration says (`research`), and print what a model would be shown; records nothing')
    .action((words: readonly string[], options: TargetOptions) => research(invocation, words.join(' '), options))
}

async function research(invocation: Invocation, query: string, options: TargetOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  requireGoing(await standingOf(target), 'nothing is searched')
  const found = await searchOnce(invocation, { target, options, query })
  const findings = found.flatMap(({ findings: some }) => some)
  const failed = found.flatMap(({ source, error }) => (error === null ? [] : [{ source, code: error.code, message: error.message }]))
  if (console.json) console.document({ query, findings, failed })
  for (const finding of findings) console.print(block(finding))
  for (const { source, error } of found) if (error instanceof ResearchError) console.print(`${bad('failed')}  ${strong(source)}  ${oneLine(error.message)}`)
  if (findings.length === 0 && failed.length === 0) console.print('nothing found')
  if (failed.length > 0) invocation.setExitCode(exitCodes.failure)
}

function block({ title, source, text }: ResearchFinding): string {
  return `${strong(oneLine(title))}  ${faint(oneLine(source))}\n${harmless(text).replaceAll(/^/gm, '  ')}\n`
}
