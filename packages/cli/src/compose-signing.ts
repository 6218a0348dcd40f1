import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Signer } from '@ratchet/core'
import { SignatureError } from '@ratchet/core/signature/signature-error'
import { readSigningKey } from '@ratchet/core/adapters/git-workspace/read-signing-key'
import { sshSigner } from '@ratchet/core/adapters/signatures/ssh-signature'
import type { Invocation } from './invocation.ts'

/** Who signs commits: the key that is named, else the one that git would sign with here. @throws SignatureError `no-signing-key` or `signing-failed` */
export async function openCommitSigner({ environment, signal }: Invocation, root: string, keyFile: string | undefined): Promise<Signer> {
  const key = keyFile === undefined ? await readSigningKey({ directory: root, environment, signal }) : { kind: 'file' as const, path: path.resolve(keyFile) }
  switch (key.kind) {
    case 'file':
      await access(key.path).catch((error: unknown) => {
        throw new SignatureError('no-signing-key', `the signing key ${key.path} cannot be read`, { cause: error, remedy: 'Name your SSH key with --signing-key FILE, or set user.signingKey of git to it.' })
      })
      return await sshSigner(key.path, { namespace: 'git', environment }, signal)
    case 'literal':
      return literalSigner(key.publicKey, { environment, signal })
    case 'none':
      throw new SignatureError('no-signing-key', key.format === 'ssh' ? 'git knows no SSH key to sign with (user.signingKey is not set)' : `git signs with ${key.format} here, and Ratchet only with SSH keys`, {
        remedy: 'Name one with --signing-key FILE, or: git config --global gpg.format ssh; git config --global user.signingKey ~/.ssh/id_ed25519.pub',
      })
  }
}

/** A public key in git's configuration: an agent holds its private half, and ssh-keygen wants it in a file for as long as it signs. */
function literalSigner(publicKey: string, { environment, signal }: Pick<Invocation, 'environment' | 'signal'>): Promise<Signer> {
  return withKeyFile(publicKey, async (file) => {
    const { key } = await sshSigner(file, { namespace: 'git', environment }, signal)
    return { key, sign: (bytes, signing) => withKeyFile(publicKey, async (again) => (await sshSigner(again, { namespace: 'git', environment }, signing)).sign(bytes, signing)) }
  })
}

async function withKeyFile<T>(publicKey: string, use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-signing-'))
  try {
    const file = path.join(directory, 'key.pub')
    await writeFile(file, `${publicKey}\n`, { mode: 0o600 })
    return await use(file)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
