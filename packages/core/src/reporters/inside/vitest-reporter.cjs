'use strict'
// Runs in Vitest's main process, which loads no code of the target but its config; tests run in workers, whose messages Vitest itself believes.
const { claimReport } = require('./command-runner.cjs')

const report = claimReport()

module.exports = class SealedReporter {
  #isOver = false

  onTestRunEnd(modules, errors, reason) {
    // A run that was stopped has no end.
    if (reason !== 'interrupted') this.#finish(modules.map((module) => module.task), errors)
  }

  /** The name of this moment before Vitest 3. */
  onFinished(files, errors) {
    this.#finish(files ?? [], errors)
  }

  #finish(files, errors) {
    if (this.#isOver) return
    this.#isOver = true
    let failed = 0
    for (const file of files) failed += reportFile(file)
    if (failed === 0 && (errors ?? []).length > 0) report.case('failed', ['(whole run)'], 1)
    report.end('run')
  }
}

function reportFile(file) {
  const failed = reportTasks(file.tasks, [file.filepath])
  if (failed > 0 || file.result?.state !== 'fail') return failed
  report.case('failed', [file.filepath, '(file)'], 2)
  return 1
}

function reportTasks(tasks, names) {
  let failed = 0
  for (const task of tasks) {
    const path = [...names, task.name]
    if (task.type === 'suite') {
      const inside = reportTasks(task.tasks, path)
      // A hook that fails fails the suite, and maybe no test of it.
      if (inside === 0 && task.result?.state === 'fail') report.case('failed', [...path, '(suite)'], path.length + 1)
      failed += inside === 0 && task.result?.state === 'fail' ? 1 : inside
      continue
    }
    const outcome = outcomeOf(task)
    report.case(outcome, path, path.length)
    if (outcome === 'failed') failed++
  }
  return failed
}

/** What is not known to have passed has not. */
function outcomeOf(task) {
  if (task.result?.state === 'pass') return 'passed'
  if (task.mode === 'skip' || task.mode === 'todo' || task.result?.state === 'skip') return 'skipped'
  return 'failed'
}
