'use strict'
// What a preloaded process is, and how a program that only starts the runner (npm, npx, tsx, c8) hands the channel on.
const { ChildProcess } = require('node:child_process')
const fs = require('node:fs')
const { closeSync, descriptor, variable } = require('./sealed-channel.cjs')
const { sayNote, variables } = require('./turn.cjs')

/** The file that a process runs, with links resolved; empty for `-e`, `-p` and standard input. */
function mainFile() {
  const file = process.argv[1]
  if (file === undefined) return ''
  for (const candidate of [file, `${file}.js`, `${file}.cjs`, `${file}.mjs`]) {
    try {
      return fs.realpathSync(candidate)
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    }
  }
  return file
}

/** Programs of packages, not of the target itself: only these may pass the channel on, for what runs in the target could read it first. */
function isLauncher(file) {
  return /\/node_modules\/|\/\.yarn\/releases\//.test(file)
}

/** Runners that report in their own ways. None of them passes the channel on: below them is the code of the target. */
const runnerFiles = Object.freeze({
  vitest: /\/vitest\/(vitest\.mjs|dist\/cli\.js)$/,
  jest: /\/(jest|jest-cli)\/bin\/jest\.js$/,
  mocha: /\/mocha\/bin\/(_mocha|mocha\.js|mocha)$/,
})

/** Which runner a process is; `program` when it is none. */
function runnerOf(file) {
  if (process.execArgv.includes('--test')) return 'node'
  return Object.keys(runnerFiles).find((name) => runnerFiles[name].test(file)) ?? 'program'
}

/** Takes what made this file load out of the environment, so that what the runner or a test starts is not touched by it. */
function forgetOptions(preload) {
  const option = `--require=${preload}`
  const rest = (process.env.NODE_OPTIONS ?? '').split(' ').filter((word) => word !== option && word !== '').join(' ')
  if (rest === '') delete process.env.NODE_OPTIONS
  else process.env.NODE_OPTIONS = rest
  delete process.env[variable]
  delete process.env['RATCHET_PRELOAD']
  for (const name of variables) delete process.env[name]
  process.env.PATH = (process.env.PATH ?? '').split(':').filter((folder) => folder !== `${__dirname}/bin-node`).join(':')
}

/** Every child of this process from now on starts as `prepare` says: it may change `stdio` and `envPairs`, and gets the child once it runs. */
function onSpawn(prepare) {
  const { spawn } = ChildProcess.prototype
  ChildProcess.prototype.spawn = function spawnPrepared(options) {
    const started = prepare(options)
    const result = Reflect.apply(spawn, this, [options])
    started?.(this)
    return result
  }
}

/** Adds one more descriptor to a child and returns its number. */
function addDescriptor(options, kind) {
  const stdio = Array.isArray(options.stdio) ? [...options.stdio] : Array.from({ length: 3 }, () => options.stdio ?? 'pipe')
  while (stdio.length < 3) stdio.push('pipe')
  options.stdio = [...stdio, kind]
  return stdio.length
}

function setVariables(options, variables) {
  const kept = (options.envPairs ?? []).filter((pair) => !variables.some(([name]) => pair.startsWith(`${name}=`)))
  options.envPairs = [...kept, ...variables.filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`)]
}

/** Hands the channel to every child: one of them is the runner, and whoever reads first is the only one who can. */
function handOn(number) {
  onSpawn((options) => {
    setVariables(options, [[variable, String(addDescriptor(options, number))]])
    return undefined
  })
}

/**
 * Decides what this process is, once. `isRunner` gets the file it runs. Anything of the target itself that is no runner loses the channel at once.
 * Returns the number of the channel for a runner, and null for everything else.
 */
function takeRole(preload, isRunner) {
  const number = descriptor()
  if (number === -1) {
    forgetOptions(preload)
    return null
  }
  const file = mainFile()
  if (isRunner(file)) {
    forgetOptions(preload)
    return number
  }
  const runner = runnerOf(file)
  if (runner === 'program' && isLauncher(file)) handOn(number)
  else standApart(preload, number, runner)
  return null
}

/** Lets this process run without a part in the report, and says so: what runs before the tests could prepare the ground for them. */
function standApart(preload, number, runner) {
  sayNote(number, 'other', runner)
  closeSync(number)
  forgetOptions(preload)
}

module.exports = Object.freeze({ addDescriptor, isLauncher, mainFile, onSpawn, runnerOf, setVariables, standApart, takeRole })
