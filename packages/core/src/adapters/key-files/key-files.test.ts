import { createPublicKey } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { privateKey } from '../../testing/signed-journal.ts'
import { openKeyFiles } from './key-files.ts'

let time = 0
const clock = (): Date => new Date((time += 1000))

function place(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ratchet-keys-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return path.join(root, 'config/ratchet/keys')
}

describe('key files', () => {
  it('that would lie below what is no directory are an error with a remedy', () => {
    const unusable = expect.objectContaining({ code: 'keys-unusable', remedy: expect.stringContaining('XDG_CONFIG_HOME') as string }) as Error
    expect(() => openKeyFiles('/dev/null/ratchet/keys', clock)).toThrow(unusable)
    const directory = place()
    writeFileSync(path.join(directory, '../../..', 'config'), '')
    expect(() => openKeyFiles(directory, clock)).toThrow(unusable)
  })

  it('are made for their owner alone, and found again', () => {
    const directory = place()
    const ring = openKeyFiles(directory, clock)
    expect(ring.newest()).toBeNull()
    const [one, two] = [ring.create(), ring.create()]
    expect(lstatSync(directory).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(directory)) expect(lstatSync(path.join(directory, name)).mode & 0o777).toBe(0o600)
    const again = openKeyFiles(directory, clock)
    expect(again.newest()?.equals(two)).toBe(true)
    expect(again.find(createPublicKey(one))?.equals(one)).toBe(true)
    expect(again.find(createPublicKey(privateKey()))).toBeNull()
  })

  it('that others could read or write are refused, with what to do', () => {
    for (const mode of [0o701, 0o710, 0o750, 0o777]) {
      const directory = place()
      openKeyFiles(directory, clock).create()
      chmodSync(directory, mode)
      expect(() => openKeyFiles(directory, clock)).toThrow(expect.objectContaining({ code: 'keys-exposed', remedy: expect.stringContaining('chmod 700') as string }) as Error)
    }
    for (const mode of [0o640, 0o604, 0o660, 0o620]) {
      const directory = place()
      openKeyFiles(directory, clock).create()
      chmodSync(path.join(directory, readdirSync(directory)[0] as string), mode)
      expect(() => openKeyFiles(directory, clock)).toThrow(expect.objectContaining({ code: 'keys-exposed', remedy: expect.stringContaining('chmod 600') as string }) as Error)
    }
  })

  it('are never looked for behind a link', () => {
    const [real, directory] = [place(), place()]
    openKeyFiles(real, clock).create()
    mkdirSync(path.dirname(directory), { recursive: true })
    symlinkSync(real, directory)
    expect(() => openKeyFiles(directory, clock)).toThrow(expect.objectContaining({ code: 'keys-unusable' }) as Error)
    const other = place()
    mkdirSync(other, { recursive: true, mode: 0o700 })
    symlinkSync(path.join(real, readdirSync(real)[0] as string), path.join(other, '2026-0000.ed25519.pem'))
    expect(() => openKeyFiles(other, clock)).toThrow(expect.objectContaining({ code: 'keys-unusable' }) as Error)
  })

  it('that hold no key of this kind are said to', () => {
    const directory = place()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(path.join(directory, '2026-0000.ed25519.pem'), 'nothing', { mode: 0o600 })
    expect(() => openKeyFiles(directory, clock).newest()).toThrow(expect.objectContaining({ code: 'keys-unusable' }) as Error)
  })

  it('where none can be made say so', () => {
    expect(() => openKeyFiles('/proc/ratchet/keys', clock).create()).toThrow(expect.objectContaining({ code: 'keys-unusable', remedy: expect.stringContaining('XDG_CONFIG_HOME') as string }) as Error)
  })
})
