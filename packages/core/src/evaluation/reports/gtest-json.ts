import type { TestOutcome } from '../evaluation.ts'
import { CaseList, type ReportCases } from '../report-cases.ts'
import { field, list, text as textOf } from './json-document.ts'

/**
 * Documents that GoogleTest writes with `--gtest_output=json`, one after the other: one process each, which writes it as the last thing it does. Tests that a
 * filter left out are in it, and count as skipped.
 */
export function parseGtestJson(text: string): ReportCases {
  const documents = documentsIn(text)
  if (documents === null) return 'malformed'
  if (documents.length === 0) return 'missing'
  const cases = new CaseList()
  for (const document of documents) {
    const suites = list(field(document, 'testsuites'))
    for (const suite of suites) {
      for (const test of list(field(suite, 'testsuite'))) cases.add('', `${textOf(field(suite, 'name'))}.${textOf(field(test, 'name'))}`, outcomeOf(test))
    }
    // Failures of environments and suites belong to no test, but are counted.
    const counted = Number(field(document, 'failures') ?? 0) + Number(field(document, 'errors') ?? 0)
    if (counted > 0 && cases.count('failed') === 0) cases.add('', '(whole run)', 'failed')
  }
  return cases.finish()
}

/** The whole text as one document, else each line as one; lines that are none are output. Null when a document was cut. */
function documentsIn(text: string): readonly unknown[] | null {
  const whole = parsed(text)
  if (isDocument(whole)) return [whole]
  const found = text.split('\n').map(parsed).filter(isDocument)
  return found.length === 0 && text.includes('"testsuites"') ? null : found
}

function isDocument(value: unknown): boolean {
  return Array.isArray(field(value, 'testsuites')) && typeof field(value, 'tests') === 'number'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** What is not known to be good is bad. */
function outcomeOf(test: unknown): TestOutcome {
  if (field(test, 'failures') !== undefined) return 'failed'
  const [status, result] = [field(test, 'status'), field(test, 'result')]
  if (status === 'NOTRUN' || result === 'SKIPPED' || result === 'SUPPRESSED') return 'skipped'
  return status === 'RUN' && result === 'COMPLETED' ? 'passed' : 'failed'
}
