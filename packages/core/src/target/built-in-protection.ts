/** A group of files that always come from the trusted baseline, whatever the config says. */
export interface ProtectionGroup {
  /** Completes the sentence "<path> is protected: it ...". */
  readonly reason: string
  /** Names matched at any depth, lower case; a name ending in `/` stands for everything in a folder of that name. */
  readonly names: readonly string[]
}

const scripts = '{js,cjs,mjs,jsx,ts,cts,mts,tsx}'

/** Code of test runners themselves. */
const runnerModules = ['pytest', '_pytest', 'pluggy', 'unittest']

/** Imported before or by a test runner, as a module, a package or a binary. */
const loadedByPython = ['conftest', 'sitecustomize', 'usercustomize', ...runnerModules]

/** Where a repository is that of a runner these are its code, which a task may be about. */
export const runnerCode: readonly string[] = runnerModules.flatMap((name) => [`${name}.py`, `${name}/`])

/** What a runner is set up by: whoever writes it decides how tests end, whatever they find. */
export const runnerSettings: readonly string[] = [
  'package.json', '.npmrc', '.yarnrc*', 'pnpm-workspace.{yaml,yml}', '.node-version', '.nvmrc', '.tool-versions', '.python-version', '.env*', '.env*/',
  '.mocharc*', 'jest.config.*', 'jest.setup.*', 'jest-preset.*', 'vitest.config.*', 'vitest.setup.*', 'vitest.workspace.*', 'vite.config.*',
  'babel.config.*', '.babelrc*', '.swcrc', 'ava.config.*', '.taprc', '.tap/', 'karma.conf.*', 'playwright.config.*', 'cypress.config.*',
  '.c8rc*', '.nycrc*', 'nyc.config.*', 'bunfig.toml', 'deno.json', 'deno.jsonc', 'node.config.json', 'tsconfig*.json', 'jsconfig*.json',
  'lerna.json', 'nx.json', 'turbo.json', 'pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'noxfile.py',
  '.coveragerc', ...loadedByPython.flatMap((name) => [`${name}.*`, `${name}/`]), 'ctestcustom.*', 'dartconfiguration.tcl',
  '.cargo/', 'rust-toolchain*', '.rspec', 'spec_helper.rb', 'jasmine.json', '.jasmine*', 'phpunit.xml*', '.simplecov', `{setuptests,setup-tests}.${scripts}`, `vitest.shims*.${scripts}`, '.eslintrc*', `eslint.config.${scripts}`,
  // Linters: what they may find is the baseline's to say.
  '.ignore', '.eslintignore', '.oxlintrc*', 'oxlint.config.*', 'biome.{json,jsonc}', '.biome.{json,jsonc}', 'ruff.toml', '.ruff.toml', '.flake8', '.pylintrc', 'pylintrc', '.clang-tidy', '.mypy.ini', 'mypy.ini', 'pyrightconfig.json',
]

/**
 * Whoever writes one of these can decide the verdict without improving anything: it judges (tests, snapshots, benchmarks),
 * is loaded before the judge (runner settings, automatically loaded modules), chooses what code really runs (lockfiles,
 * dependencies, compiler settings), or rules over Ratchet and the people who review it (config, constitution, CI, owners).
 */
