import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../target/config-error.ts'
import { loadConfig } from './load-config.ts'

const valid = `target:
  edit: [ "src/**" ]
tests:
  - run: npm test
metrics:
  speed:
    run: node bench.js
    measure: cpu-time
`

async function failureOf(text: string, path = 'ratchet.yaml'): Promise<ConfigError> {
  try {
    await loadConfig({ text, path })
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the config was accepted')
}

/** [what is wrong, text, code, line, column, field, part of the fix] */
type BadConfig = readonly [string, string, string, number, number, string, string]

const badYaml: readonly BadConfig[] = [
  ['nothing', '', 'config-invalid', 1, 1, '', 'ratchet init'],
  ['only comments', '# later\n\n', 'config-invalid', 1, 1, '', 'ratchet init'],
  ['a list instead of fields', '- a\n', 'config-invalid', 1, 1, '', 'target'],
  ['a sentence instead of fields', 'hello\n', 'config-invalid', 1, 1, '', 'target'],
  ['a misspelt field', `${valid}sandbx: { memory: 1GiB }\n`, 'config-invalid', 9, 1, 'sandbx', 'did you mean `sandbox`?'],
  ['a misspelt field inside', valid.replace('measure:', 'mesure:'), 'config-invalid', 8, 5, 'metrics.speed.mesure', 'did you mean `measure`?'],
  ['an invented field', `${valid}colour: red\n`, 'config-invalid', 9, 1, 'colour', 'fields allowed here: target, setup'],
  ['a field in the wrong place', `${valid}maximumPairs: 20\n`, 'config-invalid', 9, 1, 'maximumPairs', 'it belongs to `accept.maximumPairs`'],
  ['no tests', valid.replace(/tests:\n.*\n/, ''), 'config-invalid', 1, 1, 'tests', 'add for instance `tests: [ { run: node --test'],
  ['an empty list of tests', valid.replace(/tests:\n.*\n/, 'tests: []\n'), 'config-invalid', 3, 8, 'tests', 'write for instance [ { run: node --test'],
  ['a field without a value', valid.replace(/tests:\n.*\n/, 'tests:\n'), 'config-invalid', 3, 1, 'tests', 'add for instance'],
  ['no target.edit', valid.replace(/ {2}edit.*/, '  protect: [test]'), 'config-invalid', 1, 1, 'target.edit', 'src/**'],
  ['a glob out of the repository', valid.replace('src/**', '../**'), 'config-invalid', 2, 11, 'target.edit[0]', 'from the root of the repository'],
  ['an absolute glob', valid.replace('src/**', '/src/**'), 'config-invalid', 2, 11, 'target.edit[0]', 'from the root of the repository'],
  ['a negated glob', valid.replace('"src/**"', '"src/**", "!src/a.js"'), 'config-invalid', 2, 21, 'target.edit[1]', 'target.protect'],
  ['a glob with backslashes', valid.replace('"src/**"', String.raw`'src\**x\y'`), 'config-invalid', 2, 11, 'target.edit[0]', 'write / instead'],
  ['text instead of a list', valid.replace('[ "src/**" ]', 'src'), 'config-invalid', 2, 9, 'target.edit', 'write for instance [ src/** ]'],
  ['an unknown measure', valid.replace('cpu-time', 'cpu_time'), 'config-invalid', 8, 14, 'metrics.speed.measure', 'did you mean cpu-time?'],
  ['a measure of nobody', valid.replace('cpu-time', 'beauty'), 'config-invalid', 8, 14, 'metrics.speed.measure', 'write one of cpu-time, wall-time'],
  ['time that should grow', `${valid}    goal: maximize\n`, 'config-invalid', 9, 11, 'metrics.speed.goal', 'measure: reported'],
  ['a file without file-size', `${valid}    file: dist/a.js\n`, 'config-invalid', 9, 11, 'metrics.speed.file', 'file-size'],
  ['file-size without a file', valid.replace('cpu-time', 'file-size'), 'config-invalid', 6, 3, 'metrics.speed.file', 'dist/index.js'],
  ['only guards', `${valid}    role: guard\n`, 'config-invalid', 6, 3, 'metrics', 'role: objective'],
  ['a name that cannot be a metric', valid.replace('speed:', '2 fast:'), 'config-invalid', 6, 3, 'metrics["2 fast"]', 'write for instance fast'],
  ['a duration without a unit', `${valid}    timeout: 120\n`, 'config-invalid', 9, 14, 'metrics.speed.timeout', '120s'],
  ['a duration in an unknown unit', `${valid}    timeout: 2 days\n`, 'config-invalid', 9, 14, 'metrics.speed.timeout', 'units: ms, s, m, h'],
  ['a duration of nothing', `${valid}    timeout: 0s\n`, 'config-invalid', 9, 14, 'metrics.speed.timeout', '2m'],
  ['a size in the wrong case', `${valid}sandbox:\n  memory: 2gib\n`, 'config-invalid', 10, 11, 'sandbox.memory', 'did you mean 2GiB?'],
  ['a share of more than everything', `${valid}    minimumEffect: 2\n`, 'config-invalid', 9, 20, 'metrics.speed.minimumEffect', 'did you mean 2%?'],
  ['a percentage as text', `${valid}    margin: "2"\n`, 'config-invalid', 9, 13, 'metrics.speed.margin', '2%'],
  ['a false-accept rate of a coin', `${valid}accept: { falseAcceptRate: 0.5 }\n`, 'config-invalid', 9, 28, 'accept.falseAcceptRate', '0.01'],
  ['a rate of zero', `${valid}accept: { falseAcceptRate: 0 }\n`, 'config-invalid', 9, 28, 'accept.falseAcceptRate', '1%'],
  ['yes instead of true', `${valid}accept:\n  confirm: yes\n`, 'config-invalid', 10, 12, 'accept.confirm', 'true or false'],
  ['a fraction of a process', `${valid}sandbox: { processes: 1.5 }\n`, 'config-invalid', 9, 23, 'sandbox.processes', 'whole number from 1 to 100000'],
  ['too few pairs', `${valid}accept: { maximumPairs: 3 }\n`, 'config-invalid', 9, 25, 'accept.maximumPairs', 'from 10 to 10000'],
  ['not a number', `${valid}search: { evaluations: .nan }\n`, 'config-invalid', 9, 24, 'search.evaluations', 'whole number'],
  ['a number as a command', `${valid}build: 3\n`, 'config-invalid', 9, 8, 'build', 'npm run build'],
  ['an empty command', `${valid}build: "  "\n`, 'config-invalid', 9, 8, 'build', 'npm run build'],
  ['a NUL in a command', `${valid}build: "a\\0b"\n`, 'config-invalid', 9, 8, 'build', 'remove the NUL'],
  ['setup with a misspelt field', `${valid}setup: { run: npm ci, enviroment: [A] }\n`, 'config-invalid', 9, 23, 'setup.enviroment', 'did you mean `environment`?'],
  ['setup of the wrong kind', `${valid}setup: [npm, ci]\n`, 'config-invalid', 9, 8, 'setup', 'npm ci --ignore-scripts'],
  ['a variable name with a value', `${valid}setup: { run: npm ci, environment: ["A=1"] }\n`, 'config-invalid', 9, 37, 'setup.environment[0]', 'NPM_CONFIG_REGISTRY'],
  ['a report file nobody reads', valid.replace('npm test', 'npm test\n    reportFile: r.xml'), 'config-invalid', 5, 17, 'tests[0].reportFile', 'report: junit'],
  ['a report file outside', valid.replace('npm test', 'npm test\n    report: junit\n    reportFile: /tmp/r.xml'), 'config-invalid', 6, 17, 'tests[0].reportFile', 'from the root'],
  ['an unknown proposer', `${valid}proposers: [genetics]\n`, 'config-invalid', 9, 13, 'proposers[0]', 'did you mean genetic?'],
  ['a problem reached through an alias', `${valid}  size: &m { run: x, measure: nope }\n  more: *m\n`, 'config-invalid', 9, 31, 'metrics.size.measure', 'write one of'],
  ['a merge key', `${valid}<<: { build: x }\n`, 'config-invalid', 9, 1, '["<<"]', 'remove it'],
  ['a duplicate field', `${valid}build: a\nbuild: b\n`, 'config-syntax', 10, 1, 'build', 'remove one'],
  ['a duplicate field inside', valid.replace('run: node', 'run: x\n    run: node'), 'config-syntax', 8, 5, 'metrics.speed.run', 'remove one'],
  ['a tab', 'target:\n\tedit: [a]\n', 'config-syntax', 2, 1, '', 'spaces'],
  ['a colon in a plain value', `${valid}build: echo a: b\n`, 'config-syntax', 9, 8, 'build', 'quotes'],
  ['an open quote', `${valid}build: "a\n`, 'config-syntax', 10, 1, 'build', 'close the quote'],
  ['an open bracket', 'target: { edit: [a }\n', 'config-syntax', 1, 20, 'target.edit', 'bracket'],
  ['a reserved character', `${valid}build: @x\n`, 'config-syntax', 9, 8, 'build', 'quotes'],
  ['several documents', `${valid}---\n${valid}`, 'config-syntax', 9, 1, '', '---'],
  ['an unknown tag', `${valid}build: !shell x\n`, 'config-syntax', 9, 8, 'build', 'tag'],
  ['a tag of YAML 1.1', `${valid}build: !!binary aGk=\n`, 'config-syntax', 9, 17, 'build', 'tag'],
  ['a %YAML directive', `%YAML 1.1\n---\n${valid}`, 'config-syntax', 1, 1, '', 'remove it'],
  ['an alias of nothing', `${valid}build: *b\n`, 'config-syntax', 9, 8, 'build', '&b'],
  ['an alias inside itself', `${valid}proposers: &p [*p]\n`, 'config-syntax', 9, 15, 'proposers[0][0][0][0][0]', 'write the values out'],
  ['a key that is no text', `${valid}1: x\n`, 'config-syntax', 9, 1, '', 'in quotes'],
  ['a key that is a list', `${valid}? [a]\n: x\n`, 'config-syntax', 9, 3, '', 'in quotes'],
  ['a prototype', `${valid}__proto__: { build: x }\n`, 'config-syntax', 9, 1, '__proto__', 'remove it'],
  ['endless nesting', `build: ${'['.repeat(20_000)}`, 'config-syntax', 1, 0, '', 'nest less'],
  ['a novel', `# ${'a'.repeat(70_000)}\n${valid}`, 'config-syntax', 1, 1, '', 'shorten it'],
]

describe('a YAML config with', () => {
  test.each(badYaml)('%s', async (...[, text, ...expected]) => {
    const [code, line, column, field, fix] = expected
    const error = await failureOf(text)
    const [problem] = error.problems
    expect(error.code, error.message).toBe(code)
    expect({ ...problem, fix: undefined, message: undefined }).toEqual({
      file: 'ratchet.yaml', line, column: column === 0 ? problem?.column : column, path: field === '' && column === 0 ? problem?.path : field, fix: undefined, message: undefined,
    })
    expect(problem?.fix).toContain(fix)
    expect(problem?.message).toMatch(/\S/)
    expect(error.message).toContain(`ratchet.yaml:${line}:`)
    expect(error.remedy).toMatch(/\S/)
  })

  test('aliases that explode is refused quickly', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*l${level}`)).join(', ')}]`)
    const error = await failureOf(`${valid}${levels.join('\n')}\n`)
    expect(error.code).toBe('config-syntax')
    expect(error.problems[0]?.fix).toContain('write the values out')
  })

  test('many mistakes names all of them, in the order of the file', async () => {
    const error = await failureOf(`${valid.replace('cpu-time', 'cpu')}sandbox: { memory: 2, wall: 3 }\nbuidl: x\n`)
    expect(error.problems.map((problem) => problem.path)).toEqual(['metrics.speed.measure', 'sandbox.memory', 'sandbox.wall', 'buidl'])
    expect(error.message.split('\n')).toHaveLength(4)
  })
})

