import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const exec = promisify(execFile)
const bin = path.join(import.meta.dirname, '../../packages/cli/bin/ratchet.js')
let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-compiled-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const version = async (changes: Readonly<Record<string, string>> = {}, cwd?: string): Promise<string> => (await exec(process.execPath, [bin, '--version'], { timeout: 20_000, env: { ...process.env, XDG_CACHE_HOME: home, ...changes }, ...(cwd === undefined ? {} : { cwd }) })).stdout
const kept = (): Promise<string[]> => readdir(path.join(home, 'ratchet/compiled'), { recursive: true })

// What lies in the cache is run as Ratchet: it is used only where nobody else can write.
describe('compiled code', () => {
  it('is kept in a folder of the user alone', async () => {
    expect(await version()).toMatch(/^\d/)
    expect((await kept()).length).toBeGreaterThan(1)
    expect((await stat(path.join(home, 'ratchet/compiled'))).mode & 0o077).toBe(0)
  })

  it('is not kept in a folder that others may write to', async () => {
    await mkdir(path.join(home, 'ratchet/compiled'), { recursive: true })
    await chmod(path.join(home, 'ratchet/compiled'), 0o777)
    expect(await version()).toMatch(/^\d/)
    expect(await kept()).toEqual([])
  })

  it('is not kept behind a link, and nothing is made in a place of somebody else', async () => {
    const elsewhere = await mkdtemp(path.join(os.tmpdir(), 'ratchet-elsewhere-'))
    try {
      await symlink(elsewhere, path.join(home, 'ratchet'))
      expect(await version()).toMatch(/^\d/)
      expect(await readdir(elsewhere)).toEqual([])
    } finally {
      await rm(elsewhere, { recursive: true })
    }
    if (process.getuid?.() !== 0) return
    await rm(path.join(home, 'ratchet'))
    await chown(home, 54_321, 54_321)
    expect(await version()).toMatch(/^\d/)
    expect(await readdir(home)).toEqual([])
  })

  it.each(['/proc', '/dev/null', ''])('is not kept where it cannot be: %j', async (place) => {
    expect(await version({ XDG_CACHE_HOME: place, ...(place === '' ? { HOME: '' } : {}) }, home)).toMatch(/^\d/)
    expect(await readdir(home)).toEqual([])
  })

  it('is not kept in the way of a file', async () => {
    await writeFile(path.join(home, 'ratchet'), '')
    expect(await version()).toMatch(/^\d/)
    expect(await readdir(home)).toEqual(['ratchet'])
  })
})
