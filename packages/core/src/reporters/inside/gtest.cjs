'use strict'
// Stands before a command that runs GoogleTest binaries: keeps the channel from them, and passes on the documents that they write last, which are their own word.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const { descriptor } = require('./sealed-channel.cjs')
const { describeRun, takeTurn } = require('./turn.cjs')
const { evidenceIn } = require('./gtest-evidence.cjs')

function main(command) {
  const number = descriptor()
  const report = number === -1 ? null : takeTurn(number, describeRun('gtest', 'runner', []))
  const folder = fs.mkdtempSync(`${os.tmpdir()}/gtest-`)
  const { status } = spawnSync('/bin/sh', ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, GTEST_OUTPUT: `json:${folder}/` } })
  const documents = evidenceIn(folder).map(({ document }) => `${JSON.stringify(document)}\n`).join('')
  // Where there is no channel, the documents are the last of the output.
  if (report === null) process.stdout.write(`\n${documents}`)
  report?.text(documents)
  report?.end(String(status))
  fs.rmSync(folder, { recursive: true, force: true })
  process.exitCode = status ?? 1
}

main(process.argv[2])
