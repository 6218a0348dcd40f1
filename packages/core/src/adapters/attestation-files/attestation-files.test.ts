import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAttestationFiles } from './attestation-files.ts'

function place(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'ratchet-attestations-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return path.join(root, 'attestations')
}

const digest = 'ab'.repeat(32)
const unusable = expect.objectContaining({ code: 'attestations-unusable', remedy: expect.any(String) as string }) as Error

describe('attestations as files', () => {
  it('are named by their digest, whole, with nothing beside them', () => {
    const directory = place()
    const files = createAttestationFiles(directory)
    expect([files.names(), files.read(digest)]).toEqual([[], null])
    files.write(digest, 'one\n')
    files.write(digest, 'two\n')
    expect([files.names(), files.read(digest), readdirSync(directory)]).toEqual([[digest], 'two\n', [`${digest}.dsse.json`]])
    writeFileSync(path.join(directory, 'README'), 'x')
    writeFileSync(path.join(directory, `.draft-${digest}`), 'x')
    expect(files.names()).toEqual([digest])
  })

  it('are read and written through no link, and from nothing but plain files', () => {
    const [directory, outside] = [place(), place()]
    mkdirSync(outside)
    writeFileSync(path.join(outside, 'victim'), 'precious')
    symlinkSync(outside, directory)
    const files = createAttestationFiles(directory)
    expect([files.names(), files.read(digest)]).toEqual([[], null])
    expect(() => files.write(digest, 'x')).toThrow(unusable)
    rmSync(directory)
    mkdirSync(directory)
    symlinkSync(path.join(outside, 'victim'), path.join(directory, `${digest}.dsse.json`))
    expect([files.names(), files.read(digest)]).toEqual([[digest], null])
    files.write(digest, 'x')
    expect([files.read(digest), readFileSync(path.join(outside, 'victim'), 'utf8')]).toEqual(['x', 'precious'])
    rmSync(path.join(directory, `${digest}.dsse.json`))
    mkdirSync(path.join(directory, `${digest}.dsse.json`))
    expect(files.read(digest)).toBeNull()
  })

  it('that cannot be written are a failure with a remedy, and leave nothing behind', () => {
    const directory = place()
    mkdirSync(path.join(directory, `${digest}.dsse.json`, 'x'), { recursive: true })
    expect(() => createAttestationFiles(directory).write(digest, 'x')).toThrow(unusable)
    expect(readdirSync(directory)).toEqual([`${digest}.dsse.json`])
    expect(() => createAttestationFiles(path.join(directory, 'no/such')).write(digest, 'x')).toThrow(unusable)
  })
})
