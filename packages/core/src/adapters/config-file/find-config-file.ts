import { ConfigError } from '../../target/config-error.ts'

/** Names a configuration may have, at the root of the target; there must be exactly one. */
export const configFileNames = ['ratchet.yaml', 'ratchet.yml', 'ratchet.config.ts', 'ratchet.config.mjs', 'ratchet.config.js'] as const

export type ConfigFileName = (typeof configFileNames)[number]

/**
 * The config file among the paths of a tree (of the baseline commit: the working tree's may be newer and is not trusted).
 * Null when there is none. Fails with `config-ambiguous` when there are several: picking one would silently ignore the other's rules.
 */
export function findConfigFile(paths: readonly string[]): ConfigFileName | null {
  const present = new Set(paths)
  const found = configFileNames.filter((name) => present.has(name))
  if (found.length > 1) {
    throw new ConfigError(
      'config-ambiguous',
      found.map((file) => ({
        file, line: null, column: null, path: '', message: `there are ${found.length} configurations (${found.join(', ')})`, fix: 'keep one and remove the others',
      })),
    )
  }
  return found[0] ?? null
}

/** Like `findConfigFile`, but fails with `config-missing` when there is none. */
export function requireConfigFile(paths: readonly string[]): ConfigFileName {
  const found = findConfigFile(paths)
  if (found !== null) return found
  throw new ConfigError('config-missing', [
    {
      file: configFileNames[0], line: null, column: null, path: '', message: 'this commit holds no configuration',
      fix: 'run `ratchet init` to write one, then commit it',
    },
  ])
}
