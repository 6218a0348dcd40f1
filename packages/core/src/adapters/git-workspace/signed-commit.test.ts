import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { sshSigner } from '../signatures/ssh-signature.ts'
import { readSigningKey } from './read-signing-key.ts'
import { gitOutput, testDirectory, testRepository } from './test-repository.ts'

const { signal } = new AbortController()
const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' }

function makeKey(directory: string, name: string): string {
  const file = path.join(directory, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'somebody', '-f', file])
  return file
}

describe('a commit that is signed', () => {
  it.each(['sha1', 'sha256'] as const)('in a repository of %s is one that git verifies, and nobody else signed', async (format) => {
    const target = await testRepository({ 'a.txt': 'a\n' }, [`--object-format=${format}`])
    const keys = await testDirectory()
    const [own, other] = [makeKey(keys, 'own'), makeKey(keys, 'other')]
    // Whatever git would run to sign or to hook in is not run.
    target.git('config', 'gpg.ssh.program', '/bin/false')
    const { branch, revisions } = await target.workspace()
    const head = await revisions.commit('HEAD')
    const { sign } = await sshSigner(own, { namespace: 'git', environment }, signal)
    const commit = await branch.writeCommit({ tree: head.tree, parents: [head.id], message: 'subject\n\nbody — ünïcode\n\nTrailer: x\n', date: 1_700_000_000, sign: (payload) => sign(payload, signal) })
    target.git('config', '--unset', 'gpg.ssh.program')
    const allow = (name: string, file: string): string => {
      writeFileSync(path.join(keys, name), `t@t ${readFileSync(`${file}.pub`, 'utf8')}`)
      return `gpg.ssh.allowedSignersFile=${path.join(keys, name)}`
    }
    expect(target.git('-c', allow('allowed', own), 'log', '-1', '--format=%G? %GS', commit)).toBe('G t@t')
    target.git('-c', allow('allowed', own), 'verify-commit', commit)
    expect(() => target.git('-c', allow('others', other), 'verify-commit', commit)).toThrow()
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(target.git('show', '-s', '--format=%B', commit)).toBe('subject\n\nbody — ünïcode\n\nTrailer: x')
    expect(await revisions.commit(commit)).toMatchObject({ tree: head.tree, parents: [head.id], subject: 'subject' })
    // Any other message under the same signature is another commit, which nobody signed.
    const changed = gitOutput(target.directory, ['cat-file', 'commit', commit]).toString('utf8').replace('body', 'Body')
    const forged = gitOutput(target.directory, ['hash-object', '-w', '-t', 'commit', '--stdin'], changed).toString('utf8').trim()
    expect(() => target.git('-c', allow('allowed', own), 'verify-commit', forged)).toThrow()
  })
})

describe('the key that git signs with', () => {
  it('is read from the user’s own configuration, and no command of it is run', async () => {
    const target = await testRepository({ 'a.txt': 'a\n' })
    const home = await testDirectory()
    const place = { directory: target.directory, environment: { PATH: process.env['PATH'], HOME: home }, signal }
    expect(await readSigningKey(place)).toEqual({ kind: 'none', format: 'openpgp' })
    writeFileSync(path.join(home, '.gitconfig'), '[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tdefaultKeyCommand = "touch ran"\n')
    expect(await readSigningKey(place)).toEqual({ kind: 'none', format: 'ssh' })
    for (const [value, key] of [['~/.ssh/id.pub', { kind: 'file', path: path.join(home, '.ssh/id.pub') }], ['ssh-ed25519 AAAA me', { kind: 'literal', publicKey: 'ssh-ed25519 AAAA me' }], ['key::ecdsa-x AAAA', { kind: 'literal', publicKey: 'ecdsa-x AAAA' }]] as const) {
      target.git('config', 'user.signingKey', value)
      expect(await readSigningKey(place)).toEqual(key)
    }
    target.git('config', 'gpg.format', 'x509')
    expect(await readSigningKey(place)).toEqual({ kind: 'none', format: 'x509' })
    expect(target.git('status', '--porcelain')).toBe('')
  })
})
