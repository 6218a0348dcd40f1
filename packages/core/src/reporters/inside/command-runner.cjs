'use strict'
// For runners that take reporters on their command line: opens the report in the runner's own process, before it reads its arguments, and adds ours to them.
const { isMainThread } = require('node:worker_threads')
const launching = require('./launching.cjs')
const { describeRun, takeTurn } = require('./turn.cjs')

let waiting = null

/** Gives the report out once, to our reporter; whoever asks later, for instance a test, gets nothing. */
function claimReport() {
  const report = waiting
  waiting = null
  for (const file of Object.keys(require.cache)) if (file.startsWith(`${__dirname}/`)) delete require.cache[file]
  if (report === null) throw new Error('ratchet: there is no report to write')
  return report
}

/** `changeArguments` gets the list of arguments after the file, and gives back the list that the runner shall see. */
function preloadRunner({ preload, name, changeArguments }) {
  if (!isMainThread) return
  const number = launching.takeRole(preload, (file) => launching.runnerOf(file) === name)
  if (number === null) return
  waiting = takeTurn(number, describeRun(name, 'runner', process.argv.slice(2)))
  process.argv.splice(2, Infinity, ...changeArguments(process.argv.slice(2)))
}

/** Whether a list of arguments names the option, as `--name value`, `--name=value` or by a short form. */
function hasOption(list, ...names) {
  return list.some((word) => names.some((name) => word === name || word.startsWith(`${name}=`)))
}

module.exports = { claimReport, hasOption, preloadRunner }
