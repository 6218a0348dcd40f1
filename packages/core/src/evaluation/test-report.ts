import type { reportFormats } from '../target/config.ts'
import type { TestCase, TestRun } from './evaluation.ts'
import type { ReportCases } from './report-cases.ts'
import { parseCtest } from './reports/ctest.ts'
import { parseGtestJson } from './reports/gtest-json.ts'
import { parseJestJson } from './reports/jest-json.ts'
import { parseJunit } from './reports/junit.ts'
import { parseMochaJson } from './reports/mocha-json.ts'
import { parsePytest } from './reports/pytest.ts'
import { parseTap } from './reports/tap.ts'

export type ReportFormat = (typeof reportFormats)[number]

export interface TestReport {
  readonly report: TestRun['report']
  readonly cases: readonly TestCase[]
}

/**
 * Reads a report that the test runner wrote inside the sandbox: untrusted text. Never throws, and takes time and memory in proportion to
 * the bytes. A report that is missing or malformed never counts as passed; what is wrong with the exit status is `compareTests`' business.
 */
export function parseTestReport(format: ReportFormat, bytes: Uint8Array): TestReport {
  if (format === 'exit-code') return { report: 'not-asked', cases: [] }
  const cases = parserFor(format)(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  return typeof cases === 'string' ? { report: cases, cases: [] } : { report: 'parsed', cases }
}

function parserFor(format: Exclude<ReportFormat, 'exit-code'>): (text: string) => ReportCases {
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
    case 'gtest':
      return parseGtestJson
    case 'node':
      // Without our reporter, what node:test can write itself.
      return (text) => (/^TAP version/m.test(text) ? parseTap(text) : parseJunit(text))
  }
}
