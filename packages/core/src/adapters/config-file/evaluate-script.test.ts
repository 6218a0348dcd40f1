import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../target/config-error.ts'
import { loadConfig } from './load-config.ts'

const typed = `import { defineConfig } from '@ratchet/core'
import type { ConfigInput } from '@ratchet/core'

const run: string = 'node bench.js' // tests: none
export default defineConfig({
  target: { edit: ['src/**'] },
  tests: [{ run: 'npm test' }],
  metrics: { speed: { run, measure: 'cpu-time' } },
} satisfies ConfigInput)
`

async function failureOf(text: string, path = 'ratchet.config.ts', timeoutMs = 10_000): Promise<ConfigError> {
  try {
    await loadConfig({ text, path, timeoutMs })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the config was accepted')
}

describe('a script config', () => {
  test('means the same as the YAML that says the same', async () => {
    const yaml = 'target: { edit: [src/**] }\ntests: [{ run: npm test }]\nmetrics: { speed: { run: node bench.js, measure: cpu-time } }\n'
    const fromScript = await loadConfig({ text: typed, path: 'ratchet.config.ts' })
    expect(fromScript.digest).toBe((await loadConfig({ text: yaml, path: 'ratchet.yaml' })).digest)
  })

  test('may be plain JavaScript, compute, print and await', async () => {
    const text = `import path from 'node:path'
console.log('{"kind":"value","value":{}}')
const edit = await Promise.resolve([path.posix.join('src', '**')])
export default { target: { edit }, build: undefined, tests: [{ run: 'npm test' }], metrics: { speed: { run: 'x', measure: 'cpu-time' } } }`
    for (const name of ['ratchet.config.mjs', 'sub/ratchet.config.js']) {
      expect((await loadConfig({ text, path: name })).config.target.edit).toEqual(['src/**'])
    }
  })

  test.each([
    ['a misspelt field', typed.replace("tests: [{ run: 'npm", "tests: [{ rnu: 'npm"), 'config-invalid', 7, 'tests[0].rnu', 'did you mean `run`?'],
    ['a wrong value', typed.replace('cpu-time', 'cpu'), 'config-invalid', 8, 'metrics.speed.measure', 'cpu-time'],
    ['a wrong value in a list', typed.replace("['src/**']", "['src/**',\n '/etc']"), 'config-invalid', 7, 'target.edit[1]', 'from the root'],
    ['a field nobody wrote', typed.replace(/tests:.*\],\n/, ''), 'config-invalid', 1, 'tests', "{\"run\":\"node --test"],
    ['a syntax error', 'export default {\n  a: ]\n}', 'config-syntax', 2, '', 'syntax'],
    ['an enum', 'export default {}\nenum A { b }', 'config-syntax', 2, '', 'erased'],
    ['an exception', 'const a = null\n\nexport default a.b', 'config-load-failed', 3, '', 'without an error'],
    ['an import of the working tree', "\nimport a from './shared.ts'\nexport default a", 'config-load-failed', 2, '', 'one file'],
    ['an import of a package', "import a from 'zod'\nexport default a", 'config-load-failed', 1, '', 'one file'],
    ['no default export', 'export const config = {}', 'config-invalid', 1, '', 'export default'],
    ['a function in it', 'export default {\n  target: { edit: () => [] },\n}', 'config-invalid', 2, 'target.edit', 'plain text'],
    ['a date in it', 'export default { build: new Date(0) }', 'config-invalid', 1, 'build', 'plain text'],
    ['a circle in it', 'const a = { target: null }\na.target = a\nexport default a', 'config-invalid', 1, 'target', 'plain text'],
    ['no number', 'export default { search: { evaluations: NaN } }', 'config-invalid', 1, 'search.evaluations', 'numbers'],
  ] as const)('with %s is refused with its place', async (...[, text, ...expected]) => {
    const [code, line, field, fix] = expected
    const error = await failureOf(text)
    const [problem] = error.problems
    expect(error.code, error.message).toBe(code)
    expect([problem?.line, problem?.path]).toEqual([line, field])
    expect(problem?.fix).toContain(fix)
  })

  test.each([
    ['reads files', "import fs from 'node:fs'\nexport default fs.readFileSync('/etc/hostname', 'utf8')", 'write the value down'],
    ['writes files', "import fs from 'node:fs'\nfs.writeFileSync('/tmp/ratchet-config-was-here', '')\nexport default {}", 'write the value down'],
    ['starts programs', "import { execSync } from 'child_process'\nexport default execSync('true')", 'write the value down'],
    ['starts threads', "import { Worker } from 'node:worker_threads'\nnew Worker('1', { eval: true })\nexport default {}", 'write the value down'],
    ['leaves early', 'process.exit(0)', 'process.exit'],
    ['never answers', 'await new Promise(() => {})\nexport default {}', 'run to its end'],
    ['throws later', "setTimeout(() => { throw new Error('late') })\nawait new Promise(() => setInterval(() => {}, 1000))", 'without an error'],
    ['answers a book', "export default { build: 'x'.repeat(3_000_000) }", 'small plain object'],
  ])('that %s is refused', async (_, text, fix) => {
    const error = await failureOf(text)
    expect(error.code).toBe('config-load-failed')
    expect(error.problems[0]?.fix).toContain(fix)
  })

  test('that never ends is stopped at its limit', async () => {
    const error = await failureOf('while (true);', 'ratchet.config.ts', 300)
    expect(error.problems[0]?.message).toContain('300 ms')
  })

  test('sees nothing of our environment', async () => {
    const text = typed.replace("'node bench.js'", 'JSON.stringify([Object.keys(process.env), process.cwd()])')
    const { config } = await loadConfig({ text, path: 'ratchet.config.ts' })
    expect(JSON.parse(config.metrics['speed']?.run ?? '')).toEqual([[], '/'])
  })

  test('is stopped when its caller gives up', async () => {
    const stop = new AbortController()
    const loading = loadConfig({ text: 'while (true);', path: 'ratchet.config.ts', signal: stop.signal })
    setTimeout(() => stop.abort(new Error('no longer wanted')), 50)
    await expect(loading).rejects.toThrow('no longer wanted')
    await expect(loadConfig({ text: typed, path: 'ratchet.config.ts', signal: stop.signal })).rejects.toThrow('no longer wanted')
  })
})