describe('a good YAML config', () => {
  test('is read, with defaults', async () => {
    const { config } = await loadConfig({ text: valid, path: 'ratchet.yaml' })
    expect(config.target).toEqual({ edit: ['src/**'], protect: [] })
    expect(config.tests[0]).toEqual({ run: 'npm test', report: 'exit-code', timeout: 120_000, selfTest: false, heldOut: false })
  })

  test('may use aliases, a byte-order mark and Windows line ends', async () => {
    const text = `\ufeff${valid}  memory: { run: &r node bench.js, measure: peak-memory, role: guard }\n  more: { run: *r, measure: wall-time, role: guard }\n`.replaceAll('\n', '\r\n')
    const { config } = await loadConfig({ text, path: 'ratchet.yml' })
    expect(config.metrics['more']?.run).toBe('node bench.js')
  })

  test('may name a metric like a method of every object', async () => {
    const { config } = await loadConfig({ text: valid.replace('speed', 'constructor'), path: 'ratchet.yaml' })
    expect(Object.keys(config.metrics)).toEqual(['constructor'])
  })

  test('keeps its digest when only its looks change', async () => {
    const { digest } = await loadConfig({ text: valid, path: 'ratchet.yaml' })
    const reordered = `# the same\nmetrics: { speed: { measure: cpu-time, timeout: 120s, run: node bench.js } }\ntests: [{ run: npm test, timeout: 2m }]\ntarget: { edit: [src/**] }\n`
    expect((await loadConfig({ text: reordered, path: 'ratchet.yaml' })).digest).toBe(digest)
    expect((await loadConfig({ text: valid.replace('npm test', 'npm t'), path: 'ratchet.yaml' })).digest).not.toBe(digest)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
  })
})

test('any text is either accepted or refused with a ConfigError', async () => {
  const pieces = fc.constantFrom('target', ':', ' ', '\n', '  ', '- ', '[', ']', '{', '}', '"', "'", '&a', '*a', '!x', '#', '|', '>', '---', '\t', '%', 'edit: [a]', 'tests:', '\0', '\ud800', '?')
  const texts = fc.oneof(fc.string(), fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')), fc.array(pieces, { maxLength: 6 }).map((parts) => valid + parts.join('')))
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      try {
        await loadConfig({ text, path: 'ratchet.yaml' })
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        for (const problem of (error as ConfigError).problems) expect(problem.fix).toMatch(/\S/)
      }
    }),
    { numRuns: 300 },
  )
})

test('a file of another kind is refused', async () => {
  expect(await failureOf('{}', 'ratchet.toml')).toMatchObject({ code: 'config-load-failed' })
})
