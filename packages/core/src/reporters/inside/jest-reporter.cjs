'use strict'
// Runs in Jest's own process. With one worker the tests run there too, in contexts of their own.
const { claimReport } = require('./command-runner.cjs')

const report = claimReport()

module.exports = class SealedReporter {
  onRunComplete(_contexts, results) {
    if (results.wasInterrupted === true) return
    let failed = 0
    for (const file of results.testResults) failed += reportFile(file)
    // Errors outside of any test show only in the summary.
    if (failed === 0 && (results.numFailedTests > 0 || results.numFailedTestSuites > 0 || results.numRuntimeErrorTestSuites > 0)) report.case('failed', ['(whole run)'], 1)
    report.end('run')
  }
}

function reportFile(file) {
  let failed = 0
  for (const test of file.testResults) {
    const names = [file.testFilePath, ...test.ancestorTitles, test.title]
    const outcome = outcomeOf(test.status)
    report.case(outcome, names, names.length)
    if (outcome === 'failed') failed++
  }
  if (failed > 0 || !(file.testExecError || file.numFailingTests > 0 || file.failureMessage)) return failed
  report.case('failed', [file.testFilePath, '(file)'], 2)
  return 1
}

/** What is not known to be good is bad. */
function outcomeOf(status) {
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
