import picomatch from 'picomatch'
import { commandPaths, type CommandPath, type PackageScripts } from './command-paths.ts'
import type { Config } from './config.ts'
import { withheldPaths } from './path-scope.ts'

/**
 * What nobody who proposes is shown: benchmarks, lists of held-out tasks, and files, folders and globs that only commands of held-out tests name. A folder counts with all that is in it, but for what another command names more closely. What such a test loads without
 * its command naming it is not known.
 *
 * @param entries every path of the baseline's tree
 * @param scripts npm scripts of the baseline's root package.json, through which commands are followed; null: there are none
 */
export function hiddenPaths(config: Config, entries: readonly string[], scripts: PackageScripts | null = null): (path: string) => boolean {
  const alone = { ...config, build: undefined, setup: undefined, oracle: [], metrics: {} }
  const shown = commandPaths({ ...config, tests: config.tests.filter(({ heldOut }) => !heldOut) }, entries, scripts)
  const names = new Set(shown.map(({ path }) => path))
  const hidden = commandPaths({ ...alone, tests: config.tests.filter(({ heldOut }) => heldOut) }, entries, scripts).filter(({ path }) => !names.has(path))
  const [closestShown, closestHidden] = [closeness(shown), closeness(hidden)]
  const isWithheld = withheldPaths(config)
  return (path) => isWithheld(path) || closestHidden(path) > closestShown(path)
}

/** How closely a path is named by any of these: by the length of the name that it lies under, most where it is its own; -1: not at all. */
function closeness(named: readonly CommandPath[]): (path: string) => number {
  const plain = new Set(named.filter(({ kind }) => kind !== 'glob').map(({ path }) => path))
  const globs = named.filter(({ kind }) => kind === 'glob').map(({ path }) => ({ matches: picomatch(path, { dot: true }), length: picomatch.scan(path).base.length }))
  return (path) => Math.max(-1, ...[...plain].filter((one) => path === one || path.startsWith(`${one}/`)).map(({ length }) => length), ...globs.filter(({ matches }) => matches(path)).map(({ length }) => length))
}
