import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configSchema } from './config.ts'
import type { Config } from './config.ts'
import { modelsSchema } from './models-config.ts'
import { createPathScope, idleEditGlobs } from './path-scope.ts'

function config(options: { edit?: string[]; protect?: string[]; run?: string; metric?: string; constitution?: string; reportFile?: string } = {}): Config {
  return configSchema.parse({
    target: { edit: options.edit ?? ['**'], protect: options.protect ?? [] },
    tests: [{ run: options.run ?? 'npm test', ...(options.reportFile === undefined ? {} : { report: 'junit', reportFile: options.reportFile }) }],
    metrics: { speed: { run: options.metric ?? 'true', measure: 'cpu-time' } },
    ...(options.constitution === undefined ? {} : { constitution: options.constitution }),
  })
}

const wide = createPathScope(config())

const alwaysProtected = [
  'ratchet.yaml', 'ratchet.yml', 'ratchet.config.ts', 'ratchet.config.mjs', 'constitution.yaml', '.ratchet/journal.db', 'package.json', 'package-lock.json',
  'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb', 'poetry.lock', 'Pipfile.lock', 'uv.lock', 'Cargo.lock', 'go.sum', 'requirements.txt',
  'requirements-dev.txt', 'composer.lock', 'Gemfile.lock', '.npmrc', '.yarnrc', '.yarnrc.yml', '.node-version', '.nvmrc', '.env', '.env.local', '.mocharc.cjs', 'jest.config.ts',
  'vitest.config.mts', 'vitest.workspace.ts', 'vite.config.ts', 'pytest.ini', 'conftest.py', 'tox.ini', 'setup.cfg', 'pyproject.toml', 'sitecustomize.py', 'usercustomize.py',
  'tsconfig.json', 'tsconfig.build.json', '.github/workflows/ci.yml', '.gitlab-ci.yml', '.circleci/config.yml', 'Jenkinsfile', 'azure-pipelines.yml', '.gitattributes',
  '.gitmodules', '.gitignore', '.git/config', 'CODEOWNERS', 'docs/CODEOWNERS', 'node_modules/chai/index.js', 'evil.pth', 'plugin.dist-info/entry_points.txt',
  'test/a.js', 'tests/helpers.py', 'src/__tests__/a.ts', 'src/__snapshots__/a.snap', 'src/a.test.ts', 'src/a.spec.jsx', 'test.js', 'tests/test_a.py', 'bench/run.js', 'src/a.bench.ts',
  '__mocks__/chai.js',
]

describe('built-in protection', () => {
  test.each(alwaysProtected)('%s', (path) => {
    expect(wide.isProtected(path)).toBe(true)
    expect(wide.isEditable(path)).toBe(false)
    expect(wide.isProtected(`packages/deep/er/${path}`)).toBe(true)
    expect(wide.protection(path)).toMatch(/^(is|rules|pins|configures|belongs)/)
  })

  test('what models are asked with is changed by nobody: else a change would choose the question that it is judged by', () => {
    for (const prompts of ['ask/prompts', './ask/prompts/']) {
      const scope = createPathScope({ ...config(), models: modelsSchema.parse({ use: { m: { provider: 'ollama', model: 'm' } }, prompts }) })
      for (const path of ['ask/prompts/judge.md', 'ask/prompts', 'Ask/Prompts/improve.md']) expect([scope.isProtected(path), scope.isEditable(path), scope.isConstitutional(path)]).toEqual([true, false, true])
      expect([scope.isEditable('ask/other.md'), scope.isConstitutional('ask/promptset.js')]).toEqual([true, false])
    }
  })

  test.each(['src/index.js', 'index.js', 'lib/testing.js', 'src/latest.js', 'src/contest.py', 'README.md', 'src/package.ts', 'src/attest.ts', 'src/environment.ts', 'src/gitlab.ts', 'src/respect.js', 'src/benchmarking.ts'])(
    'leaves %s alone',
    (path) => {
      expect(wide.protection(path)).toBeNull()
      expect(wide.isEditable(path)).toBe(true)
    },
  )

  test('no config can open a protected file', () => {
    const scope = createPathScope(config({ edit: ['package-lock.json', 'test/**', '.github/**', 'ratchet.yaml'] }))
    for (const path of ['package-lock.json', 'test/a.js', '.github/workflows/ci.yml', 'ratchet.yaml']) expect(scope.isEditable(path)).toBe(false)
  })
})

