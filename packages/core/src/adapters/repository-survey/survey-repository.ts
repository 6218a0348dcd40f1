import { configSchema } from '../../target/config.ts'
import { createPathScope, idleEditGlobs } from '../../target/path-scope.ts'
import { surveyCmake, surveyMake } from './survey-native.ts'
import { surveyNode } from './survey-node.ts'
import { surveyPython } from './survey-python.ts'
import type { ProjectFindings, RepositoryFiles, Survey } from './survey.ts'

/**
 * Looks at a repository (names, manifests, a few test and benchmark files; nothing is run) and proposes a config for it.
 * The first kind of project that has both tests and sources wins: Node, Python, CMake, make. Nothing is guessed that would
 * not work: without tests or sources the answer is `unrecognised`, with what is missing.
 * @param environment where setup will run; only names are taken from it, and only those of certificates and proxies
 */
export async function surveyRepository(files: RepositoryFiles, environment: Readonly<Record<string, string | undefined>> = {}): Promise<Survey> {
  const known = new Set(files.paths)
  const tree: RepositoryFiles = { paths: files.paths, read: (path) => (known.has(path) ? files.read(path) : Promise.resolve(null)) }
  const projects: readonly ((files: RepositoryFiles) => Promise<ProjectFindings>)[] = [surveyNode, surveyPython, surveyCmake, surveyMake]
  const all: ProjectFindings[] = []
  for (const project of projects) {
    const findings = await project(tree)
    const survey = recognise(findings, files.paths, waysOut(environment))
    if (survey !== null) return survey
    all.push(findings)
  }
  return { kind: 'unrecognised', missing: missingOf(all) }
}

/** What package managers read to get through a proxy, and to trust a certificate of one's own organisation. */
const waysOutNames = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'PIP_CERT', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']

function waysOut(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return waysOutNames.filter((name) => (environment[name] ?? '') !== '')
}

function recognise(findings: ProjectFindings, paths: readonly string[], environment: readonly string[]): Survey | null {
  const [first, ...more] = findings.tests
  if (first === undefined || findings.sources.length === 0) return null
  const metric = findings.benchmark ?? first
  const parsed = configSchema.safeParse({
    target: { edit: findings.sources },
    tests: [first, ...more].map(({ run }) => ({ run })),
    metrics: { speed: { run: metric.run, measure: 'cpu-time' } },
    ...(findings.build === null ? {} : { build: findings.build.run }),
  })
  if (!parsed.success) return null
  // A source that the commands name themselves is protected: it must not be promised as editable.
  const idle = idleEditGlobs(parsed.data, paths, createPathScope(parsed.data, paths))
  const edit = findings.sources.filter((glob) => !idle.includes(glob))
  if (edit.length === 0) return null
  return { kind: 'recognised', edit, protect: protectedFolders(paths), setup: findings.setup === null ? null : { ...findings.setup, environment }, build: findings.build, tests: [first, ...more], benchmark: findings.benchmark, notes: findings.notes }
}

/** Protected anyway; written down so that the reader of the config sees it, and as the place to add more. */
function protectedFolders(paths: readonly string[]): readonly string[] {
  const usual = ['test', 'tests', '__tests__', 'spec', 'bench', 'benchmark', 'benchmarks', 'perf', 'fixtures']
  return usual.filter((folder) => paths.some((path) => path.startsWith(`${folder}/`))).map((folder) => `${folder}/**`)
}

function missingOf(all: readonly ProjectFindings[]): readonly string[] {
  const missing: string[] = []
  if (!all.some((findings) => findings.tests.length > 0)) {
    missing.push('a test command (a "test" script in package.json, tests for node:test or pytest, CTest with enable_testing(), or a test target in a Makefile)')
  }
  if (!all.some((findings) => findings.sources.length > 0)) missing.push('source files that may be edited (src/, lib/, or files named by package.json)')
  if (missing.length === 0) missing.push('source files besides the ones that the tests run directly')
  return [...missing, ...all.flatMap((findings) => findings.notes)]
}
