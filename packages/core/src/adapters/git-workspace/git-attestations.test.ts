import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { sealEnvelope } from '../../attestation/dsse-envelope.ts'
import { gitOutput, openedRepository } from './test-repository.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const envelope = (text: string): string => sealEnvelope(Buffer.from(text), { name: 'ratchet/0', key })
const ref = '--ref=ratchet-attestation'
const [one, two] = [envelope('1'), envelope('2')]

describe('attestations as git notes', () => {
  it('lie one a line on their commits, are shown by git, and are added once', async () => {
    const { target, workspace: { attestations }, head } = await openedRepository({ 'a.txt': 'a\n' })
    const next = target.commit()
    expect(await attestations.all()).toEqual([])
    expect(await attestations.put([{ commit: head.id, envelope: one }, { commit: head.id, envelope: two }, { commit: next, envelope: one }])).toBe(true)
    expect(`${target.git('notes', ref, 'show', head.id)}\n`).toBe(`${one}${two}`)
    const tip = target.git('rev-parse', 'refs/notes/ratchet-attestation')
    expect(await attestations.put([{ commit: head.id, envelope: two }])).toBe(true)
    expect(target.git('rev-parse', 'refs/notes/ratchet-attestation')).toBe(tip)
    expect((await attestations.all()).filter(({ commit }) => commit === head.id)).toEqual([{ commit: head.id, envelope: one }, { commit: head.id, envelope: two }])
    expect([target.git('status', '--porcelain'), target.git('fsck', '--strict')]).toEqual(['', ''])
  })

  it('are told apart from whatever people write there, of which not a byte is lost', async () => {
    const { target, workspace: { attestations }, head } = await openedRepository({ 'a.txt': 'a\n' })
    const pretty = JSON.stringify(JSON.parse(one), null, 2)
    const foreign = Buffer.concat([Buffer.from(`see below\r\n${pretty}\n${JSON.stringify([JSON.parse(one)])}\n  ${one.trimEnd()}\n\n\n`), Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from('no line end')])
    const file = path.join(target.directory, '../note')
    writeFileSync(file, foreign)
    const blob = gitOutput(target.directory, ['hash-object', '-w', '--stdin'], foreign).toString('utf8').trim()
    target.git('notes', ref, 'add', '-C', blob, head.id)
    const before = gitOutput(target.directory, ['notes', ref, 'show', head.id])
    expect(await attestations.all()).toEqual([])
    expect(await attestations.put([{ commit: head.id, envelope: two }])).toBe(true)
    expect(gitOutput(target.directory, ['notes', ref, 'show', head.id]).equals(Buffer.concat([before, Buffer.from(before.at(-1) === 10 ? '' : '\n'), Buffer.from(two)]))).toBe(true)
    target.git('notes', ref, 'append', '-m', pretty, head.id)
    expect(await attestations.all()).toEqual([{ commit: head.id, envelope: two }])
    // What begins as one and is none has to be heard of.
    target.git('notes', ref, 'append', '-m', one.trimEnd().replace('vnd', 'Vnd'), head.id)
    expect(await attestations.all()).toHaveLength(2)
  })

  it('are put nowhere for what is no commit', async () => {
    const { target, workspace: { attestations } } = await openedRepository({ 'a.txt': 'a\n' })
    expect(await attestations.put(['', '../x', 'HEAD', 'commit-p1'].map((commit) => ({ commit, envelope: one })))).toBe(true)
    expect(() => target.git('rev-parse', '--verify', 'refs/notes/ratchet-attestation')).toThrow()
  })
})
