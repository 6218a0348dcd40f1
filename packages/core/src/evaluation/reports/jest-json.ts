import type { TestOutcome } from '../evaluation.ts'
import { CaseList, depthLimit, suiteName, type ReportCases } from '../report-cases.ts'
import { embeddedJson, field, list, text as textOf } from './json-document.ts'

/** Where the sandbox shows the tree; file names are told relative to it. */
const treeRoot = '/work/'

/** The JSON report of Jest (`--json`) and of Vitest (`--reporter=json`), which share one form. */
export function parseJestJson(text: string): ReportCases {
  const found = embeddedJson(text, (value) => Array.isArray(field(value, 'testResults')) && typeof field(value, 'numTotalTests') === 'number')
  if (typeof found === 'string') return found
  const cases = new CaseList()
  for (const file of list(field(found.report, 'testResults'))) {
    if (!readFile(file, cases)) return 'malformed'
  }
  const failed = cases.count('failed')
  const isUnexplained = field(found.report, 'success') !== true || Number(field(found.report, 'numFailedTests') ?? 0) > 0
  // Errors outside of any test (an unhandled rejection) show only in the summary.
  if (failed === 0 && isUnexplained) cases.add('', '(whole run)', 'failed')
  return cases.finish()
}

function readFile(file: unknown, cases: CaseList): boolean {
  const name = textOf(field(file, 'name'))
  const suite = suiteName('', name.startsWith(treeRoot) ? name.slice(treeRoot.length) : name)
  const assertions = list(field(file, 'assertionResults'))
  let failed = 0
  for (const assertion of assertions) {
    const titles = list(field(assertion, 'ancestorTitles'))
    if (titles.length > depthLimit) return false
    const outcome = outcomeOf(field(assertion, 'status'))
    if (outcome === 'failed') failed++
    cases.add(titles.reduce<string>((outer, title) => suiteName(outer, textOf(title)), suite), textOf(field(assertion, 'title')), outcome)
  }
  // A file that cannot be loaded, or whose hook fails, fails without a failing test.
  if (failed === 0 && field(file, 'status') === 'failed') cases.add(suite, '(file)', 'failed')
  return true
}

/** What is not known to be good is bad. */
function outcomeOf(status: unknown): TestOutcome {
  switch (status) {
    case 'passed':
      return 'passed'
    case 'skipped':
    case 'pending':
    case 'todo':
    case 'disabled':
      return 'skipped'
    default:
      return 'failed'
  }
}
