import { expect, test } from 'vitest'
import { ConfigError } from '../../target/config-error.ts'
import { configFileNames, findConfigFile, requireConfigFile } from './find-config-file.ts'

test.each(configFileNames)('%s at the root is the config', (name) => {
  expect(findConfigFile(['README.md', name, `examples/${configFileNames[0]}`])).toBe(name)
})

test('a config in a folder, or of another spelling, is none', () => {
  expect(findConfigFile(['sub/ratchet.yaml', 'Ratchet.yaml', 'ratchet.json'])).toBeNull()
  expect(failure(() => requireConfigFile(['README.md']))).toMatchObject({ code: 'config-missing', remedy: expect.stringContaining('ratchet init') as string })
})

test('several configs are refused, each named', () => {
  const error = failure(() => findConfigFile(['ratchet.yaml', 'ratchet.config.ts']))
  expect(error.code).toBe('config-ambiguous')
  expect(error.problems.map((problem) => problem.file)).toEqual(['ratchet.yaml', 'ratchet.config.ts'])
})

function failure(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('no failure')
}
