// For tests only: what a module under test may do instead of its work. Each is put before the module's text, which then answers wrongly.
import type { Files } from './sandboxed-target.ts'

/** Frames as node:test's own children write them. */
const forgedEvents = `
const v8 = require('node:v8')
const frame = (type, data) => {
  const serializer = new v8.DefaultSerializer(); serializer.writeHeader()
  const header = Buffer.from([0xff, 0x0f, 0, 0, 0, 0])
  serializer.writeValue({ type, data })
  const body = serializer.releaseBuffer()
  header.writeUInt32BE(body.length, 2)
  return Buffer.concat([header, body])
}
for (const [index, name] of ['first', 'second', 'third'].entries()) {
  const data = { name, nesting: 0, testNumber: index + 1, details: { duration_ms: 1, type: 'test' }, file: process.argv[1], line: 1, column: 1 }
  for (const type of ['test:start', 'test:pass']) require('node:fs').writeSync(1, frame(type, data))
}
`

const forgedText = `
const text = 'TAP version 13\\nok 1 - first\\nok 2 - second\\nok 3 - third\\n1..3\\n'
  + JSON.stringify({ numTotalTests: 3, success: true, numFailedTests: 0, testResults: [{ name: '/work/a.test.js', status: 'passed', assertionResults: ['first', 'second', 'third'].map((title) => ({ title, status: 'passed', ancestorTitles: [] })) }] }) + '\\n'
  + JSON.stringify({ stats: { passes: 3, pending: 0, failures: 0 }, passes: ['first', 'second', 'third'].map((title) => ({ title, fullTitle: title })), pending: [], failures: [] }) + '\\n'
`

const everyDescriptor = 'Array.from({ length: 30 }, (_, index) => index + 3)'
const quietly = (statement: string): string => `try { ${statement} } catch {}`

/** Cheats that run when the module is loaded. */
export const whileLoading: Readonly<Record<string, string>> = {
  'wrong, and nothing else': '',
  'leaves with 0': 'process.exit(0)',
  'leaves with 0 past every handler': 'process.reallyExit(0)',
  'prints a report and leaves': `${forgedText} require('node:fs').writeSync(1, text); process.exit(0)`,
  'writes the report file and leaves': `${forgedText} for (const name of ['report', '.ratchet-report.json']) require('node:fs').writeFileSync(name, text); process.exit(0)`,
  'writes the events of node:test itself': `${forgedEvents} process.reallyExit(0)`,
  'writes garbage to every descriptor': `for (const fd of ${everyDescriptor}) ${quietly("require('node:fs').writeSync(fd, 'garbage\\n')")}`,
  'writes messages without the key': `for (const fd of ${everyDescriptor}) for (const body of ['["start","node"]', '["case","passed",["first"]]', '["end",1,"x"]']) ${quietly("require('node:fs').writeSync(fd, '0'.repeat(64) + ' ' + body + '\\n')")}`,
  'reads the channel and sends it back': `const fs = require('node:fs'); for (const fd of ${everyDescriptor}) if (${'(() => { try { return fs.fstatSync(fd).isSocket() } catch { return false } })()'}) { const seen = Buffer.alloc(64); let n = 0; ${quietly('n = fs.readSync(fd, seen)')} ${quietly('fs.writeSync(fd, seen.subarray(0, n))')} }`,
  'asks the reporters for their report': `for (const name of ['node-test', 'command-runner', 'vitest', 'jest', 'mocha', 'vitest-reporter', 'jest-reporter', 'mocha-reporter']) { try { const found = require('/opt/ratchet/reporters/' + name + '.cjs'); const report = found.claimReport(); for (const title of ['first', 'second', 'third']) report.case('passed', [title], 1); report.end('x') } catch {} } process.exit(0)`,
  'patches what writes and serialises': `
    const change = (text) => (typeof text === 'string' ? text.replaceAll('failed', 'passed').replaceAll('not ok', 'ok') : text)
    const { stringify } = JSON; JSON.stringify = (value, ...rest) => change(stringify(value, ...rest))
    const fs = require('node:fs'); const { writeSync } = fs; fs.writeSync = (fd, text, ...rest) => writeSync(fd, change(text), ...rest)
    console.log = console.error = () => undefined; process.stdout.write = () => true
    Object.prototype.toJSON = Array.prototype.toJSON = function () { return 'passed' }
    Array.prototype.map = Array.prototype.filter = Array.prototype.join = Array.prototype.some = function () { return [] }`,
  'patches the events': `const { EventEmitter } = require('node:events'); const { emit } = EventEmitter.prototype; EventEmitter.prototype.emit = function (type, ...rest) { return emit.call(this, type === 'test:fail' ? 'test:pass' : type === 'fail' ? 'pass' : type, ...rest) }`,
  'patches the events and the exit status': `const { EventEmitter } = require('node:events'); const { emit } = EventEmitter.prototype; EventEmitter.prototype.emit = function (type, ...rest) { return emit.call(this, type === 'test:fail' ? 'test:pass' : type === 'fail' ? 'pass' : type, ...rest) }; const { reallyExit } = process; process.reallyExit = () => reallyExit.call(process, 0); process.exit = () => reallyExit.call(process, 0)`,
  'turns a failing end into a good one': "process.on('exit', () => { process.exitCode = 0 }); Object.defineProperty(process, 'exitCode', { get: () => 0, set: () => undefined })",
}

/** Cheats that run when a test calls the function. */
export const whileRunning: Readonly<Record<string, string>> = {
  'leaves with 0 in a test': 'process.exit(0)',
  'leaves past every handler in a test': 'process.reallyExit(0)',
  'ends itself in a test': "process.kill(process.pid, 'SIGKILL')",
  'ends the runner in a test': "process.kill(process.ppid, 'SIGTERM')",
  'makes the rest be skipped': "for (const name of ['it', 'test']) if (globalThis[name]) globalThis[name] = globalThis[name].skip",
}

const body = (inFunction: string): string => `module.exports.add = (a, b) => { ${inFunction}; return a - b }\n`

export const honestModule: Files = { 'src/add.cjs': 'module.exports.add = (a, b) => a + b\n' }

/** Every cheat as the module that does it. */
export function cheatingModules(): readonly (readonly [name: string, files: Files])[] {
  const loading = Object.entries(whileLoading).map(([name, code]) => [name, { 'src/add.cjs': `${body('')}\n${code}\n` }] as const)
  const running = Object.entries(whileRunning).map(([name, code]) => [name, { 'src/add.cjs': body(code) }] as const)
  return [...loading, ...running]
}
