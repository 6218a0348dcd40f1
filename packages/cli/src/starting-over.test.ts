import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../bin/ratchet.js', import.meta.url))
const folder = mkdtempSync(path.join(os.tmpdir(), 'ratchet-start-'))
const preload = (name: string, text: string): string => {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('a search starts over with its memory bounded', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['as it should', preload('none.cjs', '')],
    ['or not, where the program is gone', preload('gone.cjs', "process.execPath = '/no/such/node'")],
    ['or not, where it may not be run', preload('plain.cjs', 'process.execPath = __filename')],
    ['or not, where it is a folder', preload('folder.cjs', 'process.execPath = __dirname')],
    ['or not, where the system would not take the command', preload('long.cjs', "process.env.LONG = 'x'.repeat(200_000)")],
  ])('%s', (_, file) => {
    const { status, signal, stdout } = spawnSync(process.execPath, ['--require', file, entry, 'run', '--help'], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })
    expect({ status, signal }).toEqual({ status: 0, signal: null })
    expect(stdout).toContain('run')
  }, 30_000)
})
