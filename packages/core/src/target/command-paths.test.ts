import { describe, expect, test } from 'vitest'
import { commandPaths } from './command-paths.ts'
import type { PackageScripts } from './command-paths.ts'
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
    ['python3 -m tools.bench.run', ['file tools/bench/run.py', 'file tools/bench/__init__.py']],
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

  test('compilers and linters look at files, they are not judges of them', () => {
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

const judges = [
  'src/a.js', 'src/primes.py', 'tools/judge.js', 'tools/judge.sh', 'tools/judge with space.js', 'tools/j.py', 'tools/a$b.js', 'checks/all.py', 'checks/__init__.py',
  'checks/deep/__init__.py', 'lib/selfcheck.sh', 'lib/index.js', 'packages/foo/package.json', 'packages/foo/judge.js', 'scripts/build.js', 'scripts/install.js', 'package.json',
]

interface Commands {
  readonly test?: string
  readonly setup?: string
  readonly build?: string
  readonly edit?: string[]
  readonly scripts?: PackageScripts
}

function judgesOf({ test: run = 'true', setup, build, edit = ['**'], scripts }: Commands): string[] {
  const config = configSchema.parse({
    target: { edit },
    ...(setup === undefined ? {} : { setup }),
    ...(build === undefined ? {} : { build }),
    tests: [{ run }],
    metrics: { speed: { run: 'true', measure: 'cpu-time' } },
  })
  return [...new Set(commandPaths(config, judges, scripts ?? null).map((path) => `${path.kind} ${path.path}`))].toSorted()
}

describe('ways to name a judge', () => {
  test.each([
    [`node 'tools/judge with space.js'`, ['file tools/judge with space.js']],
    ['node tools/judge\\ with\\ space.js', ['file tools/judge with space.js']],
    [`node 'tools/a$b.js'`, ['file tools/a$b.js']],
    ['node "$PWD/tools/judge.js"', ['file tools/judge.js']],
    ['node ${PWD}/tools/judge.js', ['file tools/judge.js']],
    ['node "$(pwd)/tools/judge.js"', ['file tools/judge.js']],
    ['node $(pwd)/tools/judge.js', ['file tools/judge.js']],
    ['cd tools && node "$PWD/judge.js"', ['file tools/judge.js']],
    ['D=tools; node $D/judge.js', ['file tools/judge.js']],
    ['export D=tools && node "${D}/judge.js"', ['file tools/judge.js']],
    ['A=tools; B=$A/judge.js; node $B', ['file tools/judge.js']],
    ['node ${D:-tools}/judge.js', ['file tools/judge.js']],
    ['RUN="node tools/judge.js"; $RUN', ['file tools/judge.js']],
    [`sh -c 'D=tools; node $D/judge.js'`, ['file tools/judge.js']],
    ['NODE_OPTIONS=$NODE_OPTIONS:--import=./tools/judge.js node x.js', ['file tools/judge.js']],
    ['cd tools && sh -c "node judge.js"', ['file tools/judge.js']],
    ['pushd tools && node judge.js', ['file tools/judge.js']],
    ['cd tools && node ~+/judge.js', ['file tools/judge.js']],
    ['env -C tools node judge.js', ['file tools/judge.js']],
    ['test "$(node tools/judge.js)" = ok', ['file tools/judge.js']],
    ['echo "$(node tools/judge.js)"', ['file tools/judge.js']],
    ['echo "`node tools/judge.js`"', ['file tools/judge.js']],
    ['npx vitest --dir tools', ['folder tools']],
    ['npx vitest --dir=tools', ['folder tools']],
    ['npx vitest run --root tools', ['folder tools']],
  ])('%s', (test, expected) => {
    expect(judgesOf({ test })).toEqual(expected)
  })

  test.each([
    ['python3 -m unittest checks.all', ['file checks/__init__.py', 'file checks/all.py']],
    ['python3 -m unittest -v checks.all.AllTests.test_one', ['file checks/__init__.py', 'file checks/all.py']],
    ['python3 -B -m unittest checks.deep', ['file checks/__init__.py', 'file checks/deep/__init__.py']],
    ['python3 -mchecks.all', ['file checks/__init__.py', 'file checks/all.py']],
    ['python3 -Bm checks.all', ['file checks/__init__.py', 'file checks/all.py']],
    ['cd checks && python3 -m all', ['file checks/all.py']],
    ['PYTHONPATH=checks python3 -m all', ['file checks/all.py']],
    ['PYTHONPATH="$PWD/checks:src" python3 -m unittest all', ['file checks/all.py']],
    ['export PYTHONPATH=checks; python3 -m all', ['file checks/all.py']],
    ['pytest -p tools.j', ['file tools/j.py']],
    ['pytest -ptools.j -p no:cacheprovider', ['file tools/j.py']],
    ['python3 -m pytest --pyargs checks.all', ['file checks/__init__.py', 'file checks/all.py']],
    ['python3 -m pytest tools/j.py::test_x', ['file tools/j.py']],
  ])('as a Python module: %s', (test, expected) => {
    expect(judgesOf({ test })).toEqual(expected)
  })

  test.each([
    [`node -e "require('./tools/judge.js')"`, ['file tools/judge.js']],
    [`node --input-type=module --eval="import './tools/judge'"`, ['file tools/judge.js']],
    [`node -e "require(process.cwd() + '/tools/judge.js')"`, ['file tools/judge.js']],
    [`node -e "require('child_process').execSync('sh tools/judge.sh')"`, ['file tools/judge.sh']],
    [`node -p 'require("./tools/judge with space.js")'`, ['file tools/judge with space.js', 'file tools/judge.js']],
    ['npx -y tsx -e "import(\'./tools/judge.js\')"', ['file tools/judge.js']],
    ['python3 -c "import tools.j"', ['file tools/j.py']],
    ['python3 -c "from tools import j; j.run()"', ['file tools/j.py']],
    [`python3 -c "import sys; sys.path.insert(0, 'tools'); import j"`, ['file tools/j.py']],
    ['cd checks && python3 -c "import all"', ['file checks/all.py']],
    [`sh -c "node -e 'require(\\"./tools/judge.js\\")'"`, ['file tools/judge.js']],
  ])('in code given as text: %s', (test, expected) => {
    expect(judgesOf({ test })).toEqual(expected)
  })

  test.each([
    'node .', 'node --test .', 'pytest .', 'npx vitest --dir .', 'npx vitest --root $PWD', 'cd $PWD && python3 -m unittest', `node -e "require('.')"`,
    'python3 -m unittest discover', 'pytest -k primes', 'python3 -c "print(1)"', `node -e "const judge = 1; console.log('all')"`, 'node "$HOME/tools/judge.js"', `node -e "require('fs')"`,
    'constructor', 'npm constructor', 'yarn toString', 'D=other; node $D/judge.js', 'echo tools/judge.js', 'npm test', 'npm run build', `node -e "require('../tools/judge.js')"`,
  ])('leaves alone what is not named: %s', (test) => {
    expect(judgesOf({ test })).toEqual([])
  })

  test('a folder that is edited is not taken for its own judge, however it is named', () => {
    for (const test of ['npx vitest --dir src', 'D=src; vitest run $D', `node -e "require('./src')"`, 'PYTHONPATH=src python3 -c "print(1)"']) {
      expect(judgesOf({ test, edit: ['src/**'] })).toEqual([])
    }
  })
})

describe('judges behind npm scripts', () => {
  const test1 = { test: 'sh lib/selfcheck.sh' }
  test.each<readonly [string, PackageScripts, readonly string[]]>([
    ['npm test --silent', test1, ['file lib/selfcheck.sh']],
    ['npm --silent t', test1, ['file lib/selfcheck.sh']],
    ['npm run --silent test -- --fast', test1, ['file lib/selfcheck.sh']],
    ['yarn test', test1, ['file lib/selfcheck.sh']],
    ['yarn run test', test1, ['file lib/selfcheck.sh']],
    ['pnpm test', test1, ['file lib/selfcheck.sh']],
    ['bun run test', test1, ['file lib/selfcheck.sh']],
    ['node --run test', test1, ['file lib/selfcheck.sh']],
    ['timeout 60 npm test', test1, ['file lib/selfcheck.sh']],
    ['cd tools && npm test', test1, ['file lib/selfcheck.sh']],
    ['sh -c "npm test && true"', test1, ['file lib/selfcheck.sh']],
    ['npm start', { start: 'node tools/judge.js' }, ['file tools/judge.js']],
    ['npm run check', { check: 'node tools/judge.js', other: 'sh lib/selfcheck.sh' }, ['file tools/judge.js']],
    ['npm test', { pretest: 'node tools/judge.js', test: 'true', posttest: 'sh lib/selfcheck.sh' }, ['file lib/selfcheck.sh', 'file tools/judge.js']],
    ['npm test', { test: 'npm run unit', unit: 'yarn deep', deep: 'node tools/judge.js' }, ['file tools/judge.js']],
    ['npm test', { test: 'run-s check:*', 'check:a': 'node tools/judge.js', 'check:b': 'npm test' }, ['file tools/judge.js']],
    ['npm test', { test: 'concurrently "npm:check"', check: 'node tools/judge.js' }, ['file tools/judge.js']],
    ['cd packages/foo && npm test', test1, []],
    ['npm run', test1, []],
    ['npm run tests', test1, []],
    ['npm audit', test1, []],
    ['npm test', { pretest: 'npm run build', build: 'node scripts/build.js src/a.js && bundle lib/index.js', test: 'true' }, ['file scripts/build.js']],
    ['npm test', { test: 'npm test && npm run test' }, []],
  ])('%s with %j', (test, scripts, expected) => {
    expect(judgesOf({ test, scripts })).toEqual(expected)
  })

  test('without the scripts of package.json nothing is guessed', () => {
    expect(judgesOf({ test: 'npm test' })).toEqual([])
  })

  test('scripts that all call each other end', () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`)
    const scripts = Object.fromEntries(names.map((name) => [name, `run-s ${names.join(' ')} && node tools/judge.js`]))
    expect(judgesOf({ test: 'npm run s0', scripts })).toEqual(['file tools/judge.js'])
  })
})

describe('setup and build', () => {
  test.each<readonly [string, PackageScripts, readonly string[]]>([
    ['sh tools/judge.sh', {}, ['file tools/judge.sh']],
    ['npm ci && node tools/judge.js --write src/a.js', {}, ['file src/a.js', 'file tools/judge.js']],
    ['npm ci', { postinstall: 'node scripts/install.js', prepare: 'bundle src/a.js' }, ['file scripts/install.js']],
    ['yarn', { preinstall: 'node scripts/install.js' }, ['file scripts/install.js']],
    ['npm ci --ignore-scripts', { postinstall: 'node scripts/install.js' }, []],
    ['pip install -e src', {}, []],
    ['npm run prepare-tools', { 'prepare-tools': 'sh tools/judge.sh' }, ['file tools/judge.sh']],
  ])('setup `%s` with %j', (setup, scripts, expected) => {
    expect(judgesOf({ setup, scripts })).toEqual(expected)
  })

  test.each<readonly [string, PackageScripts, readonly string[]]>([
    ['sh tools/judge.sh', {}, ['file tools/judge.sh']],
    ['./tools/judge.sh src/a.js', {}, ['file tools/judge.sh']],
    ['sh -c "cd tools && sh judge.sh"', {}, ['file tools/judge.sh']],
    ['node --enable-source-maps scripts/build.js src/a.js', {}, ['file scripts/build.js', 'file src/a.js']],
    ['node scripts/build.js src/a.js', {}, ['file scripts/build.js']],
    ['npm run build', { build: 'node scripts/build.js' }, ['file scripts/build.js']],
    ['xvfb-run sh tools/judge.sh', {}, ['file tools/judge.sh']],
    ['esbuild src/a.js --bundle', {}, []],
    ['cp src/a.js lib/index.js dist/', {}, []],
    ['make', {}, []],
    ['tsc -p . && babel src', {}, []],
  ])('build `%s` with %j', (build, scripts, expected) => {
    expect(judgesOf({ build, scripts })).toEqual(expected)
  })

  test('the command given as the reason is the judge, where setup names the file too', () => {
    const config = configSchema.parse({
      target: { edit: ['**'] }, setup: 'node tools/judge.js --install', tests: [{ run: 'node tools/judge.js' }], metrics: { speed: { run: 'true', measure: 'cpu-time' } },
    })
    expect(commandPaths(config, judges)).toEqual([{ kind: 'file', path: 'tools/judge.js', command: 'node tools/judge.js' }])
  })
})
