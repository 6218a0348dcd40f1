import picomatch from 'picomatch'
import { commandPaths } from './command-paths.ts'
import type { Config } from './config.ts'

/**
 * What nobody who proposes is shown: files, folders and globs that only commands of held-out tests name. A folder counts with all that is in it. What such a test loads without its command naming it is not known.
 *
 * @param entries every path of the baseline's tree
 */
export function hiddenPaths(config: Config, entries: readonly string[]): (path: string) => boolean {
  const alone = { ...config, build: undefined, setup: undefined, oracle: [], metrics: {} }
  const kept = new Set(commandPaths({ ...config, tests: config.tests.filter(({ heldOut }) => !heldOut) }, entries).map(({ path }) => path))
  const hidden = commandPaths({ ...alone, tests: config.tests.filter(({ heldOut }) => heldOut) }, entries).filter(({ path }) => !kept.has(path))
  const globs = hidden.filter(({ kind }) => kind === 'glob').map(({ path }) => picomatch(path, { dot: true }))
  const plain = new Set(hidden.filter(({ kind }) => kind !== 'glob').map(({ path }) => path))
  return (path) => globs.some((matches) => matches(path)) || [...plain].some((one) => path === one || path.startsWith(`${one}/`))
}
