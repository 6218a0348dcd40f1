import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceFile } from './replace-file.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'ratchet-replace-'))
  for (const name of ['.ratchet/log', '.git', 'out']) mkdirSync(path.join(home, name), { recursive: true })
  writeFileSync(path.join(home, 'secret'), 'secret')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const at = (...names: readonly string[]): string => path.join(home, ...names)

async function* pieces(count = 3): AsyncGenerator<string, number> {
  for (let piece = 0; piece < count; piece++) yield `${piece}\n`
  return count
}

const replace = (file: string, from = pieces()): Promise<number> => replaceFile({ file, forbidden: [at('.ratchet'), at('.git')] }, from)

describe('replacing a file', () => {
  it('makes a new one, and takes the place of a plain one', async () => {
    expect(await replace(at('out/new'))).toBe(3)
    expect(await replace(at('out/new'), pieces(100_000))).toBe(100_000)
    expect(readFileSync(at('out/new'), 'utf8').length).toBe(588_890)
    expect(readdirSync(at('out'))).toEqual(['new'])
  })

  it('leaves what other names of it lead to', async () => {
    linkSync(at('secret'), at('out/hard'))
    expect(await replace(at('out/hard'))).toBe(3)
    expect(readFileSync(at('secret'), 'utf8')).toBe('secret')
  })

  it('leaves the old one where the new one does not come about', async () => {
    writeFileSync(at('out/old'), 'old')
    const failing = async function* (): AsyncGenerator<string, number> {
      yield 'x'.repeat(300_000)
      throw new TypeError('broken off')
    }
    await expect(replace(at('out/old'), failing())).rejects.toThrow('broken off')
    expect(readFileSync(at('out/old'), 'utf8')).toBe('old')
    expect(readdirSync(at('out'))).toEqual(['old'])
  })

  it('follows no link and replaces nothing but a plain file', async () => {
    symlinkSync(at('secret'), at('out/link'))
    symlinkSync(at('nowhere'), at('out/dangling'))
    execFileSync('mkfifo', [at('out/fifo')])
    const odd = ['out/link', 'out/dangling', 'out/fifo', 'out', 'out/', 'none/file', '.']
    for (const name of odd) await expect(replace(`${at()}/${name}`), name).rejects.toMatchObject({ code: 'not-replaceable' })
    await expect(replace('/dev/null')).rejects.toMatchObject({ code: 'not-replaceable' })
    expect(readFileSync(at('secret'), 'utf8')).toBe('secret')
    expect(existsSync(at('nowhere'))).toBe(false)
  })

  it('writes nothing into the record or the git directory, by whatever way', async () => {
    symlinkSync(at('.ratchet'), at('out/state'))
    symlinkSync(at('.git'), at('out/git'))
    const names = ['.ratchet/audit', '.ratchet/log/checkpoint', '.git/HEAD', '.git', 'out/state/audit', 'out/git/config', 'out/../.ratchet/audit']
    for (const name of names) await expect(replace(`${at()}/${name}`), name).rejects.toMatchObject({ code: 'not-replaceable' })
    // A linked working tree has a plain file there.
    rmSync(at('.git'), { recursive: true })
    writeFileSync(at('.git'), 'gitdir: elsewhere\n')
    await expect(replace(at('.git'))).rejects.toMatchObject({ code: 'not-replaceable' })
    rmSync(at('.git'))
    await expect(replace(at('.git'))).rejects.toMatchObject({ code: 'not-replaceable' })
    expect(readdirSync(at('.ratchet'))).toEqual(['log'])
  })

  it('says so where there is no room or right', async () => {
    await expect(replaceFile({ file: '/proc/audit', forbidden: [] }, pieces())).rejects.toMatchObject({ code: 'not-written' })
  })
})
