import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sandboxedTargets, told, type Files, type SandboxedTargets, type TargetCommand } from './sandboxed-target.ts'

const files: Files = {
  'package.json': '{}',
  'n/a.test.cjs': "require('node:test').test('of node', () => {})",
  'm/a.js': "it('of mocha', () => {})",
  // A worker of the other runner: whatever reaches it could read a key that waits.
  'm/spy.js': "it('spies', () => { for (let fd = 3; fd < 30; fd++) try { const bytes = Buffer.alloc(64); if (require('node:fs').readSync(fd, bytes) === 32) process.exit(7) } catch {} })",
}
const mocha = 'node_modules/.bin/mocha'

describe('a command with runners of two kinds', () => {
  let targets: SandboxedTargets
  const test = (command: TargetCommand, more: Files = {}): ReturnType<SandboxedTargets['test']> => targets.test(command, { ...files, ...more })

  beforeAll(async () => {
    targets = await sandboxedTargets({ packages: true })
  })
  afterAll(() => targets[Symbol.asyncDispose]())

  it.each<[TargetCommand, string]>([
    [{ run: `node --test n/*.cjs && ${mocha} m/a.js`, report: 'node' }, 'mocha'],
    [{ run: `${mocha} m/a.js && node --test n/*.cjs`, report: 'node' }, 'mocha'],
    [{ run: `${mocha} m/a.js; node --test n/*.cjs`, report: 'mocha' }, 'node --test'],
    [{ run: `node --test n/*.cjs && ${mocha} m/a.js`, report: 'mocha' }, 'node --test'],
    [{ run: 'npm test --silent', report: 'mocha' }, 'node --test'],
  ])('is refused with a sentence that says what to do: %o', async (command, other) => {
    const run = await test(command, { 'package.json': JSON.stringify({ scripts: { test: `node --test n/*.cjs && ${mocha} m/a.js` } }) })
    expect(told(run)).toBe('malformed')
    expect(run.problem).toContain(other)
    expect(run.problem).toMatch(/entry of its own under `tests`/)
  })

  it('says the same of one that runs nothing of the named kind', async () => {
    const run = await test({ run: `${mocha} m/a.js`, report: 'node' })
    expect([told(run), run.problem?.includes('mocha')]).toEqual(['malformed', true])
    const none = await test({ run: 'true', report: 'node' })
    expect([told(none), none.problem?.includes('name the format')]).toEqual(['missing', true])
  })

  it('gives no key to what another runner runs', async () => {
    const run = await test({ run: `${mocha} --parallel m/spy.js m/a.js && node --test n/*.cjs`, report: 'node' })
    expect([run.exitCode, told(run)]).toEqual([0, 'malformed'])
  })
})
