import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRun } from '../evaluation/evaluation.ts'
import { cheatingModules, honestModule } from './javascript-cheats.ts'
import { getsThrough, sandboxedTargets, told, type Files, type SandboxedTargets, type TargetCommand } from './sandboxed-target.ts'

const cases = (test: string): string => `${test}('first', () => assert.equal(add(1, 2), 3)); ${test}('second', () => assert.equal(add(2, 2), 4)); ${test}('third', () => assert.equal(add(3, 2), 5))`
const varied = (skip: string): string => `
test('top', () => { console.log('{"testResults":[]}') }); ${skip}
describe('suite', () => { test('a & <b>', () => {}); describe('deep', () => { test('leaf', () => { throw new Error('wrong') }) }) })`

interface Runner {
  readonly command: TargetCommand
  /** The same, written by the runner itself. */
  readonly own: TargetCommand
  readonly file: string
  readonly honest: string
  readonly varied: string
  /** What the reporter names and the runner's own report does not, or the other way round. */
  readonly broken: readonly string[]
  readonly cheats: RegExp
}

/** Each launch of these two takes more than a second: some cheats of each kind. */
const few = /asks the reporters|patches what|past every handler in/

const runners: readonly Runner[] = [
  {
    command: { run: 'node_modules/.bin/vitest run --configLoader=runner', report: 'vitest' },
    own: { run: 'node_modules/.bin/vitest run --configLoader=runner --reporter=json --outputFile=report', report: 'vitest', reportFile: 'report' },
    file: 'a.test.mjs',
    honest: `import { test } from 'vitest'; import assert from 'node:assert'; import { createRequire } from 'node:module'; const { add } = createRequire(import.meta.url)('./src/add.cjs'); ${cases('test')}`,
    varied: `import { describe, test } from 'vitest'; ${varied("test.skip('skipped', () => {}); test.todo('to do')")}`,
    broken: ['failed b.test.mjs > (file)'],
    cheats: few,
  },
  {
    command: { run: 'node_modules/.bin/jest --ci', report: 'jest' },
    own: { run: 'node_modules/.bin/jest --ci --json --outputFile=report', report: 'jest', reportFile: 'report' },
    file: 'a.test.js',
    honest: `const assert = require('node:assert'); const { add } = require('./src/add.cjs'); ${cases('test')}`,
    varied: varied("test.skip('skipped', () => {}); test.todo('to do')"),
    broken: ['failed b.test.js > (file)'],
    cheats: few,
  },
  {
    command: { run: 'node_modules/.bin/mocha "*.test.js"', report: 'mocha' },
    own: { run: 'node_modules/.bin/mocha --reporter json --reporter-option output=report "*.test.js"', report: 'mocha', reportFile: 'report' },
    file: 'a.test.js',
    honest: `const assert = require('node:assert'); const { add } = require('./src/add.cjs'); ${cases('it')}`,
    varied: varied("test.skip('skipped', () => {}); test('to do')").replaceAll(/\btest\b/g, 'it'),
    broken: [],
    cheats: /wrong|garbage|messages|asks|patches what|events and|leaves with 0 in|past every handler in|ends the runner|skipped/,
  },
]

describe.each(runners)('$command.report, reported by a reporter of ours', ({ command, own, file, honest, varied: text, broken, cheats }) => {
  let targets: SandboxedTargets
  let baseline: TestRun
  const more: Files = { 'package.json': '{}' }

  beforeAll(async () => {
    targets = await sandboxedTargets({ packages: true })
    baseline = await targets.test(command, { ...more, [file]: honest, ...honestModule })
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it('says of an honest target what happened, sealed', () => {
    expect([baseline.trust, baseline.exitCode, told(baseline)]).toEqual(['sealed', 0, ['first', 'second', 'third'].map((name) => `passed ${command.report === 'mocha' ? '' : `${file} > `}${name}`)])
  })

  it('agrees with what the runner writes itself', async () => {
    const files = { ...more, [file]: text }
    // A tier without a channel, where the runner's own report is all there is.
    const unsealed = await targets.test(own, files, ({ channel: _, ...launch }) => launch)
    const sealed = await targets.test(own, files)
    const [written, said] = [told(unsealed), told(sealed)]
    expect([unsealed.trust, sealed.trust, sealed.exitCode]).toEqual(['reported', 'sealed', unsealed.exitCode])
    expect(Array.isArray(said) ? said.toSorted() : said).toEqual(Array.isArray(written) ? written.toSorted() : written)
    expect(said).toHaveLength(5)
  })

  it('fails for a file that cannot be loaded', async () => {
    const run = await targets.test(command, { ...more, [file]: honest, ...honestModule, [file.replace('a.', 'b.')]: command.report === 'vitest' ? "import './nothing'" : "require('./nothing')" })
    expect([run.exitCode === 0, getsThrough(baseline, run)]).toEqual([false, false])
    for (const name of broken) expect(told(run)).toContain(name)
  })

  it.skipIf(cheats === few)('is found behind npm scripts, and where the command line sets NODE_OPTIONS itself', async () => {
    const files = { [file]: honest, ...honestModule }
    const script = await targets.test({ ...command, run: 'npm test --silent' }, { ...files, 'package.json': JSON.stringify({ scripts: { test: command.run } }) })
    const options = await targets.test({ ...command, run: `NODE_OPTIONS=--no-warnings ${command.run}` }, { ...files, ...more })
    for (const run of [script, options]) expect([run.trust, told(run)]).toEqual(['sealed', told(baseline)])
  })

  it.each(cheatingModules().filter(([name]) => cheats.test(name)))('lets nothing through that %s', async (_name, files) => {
    expect(getsThrough(baseline, await targets.test(command, { ...more, [file]: honest, ...files }))).toBe(false)
  })
})
