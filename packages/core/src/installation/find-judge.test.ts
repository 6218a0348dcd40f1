import { describe, expect, it } from 'vitest'
import type { TreeEntry } from '../workspace/workspace.ts'
import { findJudge, type Judge, type TargetPackages } from './find-judge.ts'
import type { Installation, InstalledFile } from './installation.ts'

const code = (path: string, id = `id of ${path}`): InstalledFile => ({ path, isLink: false, id, bytes: 1000 })
const core = [code('package.json'), code('src/decide.ts'), code('src/deep/run.py')]
const cli = [code('package.json', 'id of cli'), code('bin/run.js'), code('src/main.ts')]
const installed = (root: string, more: Partial<Installation> = {}): Installation => ({
  packages: [{ name: '@ratchet/core', root: `${root}/packages/core`, files: core }, { name: 'ratchet', root: `${root}/packages/cli`, files: cli }],
  dependencies: [{ name: 'zod', version: '4.0.0', place: `${root}/node_modules/zod` }, { name: '@ratchet/core', version: '1', place: `${root}/node_modules/@ratchet/core` }],
  digest: 'digest',
  ...more,
})
const entriesOf = (folder: string, files: readonly InstalledFile[]): readonly TreeEntry[] => files.map(({ path, id }) => ({ path: `${folder}/${path}`, mode: '100644', id }))
const own = [...entriesOf('packages/core', core), ...entriesOf('packages/cli', cli), { path: 'docs/a.ts', mode: '100644', id: 'docs' }, { path: 'packages/core/src/decide.test.ts', mode: '100644', id: 'test' }]
const lock = { 'node_modules/zod': { version: '4.0.0' }, 'node_modules/@ratchet/core': { link: true, resolved: 'packages/core' } }
const manifests = new Map<string, { name?: unknown; dependencies?: unknown }>([['packages/core/package.json', { name: '@ratchet/core' }], ['packages/cli/package.json', { name: 'ratchet', dependencies: { '@ratchet/core': '1' } }]])
const target = (more: Partial<TargetPackages> = {}): TargetPackages => ({ root: '/t', entries: own, manifests, lock, ...more })

function differences(judge: Judge): readonly string[] {
  return judge.kind === 'different' ? judge.differences.map(({ path, how }) => `${path} ${how}`) : [judge.kind]
}

describe('an ordinary target', () => {
  const ordinary = target({ entries: [{ path: 'src/a.js', mode: '100644', id: 'a' }], manifests: new Map([['package.json', { name: 'ratchet', dependencies: { react: '1' } }]]), lock: null })

  it('is judged by what lies apart from it, also where Ratchet is installed in its node_modules, or its name is the same', () => {
    expect(findJudge(installed('/home/me/ratchet'), ordinary)).toEqual({ kind: 'apart' })
    const packages = installed('/t').packages.map((one) => ({ ...one, root: `/t/node_modules/${one.name}` }))
    expect(findJudge(installed('/t', { packages }), ordinary)).toEqual({ kind: 'apart' })
  })

  it('is its own judge where Ratchet runs from a folder of it, or from one that it holds a copy of', () => {
    const judge = findJudge(installed('/t/tools'), ordinary)
    expect(judge.kind === 'same' && [judge.isJudging('tools/packages/core/src/new.ts'), judge.isJudging('src/a.js')]).toEqual([true, false])
    const copied = findJudge(installed('/x'), { ...ordinary, entries: [...ordinary.entries, { path: 'vendor/Decide.ts', mode: '100644', id: 'id of src/decide.ts' }] })
    expect(copied.kind === 'same' && [copied.isJudging('vendor/decide.ts'), copied.isJudging('vendor/other.ts')]).toEqual([true, false])
    // An example that somebody copied is no code, and a small file is no sign.
    for (const [path, bytes] of [['src/a.yaml', 1000], ['src/a.ts', 100]] as const) {
      const small = installed('/x', { packages: [{ name: '@ratchet/core', root: '/x', files: [{ ...code(path, 'a'), bytes }] }] })
      expect(findJudge(small, ordinary)).toEqual({ kind: 'apart' })
    }
  })
})

