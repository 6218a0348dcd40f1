'use strict'
// What GoogleTest writes as the last thing it does: one JSON document a process, in a folder that GTEST_OUTPUT names.
const fs = require('node:fs')
const path = require('node:path')

/** Documents in the folder, each with the name of the executable that wrote it. A file that is no such document is passed over: it proves nothing. */
function evidenceIn(folder) {
  return fs.readdirSync(folder).flatMap((file) => {
    try {
      const document = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))
      return Array.isArray(document.testsuites) ? [{ executable: file.replace(/(_\d+)?\.json$/, ''), document }] : []
    } catch (error) {
      if (error instanceof SyntaxError || error.code === 'EISDIR' || error.code === 'ENOENT') return []
      throw error
    }
  })
}

function isGoogleTest(executable) {
  if (executable === undefined) return false
  try {
    return /libgtest|gtest_list_tests/.test(fs.readFileSync(executable, 'latin1'))
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return false
    throw error
  }
}

/**
 * Which of CTest's tests left nothing behind: each process writes one document, so each document speaks for one test, and for one that names few tests before one
 * that names many.
 */
function unproven(evidence, tests) {
  const left = [...evidence]
  const asked = tests.map((test) => ({ test, ...wanted(test.command) })).filter(({ writesElsewhere }) => !writesElsewhere)
  return asked
    .toSorted((a, b) => Number(a.isOpen) - Number(b.isOpen))
    .filter((entry) => {
      const all = evidence.filter(({ executable }) => executable === entry.executable).flatMap(({ document }) => namesIn(document))
      const index = left.findIndex(({ executable, document }) => executable === entry.executable && proves(document, entry, all))
      if (index !== -1) left.splice(index, 1)
      return index === -1
    })
    .map(({ test }) => test)
}

function wanted([executable, ...args]) {
  const filter = args.find((word) => word.startsWith('--gtest_filter='))?.slice('--gtest_filter='.length) ?? '*'
  const [positive = ''] = filter.split('-')
  return {
    executable: path.basename(executable),
    isOpen: /[*?:]/.test(filter),
    matches: new RegExp(`^(${(positive === '' ? '*' : positive).split(':').map(pattern).join('|')})$`),
    // One that a wildcard leaves out again cannot be told from one that was never reached.
    isWhole: !filter.includes('-'),
    writesElsewhere: args.some((word) => word.startsWith('--gtest_output=')),
  }
}

const pattern = (glob) => glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')

const namesIn = (document) => document.testsuites.flatMap((suite) => (suite.testsuite ?? []).map((test) => `${suite.name}.${test.name}`))

/** The document holds tests that were asked for and all of them that are known, none failed, and none of them was left out. */
function proves(document, { matches, isOpen, isWhole }, all) {
  const ran = new Set()
  for (const suite of document.testsuites) {
    for (const test of suite.testsuite ?? []) {
      if (test.failures !== undefined) return false
      if (test.status === 'RUN') ran.add(`${suite.name}.${test.name}`)
    }
  }
  const isMissing = isOpen && isWhole && all.some((name) => matches.test(name) && !/(^|[./])DISABLED_/.test(name) && !ran.has(name))
  return !isMissing && [...ran].some((name) => matches.test(name))
}

module.exports = { evidenceIn, isGoogleTest, unproven }
