import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstalledPackages } from './installed-packages.ts'

describe('the code that runs', () => {
  let home: string
  const put = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(home, name)), { recursive: true })
      await writeFile(path.join(home, name), content)
    }
  }
  const read = (inside: string) => createInstalledPackages([path.join(home, 'packages/core'), path.join(home, 'node_modules/core')]).read({ inside, format: 'sha1' })

  beforeAll(async () => {
    home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'ratchet-installed-')))
    await put({
      'packages/core/package.json': '{"name":"core","dependencies":{"dep":"1","gone":"1"},"optionalDependencies":{"linked":"1"}}',
      'packages/core/src/a.ts': 'a\r\n', 'packages/core/src/a.test.ts': 'test', 'packages/core/README.md': 'r',
      'node_modules/dep/package.json': '{"name":"dep","version":"1.2.3","dependencies":{"deep":"1"}}',
      'node_modules/dep/node_modules/deep/package.json': '{"name":"deep","version":"0.1.0"}',
      'work/linked/package.json': '{"name":"linked","version":"9.0.0"}', 'work/linked/index.js': 'x',
    })
    await symlink('../packages/core', path.join(home, 'node_modules/core'))
    await symlink('../work/linked', path.join(home, 'node_modules/linked'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('is listed as git would store it, once however it is reached, with what it imports', async () => {
    const { packages, dependencies } = await read(path.join(home, 'packages'))
    const id = execFileSync('git', ['hash-object', '--no-filters', path.join(home, 'packages/core/src/a.ts')], { encoding: 'utf8' }).trim()
    expect(packages.map(({ name, root, files }) => [name, root, files.map((file) => file.path)])).toEqual([['core', path.join(home, 'packages/core'), ['package.json', 'src/a.ts']]])
    expect(packages[0]?.files[1]).toEqual({ path: 'src/a.ts', isLink: false, id, bytes: 3 })
    expect(dependencies.map(({ name, version, place }) => `${name}@${version} ${place.slice(home.length)}`)).toEqual(['dep@1.2.3 /node_modules/dep', 'deep@0.1.0 /node_modules/dep/node_modules/deep', 'linked@9.0.0 /node_modules/linked'])
  })

  it('is looked at file by file where a dependency is linked into the target', async () => {
    expect((await read(path.join(home, 'work'))).packages.map(({ name }) => name)).toEqual(['core', 'linked'])
  })

  it('has another digest with every file, link and dependency that could change what it does', async () => {
    const digests = [(await read(home)).digest]
    for (const change of [
      () => put({ 'packages/core/src/b.js': 'b' }),
      () => symlink('a.ts', path.join(home, 'packages/core/src/c.ts')),
      () => put({ 'packages/core/src/node_modules/dep/index.js': 'shadow' }),
      () => put({ 'packages/node_modules/dep/package.json': '{"name":"dep","version":"6.6.6"}' }),
      () => put({ 'packages/core/.hidden': 'h' }),
    ]) {
      await change()
      digests.push((await read(home)).digest)
    }
    expect(new Set(digests).size).toBe(digests.length)
    // Prose and tests judge nothing.
    await put({ 'packages/core/README.md': 'more', 'packages/core/src/b.test.ts': 'more' })
    expect((await read(home)).digest).toBe(digests.at(-1))
    // Node takes the nearest folder of that name, whether or not it is a package.
    await put({ 'packages/core/node_modules/dep/index.js': 'shadow' })
    await expect(read(home)).rejects.toMatchObject({ code: 'installation-unreadable' })
  })
})
