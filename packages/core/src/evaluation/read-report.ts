import { isSealedFormat, type SealedFormat } from '../reporters/inject-reporter.ts'
import { troubleSentence, type ReportTrouble } from '../reporters/report-trouble.ts'
import type { SealedCase, SealedReport } from '../reporters/sealed-report.ts'
import type { TestCase, TestRun } from './evaluation.ts'
import { printableText } from './printable-text.ts'
import { CaseList, depthLimit, suiteName, type ReportCases } from './report-cases.ts'
import { parseCtest } from './reports/ctest.ts'
import { parseGtestJson } from './reports/gtest-json.ts'
import { parseTestReport, type ReportFormat, type TestReport } from './test-report.ts'

/** What the runners of one command said over their channels. */
export interface ChannelReports {
  readonly reports: readonly { readonly report: SealedReport; readonly index: number }[]
  /** Set when they are not all there. */
  readonly trouble: ReportTrouble | null
  /** Other programs of the target ran before or beside a runner, in the same launch. */
  readonly isPrepared: boolean
}

export interface ReportSources {
  readonly format: ReportFormat
  /** The configured command line. */
  readonly command: string
  /** What the command wrote itself, to standard output or a file. */
  readonly written: Uint8Array
  /** Null where the tier has no channel or none was offered. */
  readonly channel: ChannelReports | null
  /** Where the sandbox showed the tree. */
  readonly root: string
}

/**
 * The report of one command and how far it can be trusted. Where there was a channel, only what came over it counts: a candidate that could silence our reporter must
 * not thereby get its own text read.
 */
export function readReport(sources: ReportSources): TestReport & Pick<TestRun, 'trust' | 'problem'> {
  const { format, channel, written } = sources
  if (format === 'exit-code') return { report: 'not-asked', cases: [], trust: 'exit-code' }
  if (channel === null || !isSealedFormat(format)) return { ...parseTestReport(format, written), trust: 'reported' }
  const trust = channel.isPrepared ? 'reported' : trustOf(format, sources.command)
  const cases = channel.trouble === null ? joinedRuns(format, channel, sources.root) : 'malformed'
  if (typeof cases !== 'string') return { report: 'parsed', cases, trust }
  const trouble = channel.trouble ?? { kind: cases }
  return { report: trouble.kind === 'missing' ? 'missing' : 'malformed', cases: [], trust, problem: troubleSentence(trouble, format) }
}

/** Programs that say so when they run something else than the tests, or start the tests as `npm test` alone would. */
const knownParts: Readonly<Record<Exclude<SealedFormat, 'gtest'>, RegExp>> = {
  node: /^node /,
  vitest: installed('vitest'),
  jest: installed('jest'),
  mocha: installed('mocha'),
  pytest: /^(python3?|pytest|py\.test)( |$)/,
  ctest: /^ctest( |$)/,
}
const testScript = /^(npm|pnpm|yarn) (run )?test[\w:.-]*( |$)/

function installed(runner: string): RegExp {
  return new RegExp(`^(node|npx ${runner}|((\\.\\.?/)*node_modules/\\.bin/)?${runner})( |$)`)
}

/**
 * A GoogleTest binary is the code under test and writes its own results, so that sealing their way here changes little. A command line of several parts may run
 * something of the candidate's before a runner, with the channel open; parts that only change the folder or start a runner are known to be harmless.
 */
function trustOf(format: SealedFormat, command: string): TestRun['trust'] {
  if (format === 'gtest') return 'reported'
  const parts = command.split(/&&|;/).map((part) => part.trim().replace(/^(\w+=[\w./@:,=-]* +)+/, '')).filter((part) => !/^cd [\w./@-]+$/.test(part))
  const isPlain = parts.every((part) => /^[^&|`$()<>\n]*$/.test(part))
  return isPlain && (parts.length === 1 || parts.every((part) => knownParts[format].test(part) || testScript.test(part))) ? 'sealed' : 'reported'
}

/**
 * The tests of all runs. Where more than one has tests, each name stands below its run, so that a test of one run cannot stand for one of the same name in another,
 * which fails or is gone.
 */
function joinedRuns(format: SealedFormat, { reports }: ChannelReports, root: string): ReportCases {
  const runs: (readonly [run: string, cases: readonly TestCase[]])[] = []
  for (const { report, index } of reports) {
    const cases = report.runner === format ? sealedCases(format, report, root) : 'malformed'
    if (typeof cases === 'string') return cases
    if (cases.length > 0) runs.push([runName(report, index, root), cases])
  }
  const [only] = runs
  if (runs.length <= 1) return only?.[1] ?? []
  const list = new CaseList()
  for (const [run, cases] of runs) for (const { name, outcome } of cases) list.add(run, name, outcome)
  return list.finish()
}

/** Folder and arguments for a person, and a digest because those may be shortened. It does not depend on which other runs there are. */
function runName({ run, folder, words }: SealedReport, index: number, root: string): string {
  const shown = `${folder === root ? '.' : folder.startsWith(`${root}/`) ? folder.slice(root.length + 1) : folder} ${words}`.trim()
  return suiteName('', `[${printableText(shown).slice(0, 80).toWellFormed()} ${run.slice(0, 8)}${index === 0 ? '' : ` #${index + 1}`}]`)
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
