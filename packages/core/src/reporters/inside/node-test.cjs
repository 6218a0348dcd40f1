'use strict'
// Preloaded into `node --test`, which runs no code of the target itself, and into the process of each test file, which does. A file's process has a channel and
// a nonce of its own towards the runner's process; that one checks what comes and passes it on. What a test file writes to its standard output, where
// node:test expects its events, decides nothing.
const { randomBytes, timingSafeEqual } = require('node:crypto')
const EventEmitter = require('node:events')
const { executionAsyncResource } = require('node:async_hooks')
const { isMainThread } = require('node:worker_threads')
const launching = require('./launching.cjs')
const { authenticator, nonceLength, openReport, readNonce, variable } = require('./sealed-channel.cjs')
const { describeRun, isApart, takeTurn } = require('./turn.cjs')

const { apply } = Reflect
const { defineProperty } = Object
const runner = 'node'
const preload = __filename

/**
 * Listens to the one stream of events of this process, from its making on. `emit` becomes the stream's own property: patching a prototype later
 * changes nothing. The stream itself can still be found from within a test; who does that is inside the judge already.
 */
function listen(receive) {
  // Without isolation the runner loads this file late, from within its outermost test.
  const running = executionAsyncResource().reporter
  if (isEventStream(running)) return watch(running, receive)
  const { init } = EventEmitter
  EventEmitter.init = function initWatched(options) {
    apply(init, this, [options])
    if (!isEventStream(this)) return
    EventEmitter.init = init
    watch(this, receive)
  }
  // The stream is made now, before anything of the target is loaded. An outermost test without tests changes nothing.
  require('node:test').before(() => undefined)
  if (EventEmitter.init !== init) throw new Error('ratchet: this version of node:test cannot be listened to')
}

function isEventStream(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value)?.constructor?.name === 'TestsStream'
}

function watch(stream, receive) {
  const { emit } = stream
  const own = function emitReported(type, data) {
    receive(type, data)
    return apply(emit, this, arguments)
  }
  defineProperty(stream, 'emit', { value: own, writable: false, configurable: false, enumerable: false })
}

/** Folds events into cases: leaves, and whatever failed without a failing test inside. The plan of the outermost level comes last. */
function caseFolder(report, file) {
  const names = { __proto__: null, 0: file ?? '' }
  const inside = { __proto__: null, 0: 0 }
  const failures = { __proto__: null, 0: 0 }
  let top = 0
  return (type, data) => {
    const level = type === 'test:start' || type === 'test:pass' || type === 'test:fail' ? data.nesting + 1 : 0
    if (level === 1 && file === null) names[0] = data.file ?? ''
    if (type === 'test:start') {
      names[level] = data.name
      inside[level] = 0
      failures[level] = 0
    } else if (level > 0) {
      names[level] = data.name
      const isPass = type === 'test:pass'
      const isSkipped = data.skip !== undefined || data.todo !== undefined
      const isLeaf = inside[level] === 0 && data.details?.type !== 'suite'
      if (isLeaf || (!isPass && !isSkipped && failures[level] === 0)) {
        report.case(isSkipped ? 'skipped' : isPass ? 'passed' : 'failed', names, level + 1)
        if (!isPass && !isSkipped) failures[level]++
      }
      inside[level - 1]++
      failures[level - 1] += failures[level]
      inside[level] = 0
      failures[level] = 0
      if (level === 1) top++
    } else if (type === 'test:plan' && data.nesting === 0 && data.count === top) report.end('planned')
  }
}

function isRunner() {
  return process.execArgv.includes('--test')
}

function isIsolated() {
  return !process.execArgv.some((option) => /^--(experimental-)?test-isolation=none$/.test(option))
}

