import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { privateKey, publishRows, signedJournal } from '../../testing/signed-journal.ts'
import { createTileFiles } from './tile-files.ts'

function place(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ratchet-tiles-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return path.join(root, 'log')
}

describe('tiles as files', () => {
  it('lie as the specification lays them out, whole, with nothing beside them', async () => {
    const directory = place()
    const key = privateKey()
    const rows = signedJournal(600, key)
    for (const size of [5, 300, 600]) expect(await publishRows(createTileFiles(directory), rows.slice(0, size), key)).toMatchObject({ ok: true })
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    expect(files.toSorted()).toEqual(['checkpoint', 'tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/1', 'tile/1/000.p/2', 'tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/88'])
    expect(readFileSync(path.join(directory, 'checkpoint'), 'utf8')).toMatch(/^ratchet\/[0-9a-f]{16}\n600\n[A-Za-z0-9+/]{43}=\n\n— ratchet\/[0-9a-f]{16} [A-Za-z0-9+/=]+\n$/)
  })

  it('are read and written through no link', () => {
    const [directory, outside] = [place(), place()]
    mkdirSync(path.join(outside, '0'), { recursive: true })
    writeFileSync(path.join(outside, '0/000'), 'precious')
    writeFileSync(path.join(outside, 'victim'), 'precious')
    mkdirSync(directory)
    symlinkSync(outside, path.join(directory, 'tile'))
    symlinkSync(path.join(outside, 'victim'), path.join(directory, 'checkpoint'))
    const store = createTileFiles(directory)
    expect(store.read('tile/0/000')).toBeNull()
    expect(() => store.read('checkpoint')).toThrow(expect.objectContaining({ code: 'journal-forked' }) as Error)
    expect(() => store.write('tile/0/000', Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'journal-unwritable' }) as Error)
    store.remove('tile/0/000')
    store.write('checkpoint', Buffer.from('new'), { durable: true })
    expect([readFileSync(path.join(outside, '0/000'), 'utf8'), readFileSync(path.join(outside, 'victim'), 'utf8')]).toEqual(['precious', 'precious'])
    rmSync(directory, { recursive: true })
    symlinkSync(outside, directory)
    expect(() => store.write('checkpoint', Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'journal-unwritable' }) as Error)
    expect(existsSync(path.join(outside, 'checkpoint'))).toBe(false)
  })

  it('without a checkpoint were never signed; one that is no file of its own, or too long, is an error', () => {
    const [directory, outside] = [place(), place()]
    const store = createTileFiles(directory)
    expect(store.read('checkpoint')).toBeNull()
    mkdirSync(path.join(directory, 'checkpoint'), { recursive: true })
    const refused = expect.objectContaining({ code: 'journal-forked' }) as Error
    expect(() => store.read('checkpoint')).toThrow(refused)
    rmSync(directory, { recursive: true })
    mkdirSync(directory)
    writeFileSync(path.join(directory, 'checkpoint'), Buffer.alloc(1_000_001))
    expect(() => store.read('checkpoint')).toThrow(refused)
    rmSync(directory, { recursive: true })
    mkdirSync(outside)
    symlinkSync(outside, directory)
    expect(() => store.read('checkpoint')).toThrow(refused)
  })

  it('that cannot be written are a failure with a remedy, and leave nothing behind', () => {
    const directory = place()
    mkdirSync(path.join(directory, 'tile/0/000'), { recursive: true })
    expect(() => createTileFiles(directory).write('tile/0/000', Buffer.from('x'))).toThrow(expect.objectContaining({ code: 'journal-unwritable', remedy: expect.any(String) as string }) as Error)
    expect(readdirSync(directory)).toEqual(['tile'])
    expect(createTileFiles(directory).read('tile/0/000')).toBeNull()
  })
})
