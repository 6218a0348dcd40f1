'use strict'
// Runs in Mocha's process, which runs the tests too. The runner gets an `emit` of its own, so that patching a prototype changes nothing; and at the end each test is
// asked for its state, which must be what was reported.
const { claimReport } = require('./command-runner.cjs')
const { EventEmitter } = require('node:events')

const report = claimReport()
const { apply } = Reflect
const { defineProperty } = Object
const { on, emit } = EventEmitter.prototype
const print = process.stdout.write.bind(process.stdout)
let isTaken = false

module.exports = function SealedReporter(runner) {
  if (isTaken) throw new Error('ratchet: a report is written once')
  isTaken = true
  defineProperty(runner, 'emit', { value: emit, writable: false, configurable: false })
  // Workers keep the states to themselves.
  const isParallel = runner.isParallelMode?.() === true
  const reported = { __proto__: null, passed: 0, failed: 0 }
  let failures = 0
  const listen = (event, listener) => apply(on, runner, [event, listener])
  listen('pass', (test) => reportTest('passed', test, reported))
  listen('pending', (test) => reportTest('skipped', test, reported))
  listen('fail', (test, error) => {
    failures++
    reportTest('failed', test, reported)
    print(`failed: ${test.fullTitle()}\n${error?.stack ?? error}\n`)
  })
  listen('end', () => {
    const states = countStates(runner.suite)
    // A test that is tried again is reported as a copy, which the suite does not hold.
    const isOdd = !isParallel && (states.passed > reported.passed || states.failed > reported.failed || (runner.failures ?? failures) !== failures)
    if (isOdd) report.case('failed', ['(whole run)'], 1)
    report.end('run')
  })
}

/** How many tests say themselves that they passed or failed. */
function countStates(suite) {
  const states = { passed: 0, failed: 0 }
  const visit = (inner) => {
    for (const test of inner.tests) if (test.state !== undefined) states[test.state]++
    for (const next of inner.suites) visit(next)
  }
  visit(suite)
  return states
}

/** Mocha's own full title: file names are no part of it. */
function reportTest(outcome, test, reported) {
  // Hooks fail as well, but are no tests.
  if (outcome === 'passed' || (outcome === 'failed' && test.type === 'test')) reported[outcome]++
  report.case(outcome, [test.fullTitle() || test.title], 1)
}
