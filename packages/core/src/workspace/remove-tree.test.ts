import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { removeTree } from './remove-tree.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'ratchet-remove-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  // By the program: Node's rm cannot remove what these tests make.
  spawnSync('rm', ['-rf', '--', root])
})

/** Some 5,000 bytes of path below `root`. */
function makeDeep(): void {
  const { status } = spawnSync(process.execPath, ['-e', "for (let i = 0; i < 25; i++) { fs.mkdirSync('0'.repeat(200)); process.chdir('0'.repeat(200)) }"], { cwd: root })
  expect(status).toBe(0)
}

describe('removing a tree', () => {
  it('that is deeper than a path can be works, where Node’s own rm gives up', async () => {
    makeDeep()
    await expect(rm(root, { recursive: true, force: true })).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
    await removeTree(root)
    expect(await readdir(path.dirname(root))).not.toContain(path.basename(root))
  })

  it('takes names that are not UTF-8, closed directories and links, and follows none of these', async () => {
    const outside = await mkdtemp(path.join(os.tmpdir(), 'ratchet-remove-'))
    await writeFile(path.join(outside, 'precious'), '')
    await mkdir(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]))
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff]), Buffer.from('/f')]), '')
    await symlink(outside, path.join(root, 'link'))
    await mkdir(path.join(root, 'closed/inner'), { recursive: true })
    makeDeep()
    expect(spawnSync('chmod', ['000', path.join(root, 'closed')]).status).toBe(0)
    await removeTree(root)
    expect(await readdir(path.dirname(root))).not.toContain(path.basename(root))
    expect(await readdir(outside)).toEqual(['precious'])
    await rm(outside, { recursive: true })
  })

  it('that is not there is no failure', async () => {
    await expect(removeTree(path.join(root, 'nowhere'))).resolves.toBeUndefined()
  })

  it('that stays fails with a cause and a remedy', async () => {
    makeDeep()
    vi.stubEnv('PATH', '/nonexistent')
    await expect(removeTree(root)).rejects.toMatchObject({ code: 'slot-failed', remedy: expect.any(String) as string, cause: expect.any(Error) as Error })
  })
})
