import { spawnSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { testDirectory } from './test-repository.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What a candidate's build may do: some 5,000 bytes of path below `directory`. */
function makeDeep(directory: string): void {
  const { status } = spawnSync(process.execPath, ['-e', "for (let i = 0; i < 25; i++) { fs.mkdirSync('0'.repeat(200)); process.chdir('0'.repeat(200)) }"], { cwd: directory })
  expect(status).toBe(0)
}

/** A directory as a process that is dead by now would have left it, with a tree in it that is too deep for Node's rm. */
async function deepLeftover(parent: string): Promise<string> {
  await using probe = await openOwnedDirectory(parent)
  const namespace = path.basename(probe.path).split('-')[3]
  const leftover = path.join(parent, `ratchet-${spawnSync('true').pid}-1-${namespace}-x`)
  await mkdir(leftover)
  makeDeep(leftover)
  return leftover
}

describe('a tree deeper than a path can be', () => {
  it('goes with the directory that it lies in', async () => {
    const parent = await testDirectory()
    const owned = await openOwnedDirectory(parent)
    makeDeep(owned.path)
    await owned[Symbol.asyncDispose]()
    expect(await readdir(parent)).toEqual([])
  })

  it('left by a dead process is cleared up', async () => {
    const parent = await testDirectory()
    await deepLeftover(parent)
    await using owned = await openOwnedDirectory(parent)
    expect(await readdir(parent)).toEqual([path.basename(owned.path)])
  })

  it('left by a dead process and impossible to remove keeps nobody from opening a directory of his own', async () => {
    const parent = await testDirectory()
    const leftover = await deepLeftover(parent)
    vi.stubEnv('PATH', '/nonexistent')
    const owned = await openOwnedDirectory(parent)
    expect((await readdir(parent)).toSorted()).toEqual([leftover, owned.path].map((file) => path.basename(file)).toSorted())
    await owned[Symbol.asyncDispose]()
    vi.unstubAllEnvs()
    await using next = await openOwnedDirectory(parent)
    expect(await readdir(parent)).toEqual([path.basename(next.path)])
  })
})
