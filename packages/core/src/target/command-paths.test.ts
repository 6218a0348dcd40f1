import { describe, expect, test } from 'vitest'
import { commandPaths } from './command-paths.ts'
import { configSchema } from './config.ts'

const entries = [
  'index.js', 'src/index.js', 'src/check-a.js', 'oracle.js', 'bench/compare.js', 'bench/data/in.json', 'checks/a.check.js', 'checks/b.js', 'tools/run.sh', 'tools/bench/run.py',
  'tools/bench/__init__.py', 'packages/foo/src/a.js', 'packages/foo/verify.js', 'lib/a.js', 'Makefile', 'build/keep.js', 'caf\u00e9.js',
]

function named(run: string, options: { readonly edit?: string[]; readonly build?: string; readonly entries?: readonly string[] | null } = {}): string[] {
  const config = configSchema.parse({
    target: { edit: options.edit ?? ['**'] },
    ...(options.build === undefined ? {} : { build: options.build }),
    tests: [{ run }],
    metrics: { speed: { run: 'true', measure: 'cpu-time' } },
  })
  return commandPaths(config, options.entries === undefined ? entries : options.entries).map((path) => `${path.kind} ${path.path}`)
}

describe('files that a command names', () => {
  test.each([
    ['node oracle.js', ['file oracle.js']],
    ['node ./bench/compare.js --fast', ['file bench/compare.js']],
    ['node bench/compare', ['file bench/compare.js']],
    ['node /work/oracle.js', ['file oracle.js']],
    ['cd bench && node compare.js', ['file bench/compare.js']],
    ['cd bench; cd data; cat in.json', ['file bench/data/in.json']],
    ['sh -c "node oracle.js"', ['file oracle.js']],
    ['bash tools/run.sh < bench/data/in.json', ['file tools/run.sh', 'file bench/data/in.json']],
    ['NODE_OPTIONS=--import=./oracle.js node x.js', ['file oracle.js']],
    ['node --require=./oracle.js -r./lib/a.js x.js', ['file oracle.js', 'file lib/a.js']],
    ['timeout 5 npx cross-env A=1 node oracle.js', ['file oracle.js']],
    ['python3 -m tools.bench.run', ['file tools/bench/run.py']],
    ['python3 -B tools/bench/run.py', ['file tools/bench/run.py']],
    ['npm --prefix packages/foo exec node verify.js', ['file packages/foo/verify.js']],
    ['echo $(node oracle.js)', ['file oracle.js']],
    ['node cafe\u0301.js', ['file caf\u00e9.js']],
    ['node ../oracle.js', []],
    ['node /etc/passwd', []],
    ['node $SCRIPT/oracle.js', []],
    ['./build/bench', []],
    ['npm test', []],
  ])('%s', (run, expected) => {
    expect(named(run)).toEqual(expected)
  })

  test('programs given inline, compilers and linters look at files, they are not judges of them', () => {
    expect(named(`node -e "import('./index.js')"`)).toEqual([])
    expect(named('python3 -c "import tools.bench.run"')).toEqual([])
    expect(named('eslint src/index.js && node oracle.js')).toEqual(['file oracle.js'])
    expect(named('gcc -O2 lib/a.js')).toEqual([])
  })

  test('a missing tree still protects what looks like a source file, but not build outputs', () => {
    expect(named('node oracle.js && npm test', { entries: null })).toEqual(['file oracle.js'])
    expect(named('node dist/bench.js', { entries: null })).toEqual(['file dist/bench.js'])
    expect(named('node dist/bench.js', { entries: null, build: 'tsc' })).toEqual([])
  })
})

describe('folders and globs that a command names', () => {
  test('a folder reached only through ** belongs to the judge', () => {
    expect(named('node --test checks/')).toEqual(['folder checks'])
    expect(named('node --test checks', { edit: ['*/**'] })).toEqual(['folder checks'])
    expect(named('node --test src/', { edit: ['**/src/**'] })).toEqual(['folder src'])
  })

  test('a folder that an edit glob addresses stays editable', () => {
    expect(named('vitest run src', { edit: ['src/**'] })).toEqual([])
    expect(named('vitest run packages/foo', { edit: ['packages/*/src/**'] })).toEqual([])
    expect(named('vitest run src', { edit: ['src'] })).toEqual([])
    expect(named('pytest checks', { edit: ['src/**'] })).toEqual(['folder checks'])
  })

  test('globs with a telling name are kept as globs; globs over all code count as their folder', () => {
    expect(named("node --test 'checks/*.check.js'")).toEqual(['glob checks/*.check.js'])
    expect(named("node --test 'src/check-*.js'", { edit: ['src/**'] })).toEqual(['glob src/check-*.js'])
    expect(named("mocha 'checks/**/*.js'")).toEqual(['folder checks'])
    expect(named("mocha 'src/**/*.js'", { edit: ['src/**'] })).toEqual([])
  })

  test('runners that read a file of their own protect it', () => {
    expect(named('make test')).toEqual(['glob **/{makefile,Makefile,GNUmakefile}', 'glob **/*.mk'])
    expect(named('ctest --test-dir out')).toContain('glob **/CMakeLists.txt')
    expect(named('cd packages/foo && make check')).toContain('glob **/*.mk')
  })
})
