import picomatch from 'picomatch'
import { commandPaths } from './command-paths.ts'
import type { Config } from './config.ts'
import { withheldPaths } from './path-scope.ts'

/**
 * What nobody who proposes is shown: benchmarks, lists of held-out tasks, and files, folders and globs that only commands of held-out tests name. A folder counts with all that is in it. What such a test loads without its command naming it is not known.
 *
 * @param entries every path of the baseline's tree
 */
export function hiddenPaths(config: Config, entries: readonly string[]): (path: string) => boolean {
  const alone = { ...config, build: undefined, setup: undefined, oracle: [], metrics: {} }
  const kept = new Set(commandPaths({ ...config, tests: config.tests.filter(({ heldOut }) => !heldOut) }, entries).map(({ path }) => path))
  const hidden = commandPaths({ ...alone, tests: config.tests.filter(({ heldOut }) => heldOut) }, entries).filter(({ path }) => !kept.has(path))
  const globs = hidden.filter(({ kind }) => kind === 'glob').map(({ path }) => picomatch(path, { dot: true }))
  const lists = Object.values(config.metrics).flatMap(({ heldOut }) => heldOut ?? [])
  const plain = new Set([...lists, ...hidden.filter(({ kind }) => kind !== 'glob').map(({ path }) => path)])
  const isWithheld = withheldPaths(config)
  return (path) => isWithheld(path) || globs.some((matches) => matches(path)) || [...plain].some((one) => path === one || path.startsWith(`${one}/`))
}