export const builtInProtection: readonly ProtectionGroup[] = [
  {
    reason: 'rules over Ratchet itself',
    names: ['ratchet.{yaml,yml}', `ratchet.config.${scripts}`, 'constitution.{yaml,yml}', 'constitution.{yaml,yml}.sig', '.ratchet', '.ratchet/', 'allowed_signers'],
  },
  {
    reason: 'pins the dependencies',
    names: [
      'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.{yaml,yml}', 'bun.lock*', 'deno.lock', 'poetry.lock', 'pipfile', 'pipfile.lock',
      'uv.lock', 'pdm.lock', 'cargo.lock', 'go.sum', 'requirements*.txt', 'constraints*.txt', 'composer.lock', 'gemfile.lock',
    ],
  },
  {
    reason: 'is installed, not written',
    names: [
      'node_modules', 'node_modules/', '.yarn/', '.pnp.*', '.pnpmfile.*', '.venv', '.venv/', 'site-packages/', 'dist-packages/', '*.dist-info/',
      '*.egg-info/', '*.egg-link', '*.pth', '__pycache__/', '*.{pyc,pyo,pyd}',
    ],
  },
  { reason: 'configures a package manager, test runner or compiler', names: runnerSettings },
  {
    reason: 'belongs to CI, git or review',
    names: [
      '.git*', '.git*/', '.circleci/', '.buildkite/', '.forgejo/', '.gitea/', '.woodpecker*', '.woodpecker*/', '.husky/', 'jenkinsfile*', 'azure-pipelines*.{yml,yaml}',
      '.travis.yml', '.drone.{yml,yaml}', 'appveyor.yml', 'bitbucket-pipelines.yml', 'cloudbuild.{yml,yaml}', 'lefthook.{yml,yaml}', '.pre-commit-config.{yml,yaml}',
      'codeowners',
    ],
  },
  {
    reason: 'is a test, snapshot or benchmark',
    names: [
      'test/', 'tests/', '__tests__/', '__mocks__/', '__snapshots__/', '__benchmarks__/', 'bench/', 'benches/', 'benchmark/', 'benchmarks/', 'tap-snapshots/', 'e2e/',
      '*.snap', `*.{test,spec,bench,test-d}.${scripts}`, `*{-,_}test.${scripts}`, `test-*.${scripts}`, `{test,tests,bench,benchmark}.${scripts}`,
      'test_*.py', '*_test.py', 'bench_*.py', '{test,tests}.py', '*_test.go', '{test_*,*_test,*_tests,bench_*,*_bench}.{c,cc,cpp,cxx,h,hpp}', '*_{spec,test}.rb',
    ],
  },
]

/** Names whose change is denied outright: no consent makes a change of the judge by the judged acceptable. */
export const constitutionalNames: readonly string[] = [
  'ratchet.{yaml,yml}', `ratchet.config.${scripts}`, 'constitution.{yaml,yml}', 'constitution.{yaml,yml}.sig', '.ratchet', '.ratchet/', '.gitattributes', '.gitmodules', '.gitconfig', 'allowed_signers',
]

/**
 * Files that decide how the program is built. They are the candidate's own when they change, but a wide glob such as `**`
 * must not open them by accident (`-ffast-math`, NDEBUG): an edit glob has to end in their very name.
 */
export const buildDefinitions: readonly string[] = [
  'cmakelists.txt', '*.cmake', 'cmakepresets.json', 'cmakeuserpresets.json', 'makefile*', 'gnumakefile', '*.mk', '*.mak', 'meson.build', 'meson_options.txt', 'sconstruct', 'configure',
  'configure.ac', 'build', 'build.bazel', 'workspace', 'workspace.bazel', 'module.bazel', 'build.rs', 'cargo.toml', 'go.mod', 'go.work', 'setup.py',
  'binding.gyp', '*.gypi', 'dockerfile*', '*.dockerfile', 'containerfile', `{webpack,rollup,rolldown,esbuild,tsup,tsdown}.config.${scripts}`, `{gulpfile,gruntfile}.${scripts}`,
  'composer.json', 'gemfile', '*.gemspec', 'rakefile', 'pom.xml', '*.gradle', '*.gradle.kts', 'justfile', '.justfile',
  'sconscript', 'wscript', 'makefile.am', '*.m4', '*.ninja', '*.pri', '*.props', '*.targets', 'meson.options', 'conanfile*', 'vcpkg.json', '*.cmake.in', '*.ld', '*.lds',
  // In a folder that the compiler searches they stand in for the system's own, in the tests as well.
  '{assert,ctype,errno,float,limits,locale,math,setjmp,signal,stdarg,stdbool,stddef,stdint,stdio,stdlib,string,time,unistd}.h', 'c{assert,errno,math,signal,stdio,stdlib,string,time}', '{algorithm,chrono,iostream,functional,limits,numeric,random,stdexcept}',
  // Lists of dependencies are included by makefiles, and are makefiles; compiled code is what no rule can read, and what a build takes for up to date.
  '*.d', '*.dep', '.depend', '.deps/', '*.plo', 'cmakefiles/', '*.o', '*.obj', '*.lo', '*.la', '*.a', '*.lib', '*.so', '*.so.*', '*.dylib', '*.dll', '*.node', '*.pyd', '*.pyc', '*.wasm', '*.gch', '*.pch',
]

/** Turns a name of the lists above into a picomatch glob. */
export function anywhere(name: string): string {
  return name.endsWith('/') ? `**/${name}**` : `**/${name}`
}
