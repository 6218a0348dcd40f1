import { writeFile } from 'node:fs/promises'
import { foldReport } from '@ratchet/core/report/fold-report'
import { renderHtml } from '@ratchet/core/report/render-html'
import { renderMarkdown } from '@ratchet/core/report/render-markdown'
import { openTarget } from '../compose-target.ts'
import type { Invocation } from '../invocation.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface ReportOptions extends TargetOptions {
  readonly html?: string
}

export const registerReport: Register = (program, invocation) => {
  withTarget(program.command('report'))
    .description('what the runs did: Markdown on stdout, or one self-contained HTML file')
    .option('--html <file>', 'write a page with a score plot and the lineage')
    .action((options: ReportOptions) => report(invocation, options))
}

async function report(invocation: Invocation, options: ReportOptions): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'read')
  const folded = await foldReport(target.journal.read(0))
  if (options.html !== undefined) {
    await writePage(options.html, renderHtml(folded))
    console.note(`wrote ${options.html}`)
  }
  if (console.json) console.document(folded)
  else if (options.html === undefined) console.print(renderMarkdown(folded))
}

async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page)
  } catch (error) {
    throw new UsageError('bad-argument', `the report cannot be written to ${JSON.stringify(file)}`, { cause: error, remedy: 'Name a file in a directory that exists and may be written to.' })
  }
}
