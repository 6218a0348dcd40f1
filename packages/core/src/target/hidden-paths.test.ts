import { expect, it } from 'vitest'
import { configSchema, type ConfigInput } from './config.ts'
import { hiddenPaths } from './hidden-paths.ts'
import { withheldPaths } from './path-scope.ts'

const entries = ['package.json', 'src/a.js', 'test/a.test.js', 'test/lib.js', 'held/b.test.js', 'held/deep/c.js', 'check/one.sh', 'check/two.sh']

function hidden(tests: ConfigInput['tests'], scripts: Readonly<Record<string, string>> | null = null): readonly string[] {
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests, metrics: { time: { run: 'sh check/one.sh', measure: 'cpu-time' } } })
  return entries.filter(hiddenPaths(config, entries, scripts))
}

it('hides what only held-out tests name: files, folders with all that is in them, globs, and what npm scripts name', () => {
  expect(hidden([{ run: 'node --test test/a.test.js' }, { run: 'sh check/two.sh', heldOut: true }])).toEqual(['check/two.sh'])
  expect(hidden([{ run: 'node --test test/a.test.js' }, { run: 'node --test held', heldOut: true }])).toEqual(['held/b.test.js', 'held/deep/c.js'])
  expect(hidden([{ run: 'node --test test/a.test.js' }, { run: 'node --test "held/*.test.js"', heldOut: true }])).toEqual(['held/b.test.js'])
  expect(hidden([{ run: 'npm test' }, { run: 'npm run more', heldOut: true }], { test: 'node --test test', more: 'node --test held/b.test.js' })).toEqual(['held/b.test.js'])
})

it('hides nothing that anybody else names, and nothing where no test is held out', () => {
  expect(hidden([{ run: 'node --test test/a.test.js' }])).toEqual([])
  expect(hidden([{ run: 'node --test held/deep/c.js' }, { run: 'node --test held', heldOut: true }])).toEqual(['held/b.test.js'])
  expect(hidden([{ run: 'node --test held' }, { run: 'node --test held/deep', heldOut: true }])).toEqual(['held/deep/c.js'])
  expect(hidden([{ run: 'node --test test/a.test.js' }, { run: 'sh check/one.sh && node --test test/a.test.js', heldOut: true }])).toEqual([])
})

it('hides lists of held-out tasks and benchmarks whoever else names them, and shows the tasks that the search may see', () => {
  const metrics: ConfigInput['metrics'] = {
    answers: { run: 'node ask.js check/held-out.txt', measure: 'pass-rate', tasks: 'check/tasks.txt', heldOut: './check/held-out.txt' },
    bench: { run: 'node agent.js', measure: 'pass-rate', suite: 'suite', stages: [1] },
  }
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'cat check/held-out.txt suite/one/test.js' }], metrics, models: { use: { small: { provider: 'ollama', model: 'small' } } } })
  const paths = ['ask.js', 'check/tasks.txt', 'check/held-out.txt', 'suite/one/test.js']
  expect(paths.filter(hiddenPaths(config, paths))).toEqual(['check/held-out.txt', 'suite/one/test.js'])
})

it('keeps lists of held-out tasks out of every tree, by any spelling that leads to them, and leaves the others there', () => {
  const config = configSchema.parse({ target: { edit: ['src/**'] }, tests: [{ run: 'true' }], metrics: { answers: { run: 'node ask.js', measure: 'pass-rate', tasks: 'check/tasks.txt', heldOut: './check//held-out.txt' } } })
  const isWithheld = withheldPaths(config)
  expect(['check/held-out.txt', 'check/Held-Out.TXT', 'check/held-out.txt/below', 'check/held-out.txt.'].filter(isWithheld)).toHaveLength(4)
  expect(['check/tasks.txt', 'check/held-out.txt.js', 'held-out.txt', 'src/check/held-out.txt', 'check'].filter(isWithheld)).toEqual([])
})
