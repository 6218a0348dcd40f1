import { cmakeBenchmark, makeBenchmark } from './native-benchmark.ts'
import { sourceGlobs } from './source-globs.ts'
import type { ProjectFindings, RepositoryFiles } from './survey.ts'

const endings = 'c|cc|cpp|cxx|h|hh|hpp|hxx|ipp'
const folders = ['src', 'lib', 'source', 'include']
const buildFolder = 'ratchet-build'
const none: ProjectFindings = { sources: [], setup: null, build: null, tests: [], benchmark: null, notes: [] }

/** A CMake project whose tests are registered with CTest. */
export async function surveyCmake(files: RepositoryFiles): Promise<ProjectFindings> {
  const text = await files.read('CMakeLists.txt')
  if (text === null) return none
  const lists = files.paths.filter((path) => /(^|\/)CMakeLists\.txt$/.test(path)).slice(0, 50)
  const texts = await Promise.all(lists.map(async (path) => ({ path, text: (await files.read(path)) ?? '' })))
  const code = texts.map((list) => list.text.replaceAll(/#[^\n]*/g, '')).join('\n')
  if (!/\benable_testing\s*\(|\binclude\s*\(\s*CTest\s*\)/i.test(code)) return { ...none, notes: ['CMakeLists.txt never calls enable_testing(), so CTest has nothing to run'] }
  const { benchmark, notes } = await cmakeBenchmark(files, texts, buildFolder)
  return {
    ...none,
    sources: sourceGlobs(files.paths, { endings, folders, files: [] }),
    benchmark,
    build: { run: `cmake -S . -B ${buildFolder} -DCMAKE_BUILD_TYPE=Release && cmake --build ${buildFolder}`, reason: 'CMakeLists.txt describes the build' },
    tests: [{ run: `ctest --test-dir ${buildFolder}`, report: 'ctest', reason: 'CMakeLists.txt registers tests with CTest' }],
    notes: [...notes, 'processes that only run for a moment cannot be told apart: a metric of its own that works for about a second is worth writing'],
  }
}

/** A Makefile with a `test` or `check` target. */
export async function surveyMake(files: RepositoryFiles): Promise<ProjectFindings> {
  const name = ['GNUmakefile', 'makefile', 'Makefile'].find((candidate) => files.paths.includes(candidate))
  const text = name === undefined ? null : await files.read(name)
  if (name === undefined || text === null) return none
  const targets = new Set([...text.matchAll(/^([A-Za-z][\w-]*)(?:[ \t]+[\w-]+)*[ \t]*:(?!=)/gm)].map((match) => match[1]))
  const target = ['test', 'check'].find((candidate) => targets.has(candidate))
  if (target === undefined) return none
  const build = ['build', 'all'].find((candidate) => targets.has(candidate))
  const { benchmark, needs, notes } = await makeBenchmark(files, text)
  const built = [...(build === undefined ? [] : [build]), ...needs]
  return {
    ...none,
    sources: sourceGlobs(files.paths, { endings: `${endings}|rs|go|zig|js|mjs|ts|py`, folders, files: [] }),
    build: built.length === 0 ? null : { run: `make ${built.join(' ')}`, reason: `${name} has the target ${built.join(' and ')}` },
    tests: [{ run: `make ${target}`, report: 'exit-code', reason: `${name} has the target ${target}; only its exit status is seen, so single tests cannot be compared` }],
    benchmark,
    notes,
  }
}
