'use strict'
// Stands before CTest, which starts each test as a process of its own and judges it by how that ends. What CTest itself says is passed on; what tests print must not
// be among it. CTest cannot see a GoogleTest binary that leaves with 0 before its tests have run, so those must also leave the summary that they write last.
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const { descriptor } = require('./sealed-channel.cjs')
const { describeRun, takeTurn, variables } = require('./turn.cjs')
const { evidenceIn, isGoogleTest, unproven } = require('./gtest-evidence.cjs')

/** These show what tests print, or hide what CTest says of them. */
const dropped = /^(-V{1,2}|--verbose|--extra-verbose|--output-on-failure|--progress|--debug|-Q|--quiet)$/
/** With these CTest runs no tests, or runs them only after it has built. */
const other = /^(-N|--show-only(=.*)?|--version|--help.*|-h|--print-labels|--build-and-test)$/
const parallel = /^(-j\d*|--parallel(=.*)?)$/

/** CTest's own list of what it would run. */
function plannedTests(program, args) {
  const shown = spawnSync(program, [...args, '--show-only=json-v1'], { maxBuffer: 2 ** 28 })
  try {
    return JSON.parse(shown.stdout.toString('utf8')).tests.map((test) => ({ name: test.name, command: test.command ?? [] }))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return []
    throw error
  }
}

/** Which file an executable is now: writing to it, or putting another in its place, shows in one of these even when everything is put back. */
function identity(file) {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? 'none' : `${stat.dev} ${stat.ino} ${stat.ctimeNs} ${stat.size}`
}

function run(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: options.environment })
    const chunks = []
    child.stdout.on('data', (chunk) => {
      chunks.push(chunk)
      if (options.isShown) process.stdout.write(chunk)
    })
    child.on('error', () => resolve({ code: 127, text: '' }))
    child.on('close', (code) => resolve({ code: code ?? 1, text: Buffer.concat(chunks).toString('utf8') }))
  })
}

const escaped = (name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

async function main(program, given) {
  const number = descriptor()
  if (number === -1 || given.some((word) => other.test(word))) process.exit(spawnSync(program, given, { stdio: 'inherit' }).status ?? 1)
  const report = takeTurn(number, describeRun('ctest', 'runner', given))
  for (const name of variables) delete process.env[name]
  const args = given.filter((word) => !dropped.test(word))
  const folder = fs.mkdtempSync(`${os.tmpdir()}/ctest-`)
  const { CTEST_OUTPUT_ON_FAILURE: _output, CTEST_PROGRESS_OUTPUT: _progress, ...inherited } = process.env
  const path = (inherited.PATH ?? '').split(':').filter((each) => each !== `${__dirname}/bin-ctest`).join(':')
  const environment = { ...inherited, PATH: path, GTEST_OUTPUT: `json:${folder}/` }
  const tests = plannedTests(program, args)
  const before = new Map(tests.map(({ command: [file = ''] }) => [file, identity(file)]))
  const { code, text } = await run(program, args, { environment, isShown: true })
  report.text(text)
  for (const { name, command: [file = ''] } of tests) if (before.get(file) !== identity(file)) report.case('failed', [name, '(its executable was changed)'], 2)
  const ran = tests.filter(({ name, command }) => isGoogleTest(command[0]) && outcomeIn(text, name) !== null)
  const silent = (asked) => unproven(evidenceIn(folder), asked).filter(({ name }) => outcomeIn(text, name) === 'passed')
  // Two processes that end in the same moment may write to one file: what seems to be missing is asked for once more, alone.
  const alone = args.filter((word, index) => !parallel.test(word) && !(/^(-j|--parallel)$/.test(args[index - 1] ?? '') && /^\d+$/.test(word)))
  for (const { name } of silent(ran)) await run(program, [...alone, '-R', `^${escaped(name)}$`], { environment, isShown: false })
  for (const { name } of silent(ran)) report.case('failed', [name, '(ended before its tests did)'], 2)
  report.end(String(code))
  fs.rmSync(folder, { recursive: true, force: true })
  process.exitCode = code
}

/** What CTest said of a test; null when it did not run it. */
function outcomeIn(text, name) {
  const line = text.split('\n').find((each) => /^\s*\d+\/\d+ Test\s+#\d+: /.test(each) && each.includes(`: ${name} .`))
  if (line === undefined || line.includes('(Disabled)')) return null
  return / \.{3,} +Passed /.test(line) ? 'passed' : 'other'
}

main(process.argv[2], process.argv.slice(3))
