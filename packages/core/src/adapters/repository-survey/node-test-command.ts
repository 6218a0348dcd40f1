import { shellWords } from '../../target/shell-words.ts'
import type { PackageManifest } from './read-package.ts'
import { shellWord } from './shell-word.ts'
import type { SurveyedTest } from './survey.ts'
import { testFolderGlobs } from './test-folder-globs.ts'

interface Runner {
  /** Builds the command from the arguments that the script gave to the runner. */
  readonly test: (args: readonly string[], manifest: PackageManifest) => Omit<SurveyedTest, 'reason'>
  /** Package that brings the runner; null for Node itself. */
  readonly dependency: string | null
}

const reportFile = '.ratchet-report.json'
const bin = (name: string): string => `./node_modules/.bin/${name}`
const line = (...parts: readonly (string | readonly string[])[]): string => parts.flat().join(' ')

/**
 * How each runner is started so that it works without network and with a read-only node_modules, and reports in a form that
 * tests printing to standard output cannot break. Paths into node_modules/.bin instead of npx: npx may ask the registry, and
 * costs more CPU time than many test suites.
 */
const runners: Readonly<Record<string, Runner>> = {
  'node --test': { dependency: null, test: (args) => ({ run: line('node --test', args), report: 'node' }) },
  'tsx --test': { dependency: 'tsx', test: (args) => ({ run: line(bin('tsx'), '--test --test-reporter=junit', args), report: 'junit' }) },
  vitest: {
    dependency: 'vitest',
    // Vite bundles its config into node_modules/.vite-temp unless told otherwise, and that is read-only here. Known since vitest 3.
    test: (args, manifest) => ({
      run: line(bin('vitest'), 'run', majorVersion(manifest, 'vitest') < 3 ? [] : '--configLoader=runner', `--reporter=json --outputFile=${reportFile}`, args),
      report: 'vitest', reportFile,
    }),
  },
  jest: { dependency: 'jest', test: (args) => ({ run: line(bin('jest'), `--ci --json --outputFile=${reportFile}`, args), report: 'jest', reportFile }) },
  mocha: {
    dependency: 'mocha',
    // Before mocha 10 not every version writes its report to a file; on stdout it is found between what tests print.
    test: (args, manifest) =>
      majorVersion(manifest, 'mocha') < 10
        ? { run: line(bin('mocha'), '--reporter json', args), report: 'mocha' }
        : { run: line(bin('mocha'), `--reporter json --reporter-option output=${reportFile}`, args), report: 'mocha', reportFile },
  },
  ava: { dependency: 'ava', test: (args) => ({ run: line(bin('ava'), '--tap', args), report: 'tap' }) },
  tap: { dependency: 'tap', test: (args) => ({ run: line(bin('tap'), '--reporter=tap', args), report: 'tap' }) },
  tape: { dependency: 'tape', test: (args) => ({ run: line(bin('tape'), args.length === 0 ? "'test/**/*.js'" : args), report: 'tap' }) },
  uvu: { dependency: 'uvu', test: (args) => ({ run: line(bin('uvu'), args), report: 'exit-code' }) },
  jasmine: { dependency: 'jasmine', test: (args) => ({ run: line(bin('jasmine'), args), report: 'exit-code' }) },
}

const wrappers: ReadonlySet<string> = new Set(['npx', 'cross-env', 'c8', 'nyc', 'env', 'exec'])
const ownOptions = /^(--watch|--watchAll|-w|--ui|--run|--coverage|--json|--tap|--ci|--verbose|--silent|--experimental-test-coverage|--bail|run|watch|dev|--test)$|^--(reporters?|test-reporter(-destination)?|outputFile|coverage[\w.]*|configLoader|reporter-options?)=/
const ownOptionsWithValue = /^(--reporters?|-R|--test-reporter(-destination)?|--outputFile|--configLoader|--reporter-options?|-O)$/

/** Test commands that the `test` script of a package comes down to; empty when none of its programs is a known runner. */
export function nodeTestCommands(manifest: PackageManifest, paths: readonly string[]): readonly SurveyedTest[] {
  const found = new Map<string, SurveyedTest>()
  for (const words of scriptCommands(manifest, 'test', 0)) {
    const test = testOf(words, { manifest, paths })
    if (test !== null) found.set(test.run, test)
  }
  return [...found.values()].slice(0, 4)
}

/** The command of a runner that the package depends on but has no script for. */
export function installedRunner(manifest: PackageManifest): SurveyedTest | null {
  for (const [name, runner] of Object.entries(runners)) {
    if (runner.dependency === null || name === 'tsx --test' || !manifest.dependencies.has(runner.dependency)) continue
    return { ...runner.test([], manifest), reason: `package.json depends on ${name}` }
  }
  return null
}

/** Simple commands of a script; `npm run other` is followed into `other`. */
export function scriptCommands(manifest: PackageManifest, script: string, depth: number): readonly (readonly string[])[] {
  const text = manifest.scripts.get(script)
  if (text === undefined || depth > 3) return []
  return shellWords(text).flatMap((command) => {
    const words = withoutWrappers(command)
    const next = /^(npm|yarn|pnpm)$/.test(words[0] ?? '') ? (/^run(-script)?$/.test(words[1] ?? '') ? words[2] : words[1]) : undefined
    if (next !== undefined && next !== script && manifest.scripts.has(next)) return scriptCommands(manifest, next, depth + 1)
    // `yarn jest` and `pnpm exec jest` start an installed program.
    return [/^(yarn|pnpm)$/.test(words[0] ?? '') ? words.slice(words[1] === 'exec' ? 2 : 1) : words]
  })
}

function withoutWrappers(command: readonly string[]): readonly string[] {
  let start = 0
  while (start < command.length && (/^[A-Za-z_]\w*=/.test(command[start] ?? '') || wrappers.has(command[start] ?? '') || (start > 0 && (command[start] ?? '').startsWith('--')))) start++
  return command.slice(start)
}

function testOf(words: readonly string[], { manifest, paths }: { readonly manifest: PackageManifest; readonly paths: readonly string[] }): SurveyedTest | null {
  const program = (words[0] ?? '').replace(/^(\.\/)?node_modules\/\.bin\//, '')
  const name = words.includes('--test') && (program === 'node' || program === 'tsx') ? `${program} --test` : program
  const reason = 'it is what `npm test` runs'
  const runner = Object.hasOwn(runners, name) && words[1] !== 'bench' ? runners[name] : undefined
  if (runner !== undefined) {
    const args = name.endsWith(' --test') ? testFolderGlobs(words.slice(1), paths) : words.slice(1)
    return { ...runner.test(keptArguments(args), manifest), reason }
  }
  const file = words[1]
  if (program === 'node' && file !== undefined && /^[\w./@+-]+$/.test(file) && !file.startsWith('-') && words.length === 2) return { run: `node ${file}`, report: 'exit-code', reason }
  return null
}

/** The script's own arguments without what would change the report, wait for changes, or cannot be written safely. */
function keptArguments(args: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    if (ownOptionsWithValue.test(word)) index++
    else if (!ownOptions.test(word)) {
      const quoted = shellWord(word)
      if (quoted === null) return []
      kept.push(quoted)
    }
  }
  return kept
}

function majorVersion(manifest: PackageManifest, name: string): number {
  const digits = /\d+/.exec(manifest.dependencies.get(name) ?? '')
  return digits === null ? Infinity : Number(digits[0])
}