describe('a target that holds the code that judges it', () => {
  it.each([['runs from it', '/t'], ['runs from elsewhere', '/elsewhere']])('is judged where that is what the baseline holds and %s', (_, root) => {
    const judge = findJudge(installed(root), target())
    expect(judge).toMatchObject({ kind: 'same', digest: 'digest' })
    const isJudging = (path: string): boolean => judge.kind === 'same' && judge.isJudging(path)
    expect(['packages/core/src/decide.ts', 'packages/core/src/new.ts', 'PACKAGES/Core/x', 'packages/core', 'packages/core/node_modules/zod/index.js', 'packages/cli/bin/run.js'].map(isJudging)).toEqual([true, true, true, true, true, true])
    expect(['docs/a.ts', 'packages/core-extra/a.ts', 'packages/core/src/decide.test.ts', 'packages/core/README.md', 'src/packages/core/x'].map(isJudging)).toEqual([false, false, false, false, false])
  })

  const withCore = (root: string, files: readonly InstalledFile[]): Installation => installed(root, { packages: [{ name: '@ratchet/core', root: `${root}/packages/core`, files }, ...installed(root).packages.slice(1)] })

  it.each(['/t', '/elsewhere'])('is refused where a file is changed, added, missing or a link, running from %s', (root) => {
    const run = (files: readonly InstalledFile[]): readonly string[] => differences(findJudge(withCore(root, files), target()))
    expect(run([...core.slice(0, 2), code('src/deep/run.py', 'other')])).toEqual(['packages/core/src/deep/run.py is changed'])
    expect(run([...core.slice(0, 2), { ...code('src/deep/run.py'), isLink: true }])).toEqual(['packages/core/src/deep/run.py is changed'])
    expect(run([...core, code('src/shadow.js')])).toEqual(['packages/core/src/shadow.js is added'])
    expect(run([...core, { path: 'src/node_modules', isLink: false, id: '', bytes: 0 }])).toEqual(['packages/core/src/node_modules is added'])
    expect(run(core.slice(0, 2))).toEqual(['packages/core/src/deep/run.py is missing'])
    // What a build left beside the sources is not what runs.
    expect(run([...core, code('dist/index.js'), code('coverage/x.js'), code('a.tsbuildinfo')])).toEqual(['same'])
  })

  it('is refused where a dependency is another version, or comes from a place that the lock file does not name', () => {
    const run = (one: Installation['dependencies'][number], more: Partial<TargetPackages> = {}): readonly string[] => differences(findJudge(installed('/t', { dependencies: [one] }), target(more)))
    expect(run({ name: 'zod', version: '4.0.1', place: '/t/node_modules/zod' })).toEqual(['node_modules/zod is not what the lock file names'])
    expect(run({ name: 'zod', version: '4.0.0', place: '/t/packages/core/node_modules/zod' })).toEqual(['packages/core/node_modules/zod is not what the lock file names'])
    expect(run({ name: 'zod', version: '4.0.0', place: '/t/packages/core/node_modules/zod' }, { lock: null })).toEqual(['packages/core/node_modules/zod is not what the lock file names'])
    expect(run({ name: 'zod', version: '4.0.0', place: '/t/packages/core/node_modules/zod' }, { lock: { 'packages/core/node_modules/zod': { version: '4.0.0' } } })).toEqual(['same'])
    expect(run({ name: 'zod', version: '3.0.0', place: '/elsewhere/node_modules/zod' })).toEqual(['/elsewhere/node_modules/zod is not what the lock file names'])
  })

  it('cannot be fooled by a candidate that is checked out below it, by a second copy, or by a committed node_modules', () => {
    const below = withCore('/t/.trees/candidate', [...core, code('src/more.ts')])
    expect(differences(findJudge(below, target()))).toEqual(['packages/core/src/more.ts is added'])
    expect(differences(findJudge(installed('/t/.trees/base'), target()))).toEqual(['same'])
    const shadow = { name: 'zod', version: '4.0.0', place: '/t/.trees/base/packages/node_modules/zod' }
    expect(differences(findJudge(installed('/t/.trees/base', { dependencies: [shadow] }), target()))).toEqual(['packages/node_modules/zod is not what the lock file names'])
    const twice = target({ entries: [...own, ...entriesOf('copy', [code('package.json', 'x')])], manifests: new Map([...manifests, ['copy/package.json', { name: '@ratchet/core' }]]) })
    for (const root of ['/t', '/elsewhere']) {
      const judge = findJudge(installed(root), twice)
      expect(judge.kind === 'same' && judge.isJudging('copy/src/x.ts')).toBe(true)
      expect(differences(findJudge(withCore(root, [...core, code('src/more.ts')]), twice))).toEqual(['packages/core/src/more.ts is added'])
    }
    const packages = [{ name: '@ratchet/core', root: '/t/node_modules/@ratchet/core', files: [...core, code('src/more.ts')] }]
    const committed = target({ entries: entriesOf('node_modules/@ratchet/core', core), manifests: new Map([['node_modules/@ratchet/core/package.json', { name: '@ratchet/core' }]]), lock: null })
    expect(differences(findJudge(installed('/t', { packages, dependencies: [] }), committed))).toEqual(['node_modules/@ratchet/core/src/more.ts is added'])
  })

  it('may be a library that Ratchet imports and that is linked into it', () => {
    const packages = [...installed('/elsewhere').packages, { name: 'zod', root: '/t', files: [code('package.json', 'z'), code('src/zod.ts')] }]
    const zod = target({ entries: [{ path: 'package.json', mode: '100644', id: 'z' }, { path: 'src/zod.ts', mode: '100644', id: 'committed' }], manifests: new Map([['package.json', { name: 'zod' }]]), lock: null })
    expect(differences(findJudge(installed('/elsewhere', { packages }), zod))).toEqual(['src/zod.ts is changed'])
  })
})