describe('the judges themselves', () => {
  const scope = createPathScope(config({ constitution: 'rules/law.yaml' }))
  const others = ['ratchet.yaml', 'RATCHET.YML', 'packages/a/ratchet.yaml', 'constitution.yaml', 'constitution.yml.sig', 'rules/law.yaml', 'Rules/LAW.yaml', 'rules/law.yaml.sig', 'rules/law.yaml/x', 'rules/law.yaml.', 'rules/law.yaml ', './rules//law.yaml', 'rules\\law.yaml', 'rules/la\u200dw.yaml', '\ufeffrules/law.yaml', 'rules/x/../law.yaml', 'rules/law.yaml::$DATA', 'ratchet.yaml:x:$data', 'rules::$INDEX_ALLOCATION/law.yaml', 'LAW~1.YAM', 'RATCHE~1.YAM', 'COA1B2~1.YAM', 'GITATT~1', '.GitAttributes', '.ratchet', '.Ratchet/journal.sqlite', 'allowed_signers', 'ALLOWED_SIGNERS', '../ratchet.yaml', '/ratchet.yaml', 'ratchet.yaml\0']

  test.each(others)('%j is constitutional', (path) => {
    expect(scope.isConstitutional(path)).toBe(true)
    expect(scope.isEditable(path)).toBe(false)
  })

  test.each(['src/law.yaml', 'rules/lawful.yaml', 'rules/outlaw.yaml', 'src/ratchet.ts', 'docs/constitution.md', 'src/signers.ts', 'a~b.js', 'src/x~1'])('%j is not', (path) => expect(scope.isConstitutional(path)).toBe(false))
})

describe('spellings that mean the same file somewhere', () => {
  test.each([
    'Package-Lock.json', 'PACKAGE-LOCK.JSON', './package-lock.json', 'package-lock.json/', 'src//package-lock.json', 'a/../package-lock.json', './/./package-lock.json',
    'package-lock.json.', 'package-lock.json ', 'package-loc\u212a.json', 'pack\u200dage-lock.json', '\ufeffpackage-lock.json', '.GIT/config', '.g\u200cit/config',
    'src\\package-lock.json', 'te\u017ft/a.js', 'package-lock.json/evil.js/../../package-lock.json',
  ])('%j is protected', (path) => {
    expect(wide.isProtected(path)).toBe(true)
    expect(wide.isEditable(path)).toBe(false)
  })

  test('globs of target.protect hold in every case and normal form', () => {
    const scope = createPathScope(config({ protect: ['Golden/**', 'caf\u00e9.js', 'data'] }))
    for (const path of ['golden/a', 'GOLDEN/b/c', 'cafe\u0301.js', 'CAF\u00c9.JS', 'data', 'data/a.json', './data/x']) expect(scope.isProtected(path)).toBe(true)
    expect(scope.isProtected('database/a')).toBe(false)
  })

  test.each(['', '/', '.', './', '..', '../x', '/etc/passwd', 'a/../../x', 'a\0b'])('%j is nowhere inside: protected and not editable', (path) => {
    expect(wide.isProtected(path)).toBe(true)
    expect(wide.isEditable(path)).toBe(false)
  })

  test.each(['./src/a.js', 'src//a.js', 'src/a.js/', 'src\\a.js', 'src/../src/a.js', 'src/a.js ', 'src/a\u202ejs.txt', 'src/a\nb.js', 'src/\ud800.js'])(
    '%j is not how git lists a path, so it is not editable',
    (path) => {
      expect(wide.isEditable(path)).toBe(false)
    },
  )
})

