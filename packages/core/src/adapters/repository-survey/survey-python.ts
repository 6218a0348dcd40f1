import { findBenchmark, pythonLanguage } from './find-benchmark.ts'
import { isPlainPath } from './shell-word.ts'
import { escapeGlob, sourceGlobs } from './source-globs.ts'
import type { ProjectFindings, RepositoryFiles, SurveyedCommand, SurveyedTest } from './survey.ts'

const isTest = (path: string): boolean => /(^|\/)(test_[^/]+|[^/]+_test|tests?)\.py$/.test(path)
/** pytest collects these only where they are named. */
const isPlainTest = (path: string): boolean => /(^|\/)tests?\.py$/.test(path)

/** A Python project with tests for pytest or unittest. */
export async function surveyPython(files: RepositoryFiles): Promise<ProjectFindings> {
  const environment = environmentOf(files)
  const test = await findTest(files, environment?.python ?? 'python3')
  const { benchmark, notes } = await findBenchmark(files, pythonLanguage, [])
  const python = environment?.python
  return {
    sources: pythonSources(files.paths),
    setup: environment?.setup ?? null,
    build: null,
    tests: test === null ? [] : [test],
    benchmark: benchmark === null ? null : { ...benchmark, run: `${searchPath(files)}${python === undefined ? benchmark.run : benchmark.run.replace(/^python3/, python)}` },
    notes: [...notes, ...(environment === null && test !== null ? ['no requirements or lock file was found: the Python of this machine is used with the packages it has'] : [])],
  }
}

interface Environment {
  readonly setup: SurveyedCommand
  readonly python: string
}

/** A virtual environment inside the tree is something that setup adds, so it is cached and mounted read-only like node_modules. */
function environmentOf(files: RepositoryFiles): Environment | null {
  const python = '.venv/bin/python'
  if (files.paths.includes('uv.lock')) return { python, setup: { run: 'uv sync --frozen', reason: 'uv.lock pins the dependencies' } }
  if (files.paths.includes('poetry.lock')) {
    return { python, setup: { run: 'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction', reason: 'poetry.lock pins the dependencies' } }
  }
  const requirements = files.paths.filter((path) => /^(requirements([-_](dev|test|tests))?|(dev|test)[-_]requirements)\.txt$/.test(path)).sort()
  if (requirements.length === 0) return null
  const list = requirements.map((path) => `-r ${path}`).join(' ')
  return { python, setup: { run: `python3 -m venv .venv && .venv/bin/python -m pip install --quiet ${list} pytest`, reason: `${requirements.join(' and ')} name the dependencies` } }
}

/** Packages below `src` are found by this, whether or not they are installed. */
function searchPath({ paths }: RepositoryFiles): string {
  return paths.some((path) => /^src\/.*\.py$/.test(path)) ? 'PYTHONPATH=src ' : ''
}

async function findTest(files: RepositoryFiles, python: string): Promise<SurveyedTest | null> {
  const all = files.paths.filter(isTest).sort()
  const collected = all.filter((path) => !isPlainTest(path))
  const [first] = collected.length > 0 ? collected : all
  const settings = files.paths.filter((path) => /^(pytest\.ini|\.pytest\.ini|conftest\.py|tests?\/conftest\.py)$/.test(path))
  if (first === undefined) return null
  const prefix = searchPath(files)
  const mentions = await Promise.all(['pyproject.toml', 'setup.cfg', 'tox.ini', 'requirements.txt', 'requirements-dev.txt', first].map((path) => files.read(path)))
  const usesPytest = settings.length > 0 || mentions.some((text) => /\bpytest\b/.test(text ?? ''))
  if (!usesPytest && /\bunittest\b/.test(mentions.at(-1) ?? '')) {
    const folder = first.includes('/') ? first.slice(0, first.indexOf('/')) : '.'
    const where = isPlainPath(folder) ? ` -s ${folder} -t .` : ''
    return { run: `${prefix}${python} -B -m unittest discover${where}`, report: 'exit-code', reason: `${first} uses unittest; it reports by exit status only, pytest would show single tests` }
  }
  const named = collected.length > 0 ? [] : all.filter(isPlainPath).map((path) => ` ${path}`)
  return { run: `${prefix}${python} -B -m pytest -p no:cacheprovider -v${named.join('')}`, report: 'pytest', reason: `${first} is a test for pytest` }
}

function pythonSources(paths: readonly string[]): readonly string[] {
  const packages = paths.filter((path) => /^[^/]+\/__init__\.py$/.test(path)).map((path) => path.slice(0, path.indexOf('/'))).filter((name) => !/^(tests?|docs?|examples?|bench(marks?)?|scripts?)$/.test(name))
  if (!paths.some((path) => /^src\/.*\.py$/.test(path)) && packages.length > 0) return [...new Set(packages)].sort().map((name) => `${escapeGlob(name)}/**`)
  return sourceGlobs(paths.filter((path) => !isTest(path) && !/(^|\/)(setup|conftest|noxfile|bench_[^/]*)\.py$/.test(path)), { endings: 'py', folders: ['src'], files: [] })
}
