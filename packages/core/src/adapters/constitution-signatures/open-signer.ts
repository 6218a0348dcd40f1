import { readFile, stat } from 'node:fs/promises'
import { ConstitutionError } from '../../constitution/constitution-error.ts'
import type { Signer } from '../../constitution/signature.ts'
import { ed25519Signer } from './ed25519-signature.ts'
import { sshSigner } from './ssh-signature.ts'

/** A signer from a key file, of whichever kind it is. Refused where others could read it. */
export async function openSigner(keyFile: string, environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<Signer> {
  const text = await readFile(keyFile, 'utf8').catch((error: unknown) => {
    throw new ConstitutionError('signing-failed', `the key ${keyFile} cannot be read`, { cause: error, remedy: 'Name one with --key, or make one with --new-key.' })
  })
  if (!text.includes('PRIVATE KEY-----') || text.includes('OPENSSH PRIVATE KEY')) return sshSigner(keyFile, environment, signal)
  if (((await stat(keyFile)).mode & 0o077) !== 0) throw new ConstitutionError('signing-failed', `the key ${keyFile} can be read by others`, { remedy: `chmod 600 ${keyFile}, and think about whether somebody has read it.` })
  const signer = ed25519Signer(text)
  if (signer === null) throw new ConstitutionError('signing-failed', `${keyFile} holds no Ed25519 key`, { remedy: 'Use an Ed25519 key in PEM (PKCS 8), or an SSH key.' })
  return signer
}