describe('edit globs', () => {
  test('are exact about case and generous only about the normal form', () => {
    const scope = createPathScope(config({ edit: ['src/caf\u00e9/*.js'] }))
    expect(scope.isEditable('src/caf\u00e9/a.js')).toBe(true)
    expect(scope.isEditable('src/cafe\u0301/a.js')).toBe(true)
    expect(scope.isEditable('Src/caf\u00e9/a.js')).toBe(false)
    expect(scope.isEditable('src/caf\u00e9/b/a.js')).toBe(false)
  })

  test('a folder name means everything in it, dot files included', () => {
    for (const edit of ['src', 'src/', './src', './src//']) {
      const scope = createPathScope(config({ edit: [edit] }))
      expect([scope.isEditable('src/a.js'), scope.isEditable('src/.hidden/b.js'), scope.isEditable('srcs/a.js'), scope.isEditable('x/src/a.js')]).toEqual([true, true, false, false])
    }
  })

  test('protect wins over edit', () => {
    const scope = createPathScope(config({ edit: ['src/**'], protect: ['src/generated/**'] }))
    expect(scope.isEditable('src/generated/a.js')).toBe(false)
    expect(scope.isEditable('src/a.js')).toBe(true)
  })

  test('build definitions need to be named, and so do lists that makefiles include and compiled code', () => {
    const included = ['src/sum.d', 'src/SUM.D', 'src/.deps/sum.Po', 'src/sum.o', 'lib/a.so', 'lib/a.so.1', 'x/CMakeFiles/t.dir/link.txt', 'src/.depend', 'native.node', 'src/assert.h', 'include/cassert', 'src/chrono']
    for (const path of ['CMakeLists.txt', 'src/Makefile', 'cmake/flags.cmake', 'setup.py', 'build.rs', ...included]) {
      expect(wide.isEditable(path)).toBe(false)
      expect(wide.isProtected(path)).toBe(false)
    }
    const named = createPathScope(config({ edit: ['src/**', 'CMakeLists.txt', '**/Makefile'] }))
    expect(named.isEditable('CMakeLists.txt')).toBe(true)
    expect(named.isEditable('src/Makefile')).toBe(true)
    expect(named.isEditable('src/CMakeLists.txt')).toBe(false)
  })
})

describe('files that the config points at', () => {
  test('the constitution, report files and what commands name are protected, whatever edit says', () => {
    const scope = createPathScope(
      config({ edit: ['**', 'oracle.js'], run: 'node verify.js checks', metric: 'node perf/compare.js', constitution: 'rules/law.yaml', reportFile: 'out/report.xml' }),
      ['verify.js', 'checks/a.js', 'perf/compare.js', 'index.js'],
    )
    for (const path of ['rules/law.yaml', 'Rules/LAW.yaml', 'verify.js', 'Verify.js', 'checks/a.js', 'checks/new.js', 'perf/compare.js', 'perf/compare.js/x', 'out/report.xml']) {
      expect(scope.isProtected(path), path).toBe(true)
    }
    expect(scope.protection('verify.js')).toContain('node verify.js checks')
    expect(scope.isEditable('index.js')).toBe(true)
    expect(scope.isEditable('perf/input.js')).toBe(true)
  })

  test('judges behind npm scripts and what setup runs are protected, near misses are not', () => {
    const entries = ['lib/selfcheck.sh', 'lib/index.js', 'tools/setup.sh']
    const scripts = { test: 'sh lib/selfcheck.sh' }
    const scope = createPathScope({ ...config({ edit: ['lib/**', 'tools/**'] }), setup: { run: 'sh tools/setup.sh', network: true, environment: [] } }, entries, scripts)
    expect(entries.filter((path) => scope.isEditable(path))).toEqual(['lib/index.js'])
    expect(scope.protection('lib/selfcheck.sh')).toBe('is named by the command `npm test`')
    expect(scope.protection('tools/setup.sh')).toContain('sh tools/setup.sh')
    expect(idleEditGlobs(config({ edit: ['lib/*.sh'] }), entries, createPathScope(config({ edit: ['lib/*.sh'] }), entries, scripts))).toEqual(['lib/*.sh'])
    expect(idleEditGlobs(config({ edit: ['lib/*.sh'] }), entries, createPathScope(config({ edit: ['lib/*.sh'] }), entries))).toEqual([])
  })

  test('edit globs that open nothing are found', () => {
    const entries = ['index.js', 'src/a.js', 'test/a.js']
    const wide = config({ edit: ['src', 'index.js', 'test/**', 'lib/**'], metric: 'node index.js' })
    expect(idleEditGlobs(wide, entries, createPathScope(wide, entries))).toEqual(['test/**', 'lib/**'])
  })
})