/** Frames of one file's process, checked: its cases once it has come to its end, and null before and after anything else. */
function readFile(bytes, nonce) {
  const sign = authenticator(nonce)
  const lines = bytes.toString('utf8').split('\n')
  if (lines.pop() !== '') return null
  const bodies = lines.map((line, sequence) => {
    const body = line.slice(nonceLength * 2 + 1)
    const message = Buffer.from(`${sequence}\n${body}`)
    const mac = Buffer.from(line.slice(0, nonceLength * 2))
    const expected = Buffer.from(sign(message, message.length))
    return line[nonceLength * 2] === ' ' && mac.length === expected.length && timingSafeEqual(mac, expected) ? JSON.parse(body) : null
  })
  if (bodies.includes(null) || bodies.length < 2 || bodies[0][0] !== 'start') return null
  const cases = bodies.slice(1, -1)
  const end = bodies[bodies.length - 1]
  return end[0] === 'end' && end[1] === cases.length && cases.every((body) => body[0] === 'case') ? cases : null
}

/** The runner: gives each test file its channel, and reports a file as failing that did not come to its end, or not well. */
function reportFiles(report) {
  const files = []
  launching.onSpawn((options) => {
    if (!(options.envPairs ?? []).some((pair) => pair.startsWith('NODE_TEST_CONTEXT='))) return undefined
    const given = launching.addDescriptor(options, 'pipe')
    // Newer versions of Node repeat what NODE_OPTIONS said on the command line of a file's process, and older ones do not.
    options.args = options.args.filter((word, index, all) => word !== `--require=${preload}` && !(word === '--require' && all[index + 1] === preload) && !(word === preload && all[index - 1] === '--require'))
    const own = options.envPairs.find((pair) => pair.startsWith('NODE_OPTIONS='))?.slice('NODE_OPTIONS='.length) ?? ''
    launching.setVariables(options, [[variable, String(given)], ['RATCHET_TEST_FILE', '1'], ['NODE_OPTIONS', `--require=${preload} ${own}`.trim()]])
    return (child) => files.push(follow(child, { name: String(options.args?.at(-1)), given }))
  })
  process.on('exit', () => {
    for (const file of files) reportFile(report, file)
    report.end('files')
  })
}

function follow(child, { name, given }) {
  const file = { name, nonce: randomBytes(nonceLength), chunks: [], isGood: false }
  const stream = child.stdio?.[given]
  stream?.on('error', () => undefined)
  stream?.on('data', (chunk) => file.chunks.push(chunk))
  stream?.end(file.nonce)
  child.on('exit', (code, signal) => (file.isGood = code === 0 && signal === null))
  return file
}

function reportFile(report, file) {
  const cases = readFile(Buffer.concat(file.chunks), file.nonce)
  let failed = 0
  for (const [, outcome, names] of cases ?? []) {
    if (outcome === 'failed') failed++
    report.case(outcome, names, names.length)
  }
  if (cases === null) report.case('failed', [file.name, '(did not come to its end)'], 2)
  else if (!file.isGood && failed === 0) report.case('failed', [file.name, '(ended badly)'], 2)
}

/** The report of this process: a file's towards its runner, and the runner's towards the parent; null for a program that is no runner. */
function openOwn(number, isFile) {
  if (isFile) {
    const nonce = readNonce(number)
    if (nonce === null) throw new Error('ratchet: there is no key for this file')
    return openReport(number, nonce, `["start","${runner}"]`)
  }
  const options = process.execArgv.filter((word, index, all) => !`${word} ${all[index + 1]}`.includes(preload) && word !== preload)
  const run = describeRun(runner, isRunner() ? 'runner' : 'program', [...options, ...process.argv.slice(1)])
  if (!isApart(run)) return takeTurn(number, run)
  launching.standApart(preload, number, 'program')
  return null
}

function start() {
  const isFile = process.env['RATCHET_TEST_FILE'] !== undefined
  delete process.env['RATCHET_TEST_FILE']
  const number = launching.takeRole(preload, (file) => isFile || isRunner() || (launching.runnerOf(file) === 'program' && !launching.isLauncher(file)))
  if (number === null) return
  const report = openOwn(number, isFile)
  if (report === null) return
  if (!isFile && isRunner() && isIsolated()) reportFiles(report)
  // A process in which tests run: a file's, one that isolates nothing, or one started without `--test`.
  else listen(caseFolder(report, isFile || !isRunner() ? launching.mainFile() : null))
}

if (isMainThread) start()
for (const file of [preload, ...['launching', 'sealed-channel', 'turn'].map((name) => require.resolve(`./${name}.cjs`))]) delete require.cache[file]
