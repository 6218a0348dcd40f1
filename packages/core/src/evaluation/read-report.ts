import { isSealedFormat, type SealedFormat } from '../reporters/inject-reporter.ts'
import { readSealedReport, type SealedCase, type SealedReport } from '../reporters/sealed-report.ts'
import type { TestRun } from './evaluation.ts'
import { CaseList, depthLimit, suiteName, type ReportCases } from './report-cases.ts'
import { parseCtest } from './reports/ctest.ts'
import { parseGtestJson } from './reports/gtest-json.ts'
import { parseTestReport, type ReportFormat, type TestReport } from './test-report.ts'

export interface ReportSources {
  readonly format: ReportFormat
  /** The configured command line. */
  readonly command: string
  /** What the command wrote itself, to standard output or a file. */
  readonly written: Uint8Array
  /** What came over the channel; null where the tier has none or none was offered. */
  readonly channel: Uint8Array | null
  readonly nonce: Uint8Array
  /** Where the sandbox showed the tree. */
  readonly root: string
}

/**
 * The report of one launch and how far it can be trusted. Where there was a channel, only what came over it counts: a candidate that could silence our reporter must
 * not thereby get its own text read.
 */
export function readReport(sources: ReportSources): TestReport & { readonly trust: TestRun['trust'] } {
  const { format, channel, written } = sources
  if (format === 'exit-code') return { report: 'not-asked', cases: [], trust: 'exit-code' }
  if (channel === null || !isSealedFormat(format)) return { ...parseTestReport(format, written), trust: 'reported' }
  const sealed = readSealedReport(channel, sources.nonce)
  const cases = typeof sealed === 'string' ? sealed : sealed.runner === format ? sealedCases(format, sealed, sources.root) : 'malformed'
  const trust = trustOf(format, sources.command)
  return typeof cases === 'string' ? { report: cases, cases: [], trust } : { report: 'parsed', cases, trust }
}

/**
 * A GoogleTest binary is the code under test and writes its own results, so that sealing their way here changes little. A command line of several parts may run
 * something of the candidate's before the runner, with the channel open; only a leading change of folder is known to be harmless.
 */
function trustOf(format: SealedFormat, command: string): TestRun['trust'] {
  const runner = command.replace(/^cd [\w./@-]+ && /, '')
  return format !== 'gtest' && /^[^;&|`$()<>\n]*$/.test(runner) ? 'sealed' : 'reported'
}

function sealedCases(format: SealedFormat, report: SealedReport, root: string): ReportCases {
  switch (format) {
    case 'ctest':
      return joined(parseCtest(report.text), report, root)
    case 'gtest':
      return joined(report.text === '' ? [] : parseGtestJson(report.text), report, root)
    case 'node':
    case 'vitest':
    case 'jest':
    case 'mocha':
    case 'pytest':
      return report.text === '' ? joined([], report, root) : 'malformed'
  }
}

function joined(read: ReportCases, report: SealedReport, root: string): ReportCases {
  if (typeof read === 'string') return read
  const list = new CaseList()
  for (const { name, outcome } of read) list.add('', name, outcome)
  for (const sealed of report.cases) if (!addCase(list, sealed, root)) return 'malformed'
  return list.finish()
}

function addCase(list: CaseList, [, outcome, names]: SealedCase, root: string): boolean {
  const [first = '', ...others] = names
  if (others.length > depthLimit) return false
  const start = first.startsWith(`${root}/`) ? first.slice(root.length + 1) : first
  const whole = [start, ...others]
  const suite = whole.slice(0, -1).reduce<string>((outer, name) => suiteName(outer, name), '')
  list.add(suite, whole.at(-1) ?? '', outcome)
  return true
}
