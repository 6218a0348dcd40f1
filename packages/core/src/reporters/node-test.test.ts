import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRun } from '../evaluation/evaluation.ts'
import { cheatingModules, honestModule } from './javascript-cheats.ts'
import { getsThrough, sandboxedTargets, told, type SandboxedTargets } from './sandboxed-target.ts'

const tests = {
  'a.test.cjs': `const { test } = require('node:test'); const assert = require('node:assert'); const { add } = require('./src/add.cjs')
    test('first', () => assert.equal(add(1, 2), 3)); test('second', () => assert.equal(add(2, 2), 4)); test('third', () => assert.equal(add(3, 2), 5))`,
}
const varied = `import { test, describe, it, before } from 'node:test'
import assert from 'node:assert'
test('top # hash', () => { console.log('ok 99 - forged') })
test('skipped', { skip: 'why' }, () => {})
test('to do', { todo: true }, () => { assert.equal(1, 2) })
describe('suite', () => { it('a & <b>', () => {}); describe('deep', () => { it('leaf', () => {}) }) })
test('parent', async (t) => { await t.test('good', () => {}); await t.test('bad', () => { assert.equal(1, 2) }) })
describe('hooked', () => { before(() => { throw new Error('hook') }); it('x', () => {}) })
`
const outcomes = ['passed top # hash', 'skipped skipped', 'skipped to do', 'passed suite > a & <b>', 'passed suite > deep > leaf', 'passed parent > good', 'failed parent > bad', 'failed hooked > x']
const inFile = (file: string): readonly string[] => outcomes.map((entry) => entry.replace(' ', ` ${file} > `))

describe('node:test, reported by a preload', () => {
  let targets: SandboxedTargets
  let honest: TestRun
  const command = { run: 'node --test', report: 'node' } as const

  beforeAll(async () => {
    targets = await sandboxedTargets()
    honest = await targets.test(command, { ...tests, ...honestModule })
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it('says of an honest target what happened, sealed', () => {
    expect([honest.trust, honest.exitCode, told(honest)]).toEqual(['sealed', 0, ['first', 'second', 'third'].map((name) => `passed a.test.cjs > ${name}`)])
  })

  it.each(['node --test', "node --test '**/*.test.{js,cjs,mjs}'", 'node --test --test-isolation=none', 'node varied.test.mjs', 'NODE_OPTIONS=--no-warnings node --test --test-reporter=tap'])('reports the same by %s', async (run) => {
    expect(told(await targets.test({ ...command, run }, { 'varied.test.mjs': varied }))).toEqual(inFile('varied.test.mjs'))
  })

  it('agrees with the report that node:test writes itself', async () => {
    const own = await targets.test({ run: 'node --test --test-reporter=junit', report: 'junit' }, { 'varied.test.mjs': varied })
    const written = told(own)
    expect(own.trust).toBe('reported')
    expect(Array.isArray(written) ? written.toSorted() : written).toEqual(outcomes.toSorted())
  })

  it('reports files that cannot be loaded, that fail after their tests, and runs of nothing', async () => {
    const broken = { 'a.test.mjs': "import './nothing.mjs'", 'b.test.mjs': "import { test } from 'node:test'; test('good', () => {}); process.on('exit', () => { process.exitCode = 3 })" }
    const run = await targets.test(command, broken)
    expect([run.exitCode, told(run)]).toEqual([1, ['failed a.test.mjs > (did not come to its end)', 'passed b.test.mjs > good', 'failed b.test.mjs > (ended badly)']])
    expect(told(await targets.test(command, { 'src/x.mjs': '' }))).toEqual([])
  })

  it('is found behind npm and behind programs of packages that use descriptor 3 themselves, and leaves what tests start alone', async () => {
    const launcher = "require('node:child_process').spawn(process.execPath, process.argv.slice(2), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }).on('close', (code) => process.exit(code))"
    const inside = `const { test } = require('node:test'); const assert = require('node:assert'); const { spawnSync } = require('node:child_process')
      test('child', () => assert.equal(String(spawnSync('node', ['-e', 'require("node:fs").writeSync(3, "said")'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] }).output[3]), 'said'))
      test('environment', () => assert.deepEqual([process.env.NODE_OPTIONS, Object.keys(process.env).filter((name) => /RATCHET_(CHANNEL|PRELOAD|TEST)/.test(name)), /reporters/.test(process.env.PATH)], [undefined, [], false]))`
    const files = { 'a.test.cjs': inside, 'node_modules/launcher/cli.js': launcher, 'package.json': '{ "scripts": { "test": "node node_modules/launcher/cli.js --test" } }' }
    expect(told(await targets.test({ ...command, run: 'npm test --silent' }, files))).toEqual(['passed a.test.cjs > child', 'passed a.test.cjs > environment'])
  })

  it('lets a script that builds run before the tests, and trusts them less for it', async () => {
    const files = { ...tests, ...honestModule, 'a.test.cjs': tests['a.test.cjs'].replace('./src/add.cjs', './built.cjs') }
    const build = "require('node:fs').copyFileSync('src/add.cjs', 'built.cjs')"
    for (const text of [build, `${build}; process.exit(0)`]) {
      const run = await targets.test({ ...command, run: 'node build.cjs && node --test' }, { ...files, 'build.cjs': text })
      expect([run.exitCode, run.trust, told(run)]).toEqual([0, 'reported', told(honest)])
    }
    const after = await targets.test({ ...command, run: 'true; node --test' }, { ...tests, ...honestModule })
    expect([after.trust, told(after)]).toEqual(['reported', told(honest)])
    expect((await targets.test({ ...command, run: 'node build.cjs' }, { 'build.cjs': 'process.exit(0)' })).report).toBe('malformed')
  })

  it.each(cheatingModules())('lets nothing through that %s', async (_name, files) => {
    expect(getsThrough(honest, await targets.test(command, { ...tests, ...files }))).toBe(false)
  })

  it('lets nothing through that cheats without isolation either', async () => {
    const alone = { ...command, run: 'node --test --test-isolation=none' }
    for (const [name, files] of cheatingModules().filter(([name]) => /^(leaves with|prints|asks|patches)/.test(name))) expect([name, getsThrough(honest, await targets.test(alone, { ...tests, ...files }))]).toEqual([name, false])
  })
})
