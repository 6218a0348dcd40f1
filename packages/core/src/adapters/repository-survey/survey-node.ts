import { findBenchmark, nodeLanguage } from './find-benchmark.ts'
import type { ScriptedBenchmark } from './find-benchmark.ts'
import { importedSources } from './imported-sources.ts'
import { installedRunner, nodeTestCommands, scriptCommands } from './node-test-command.ts'
import { readPackage } from './read-package.ts'
import type { PackageManifest } from './read-package.ts'
import { shellWord } from './shell-word.ts'
import { sourceGlobs } from './source-globs.ts'
import type { ProjectFindings, RepositoryFiles, SurveyedCommand, SurveyedTest } from './survey.ts'

const endings = 'js|mjs|cjs|jsx|ts|mts|cts|tsx'
const none: ProjectFindings = { sources: [], setup: null, build: null, tests: [], benchmark: null, notes: [] }

/** A project with a package.json, or plain JavaScript with tests for Node's own runner. */
export async function surveyNode(files: RepositoryFiles): Promise<ProjectFindings> {
  const text = await files.read('package.json')
  const manifest = text === null ? null : readPackage(text)
  if (text !== null && manifest === null) return { ...none, notes: ['package.json is not valid JSON, so its scripts were not read'] }
  const tests = await findTests(files, manifest)
  const scripted = manifest === null ? [] : benchFiles(manifest)
  const { benchmark, notes } = await findBenchmark(files, nodeLanguage, scripted)
  const setup = manifest === null ? null : setupOf(files, manifest)
  const entries = entryFiles(manifest)
  const usual = sourceGlobs(files.paths, { endings, folders: ['src', 'lib', 'source', 'app'], files: entries })
  const reached = await importedSources([...entries, ...usual], files)
  const covers = (folder: string): boolean => usual.some((glob) => glob === folder || (glob.endsWith('/**') && folder.startsWith(glob.slice(0, -2))))
  return {
    sources: [...usual, ...reached.filter((glob) => !covers(glob) && !(glob === 'packages/**' && usual.some((other) => other.startsWith('packages/'))))],
    setup,
    build: manifest === null ? null : buildOf(manifest),
    tests,
    benchmark,
    notes: [...notes, ...unlockedNote(setup)],
  }
}

async function findTests(files: RepositoryFiles, manifest: PackageManifest | null): Promise<readonly SurveyedTest[]> {
  const scripted = manifest === null ? [] : nodeTestCommands(manifest, files.paths)
  if (scripted.length > 0) return scripted
  const script = manifest?.scripts.get('test')
  if (script !== undefined && !/no test specified/.test(script)) {
    return [{ run: 'npm test --silent', report: 'exit-code', reason: 'package.json has a test script, but none of the test runners known here; only its exit status is seen, so single tests cannot be compared' }]
  }
  const installed = manifest === null ? null : installedRunner(manifest)
  if (installed !== null) return [installed]
  const candidates = files.paths.filter((path) => new RegExp(`(^|/)(tests?|__tests__)/[^/]+\\.(${endings})$|[._-](test|spec)\\.(${endings})$|(^|/)test\\.(${endings})$`).test(path)).sort()
  for (const path of candidates.slice(0, 20)) {
    if (/['"]node:test['"]/.test((await files.read(path)) ?? '')) return [{ run: 'node --test', report: 'node', reason: `${path} uses node:test` }]
  }
  return []
}

/** Files that a script called bench, benchmark or perf starts with node. */
function benchFiles(manifest: PackageManifest): readonly ScriptedBenchmark[] {
  const scripts = [...manifest.scripts.keys()].filter((name) => /^(bench|benchmark|benchmarks|perf)(:|$)/.test(name)).sort()
  return scripts.flatMap((name) => scriptCommands(manifest, name, 0).flatMap(nodeFile))
}

function nodeFile(words: readonly string[]): readonly ScriptedBenchmark[] {
  const file = words[0] === 'node' ? words.slice(1).find((word) => !word.startsWith('-')) : undefined
  const quoted = words.map(shellWord)
  if (file === undefined || quoted.includes(null)) return []
  const run = quoted.join(' ')
  const path = file.replace(/^\.\//, '')
  return [path, `${path}.js`, `${path}/index.js`].map((candidate) => ({ path: candidate, run }))
}

function entryFiles(manifest: PackageManifest | null): readonly string[] {
  const written = (manifest?.entryPoints ?? []).map((path) => path.replace(/^\.\//, ''))
  return [...written.flatMap((path) => [path, `${path}.js`, `${path}/index.js`]), ...['js', 'mjs', 'cjs', 'ts', 'mts'].map((ending) => `index.${ending}`)]
}

function setupOf(files: RepositoryFiles, manifest: PackageManifest): SurveyedCommand | null {
  const present = new Set(files.paths)
  const locked = (lock: string, run: string): SurveyedCommand => ({ run, reason: `${lock} pins the dependencies` })
  // Install scripts stay off: they would run a stranger's code with network, and few packages need them.
  for (const lock of ['package-lock.json', 'npm-shrinkwrap.json']) if (present.has(lock)) return locked(lock, 'npm ci --ignore-scripts')
  if (present.has('pnpm-lock.yaml')) return locked('pnpm-lock.yaml', 'pnpm install --frozen-lockfile --ignore-scripts')
  if (present.has('yarn.lock')) {
    const modern = present.has('.yarnrc.yml') || /^yarn@[2-9]/.test(manifest.packageManager ?? '')
    return locked('yarn.lock', modern ? 'yarn install --immutable --mode=skip-build' : 'yarn install --frozen-lockfile --ignore-scripts')
  }
  for (const lock of ['bun.lock', 'bun.lockb']) if (present.has(lock)) return locked(lock, 'bun install --frozen-lockfile --ignore-scripts')
  if (manifest.dependencies.size === 0) return null
  return { run: unlockedInstall, reason: 'package.json has dependencies' }
}

const unlockedInstall = 'npm install --ignore-scripts --no-save --no-package-lock --no-audit --no-fund'

function unlockedNote(setup: SurveyedCommand | null): readonly string[] {
  return setup?.run === unlockedInstall ? ['there is no lockfile: commit one (npm install writes it), else two setups may install different versions'] : []
}

function buildOf(manifest: PackageManifest): SurveyedCommand | null {
  const needsBuild = ['pretest', 'test'].some((name) => /\b(npm|yarn|pnpm) (run )?build\b/.test(manifest.scripts.get(name) ?? ''))
  return needsBuild && manifest.scripts.has('build') ? { run: 'npm run build --silent', reason: 'the test script builds first' } : null
}
