import type { reportFormats } from '../target/config.ts'
import type { TestCase, TestRun } from './evaluation.ts'
import { parseCtest } from './reports/ctest.ts'
import { parseJunit } from './reports/junit.ts'
import { parseJestJson } from './reports/jest-json.ts'
import { parseMochaJson } from './reports/mocha-json.ts'
import { parsePytest } from './reports/pytest.ts'
import { parseTap } from './reports/tap.ts'

export type ReportFormat = (typeof reportFormats)[number]

export interface TestReport {
  readonly report: TestRun['report']
  readonly cases: readonly TestCase[]
}

/** More cases than this come from no honest suite; a report is bounded in memory. */
const caseLimit = 200_000

/**
 * Reads a report that the test runner wrote inside the sandbox: untrusted text. Every parser is linear in its input and answers null for
 * what it cannot understand; a report that is missing or malformed never counts as passed.
 */
export function parseTestReport(format: ReportFormat, bytes: Uint8Array): TestReport {
  if (format === 'exit-code') return { report: 'not-asked', cases: [] }
  if (bytes.length === 0) return { report: 'missing', cases: [] }
  const cases = parserFor(format)(Buffer.from(bytes).toString('utf8'))
  if (cases === null || cases.length > caseLimit) return { report: 'malformed', cases: [] }
  return { report: 'parsed', cases: distinct(cases) }
}

function parserFor(format: Exclude<ReportFormat, 'exit-code'>): (text: string) => readonly TestCase[] | null {
  switch (format) {
    case 'junit':
      return parseJunit
    case 'tap':
      return parseTap
    case 'vitest':
    case 'jest':
      return parseJestJson
    case 'mocha':
      return parseMochaJson
    case 'pytest':
      return parsePytest
    case 'ctest':
      return parseCtest
  }
}

/** Names identify tests; a repeated one gets a number, in order of appearance. */
function distinct(cases: readonly TestCase[]): readonly TestCase[] {
  const seen = new Map<string, number>()
  return cases.map((testCase) => {
    const count = (seen.get(testCase.name) ?? 0) + 1
    seen.set(testCase.name, count)
    return count === 1 ? testCase : { ...testCase, name: `${testCase.name} #${count}` }
  })
}