const segment = fc.constantFrom('src', 'a', 'B', 'x.js', 'package-lock.json', '.git', 'test', '..', '.', '', 'caf\u00e9', 'conftest.py', '.env', 'Tests')
const anyPath = fc.oneof(fc.string(), fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/')))

describe('for any path', () => {
  test('nothing is both editable and protected', () => {
    fc.assert(fc.property(anyPath, (path) => !(wide.isEditable(path) && wide.isProtected(path))))
  })

  test('protection does not depend on case, normal form, ./ or a trailing slash', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const expected = wide.isProtected(path)
        for (const twin of [path.toUpperCase(), path.normalize('NFD'), `${path}/`]) expect(wide.isProtected(twin)).toBe(expected)
        if (!path.startsWith('/')) expect(wide.isProtected(`./${path}`)).toBe(expected)
      }),
    )
  })

  test('below a protected folder everything is protected', () => {
    fc.assert(fc.property(anyPath, (path) => path.split('/').includes('..') || path.includes('\\') || wide.isProtected(`.github/${path}`)))
  })

  test('more protect globs never open anything', () => {
    fc.assert(
      fc.property(anyPath, fc.array(fc.constantFrom('src/**', 'a', '*.js', '**/B/**', 'caf\u00e9')), (path, protect) => {
        const narrower = createPathScope(config({ protect }))
        if (wide.isProtected(path)) expect(narrower.isProtected(path)).toBe(true)
        if (narrower.isEditable(path)) expect(wide.isEditable(path)).toBe(true)
      }),
    )
  })
})

describe('symbolic links and what setup adds', () => {
  test('protects what a protected name leads to, whether the link is a file or a folder', () => {
    const entries = ['check/test.sh', 'judge', 'src/t.sh', 'src/real/bench.sh', 'src/free.sh']
    const links = new Map([['check/test.sh', '../src/t.sh'], ['judge', 'src/real']])
    const scope = createPathScope(config({ edit: ['src/**'], protect: ['check/**'], metric: 'sh judge/bench.sh' }), entries, null, { links })
    expect(scope.protection('src/t.sh')).toContain('check/test.sh by a symbolic link')
    expect([scope.isProtected('src/real/bench.sh'), scope.isEditable('src/real/bench.sh'), scope.isEditable('src/free.sh')]).toEqual([true, false, true])
    expect(createPathScope(config({ edit: ['src/**'], protect: ['check/**'] }), entries).isEditable('src/t.sh')).toBe(true)
  })

  test('protects the places of what setup adds, and what lies above and below', () => {
    const scope = createPathScope(config({ edit: ['src/**'] }), ['src/a.js'], null, { added: ['src/gen', 'src/deep/out.js'] })
    expect(['src/gen', 'src/gen/x.js', 'src/deep', 'src/deep/out.js'].map((path) => scope.isEditable(path))).toEqual([false, false, false, false])
    expect(['src/generic.js', 'src/deep/other.js', 'src/a.js'].map((path) => scope.isEditable(path))).toEqual([true, true, true])
  })
})
