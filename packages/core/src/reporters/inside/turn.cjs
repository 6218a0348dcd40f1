'use strict'
// One launch gives one turn: of all runner processes that a command starts, one gets the key and runs, and every other ends at once with 0, before anything of the
// target is loaded. So a key never waits where the code of an earlier run could find it, and nothing that an earlier run left behind lies in the way of a later one.
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const { openReport, readNonce } = require('./sealed-channel.cjs')

/** The run that this launch is for; empty: whichever comes first. */
const wantedVariable = 'RATCHET_RUN'
/** Programs that turned out to be no runners: they run, but have no part in the report. */
const apartVariable = 'RATCHET_APART'
const wanted = process.env[wantedVariable] ?? ''
const apart = (process.env[apartVariable] ?? '').split(',')

/** Longer lists of arguments are cut: a person has to read them. */
const wordsLimit = 200

/** What tells the runs of one command apart, and is the same in every launch. `kind` is `program` where it cannot be known before whether it runs tests. */
function describeRun(runner, kind, words) {
  const folder = process.cwd()
  const script = process.env['npm_lifecycle_event'] ?? ''
  const identity = createHash('sha256').update([runner, script, folder, ...words].join('\0')).digest('hex')
  return { runner, kind, identity, folder, words: [...(script === '' ? [] : [`${script}:`]), ...words].join(' ').slice(0, wordsLimit).toWellFormed() }
}

/** Says something that is no part of the report, in one write. Anybody could say it; it can only make things worse for who does. */
function sayNote(number, ...words) {
  fs.writeSync(number, `~ ${words.join(' ')}\n`)
}

function isApart({ kind, identity }) {
  return kind === 'program' && apart.includes(identity)
}

/** The report, for the one run whose turn it is; no other comes back from here. */
function takeTurn(number, run) {
  const nonce = wanted === '' || wanted === run.identity ? readNonce(number) : null
  if (nonce === null) {
    sayNote(number, 'waiting', run.identity)
    process.exit(0)
  }
  const { stringify } = JSON
  return openReport(number, nonce, `["start",${[run.runner, run.kind, run.identity, run.folder, run.words].map((text) => stringify(text)).join(',')}]`)
}

module.exports = Object.freeze({ describeRun, isApart, sayNote, takeTurn, variables: Object.freeze([wantedVariable, apartVariable]) })
