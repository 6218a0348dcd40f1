import { constants, open } from 'node:fs/promises'
import { SignatureError } from '../../signature/signature-error.ts'
import type { SignatureNamespace, Signer } from '../../signature/signature.ts'
import { ed25519Signer } from './ed25519-signature.ts'
import { sshSigner } from './ssh-signature.ts'

const longestKey = 64 * 1024

/** A signer from a key file, of whichever kind it is. Refused where others could read it. */
export async function openSigner(keyFile: string, { namespace, environment }: { readonly namespace: SignatureNamespace; readonly environment: Readonly<Record<string, string | undefined>> }, signal: AbortSignal): Promise<Signer> {
  const { text, mode } = await readKey(keyFile)
  if (!text.includes('PRIVATE KEY-----') || text.includes('OPENSSH PRIVATE KEY')) return sshSigner(keyFile, { namespace, environment }, signal)
  if ((mode & 0o077) !== 0) throw new SignatureError('signing-failed', `the key ${keyFile} can be read by others`, { remedy: `chmod 600 ${keyFile}, and think about whether somebody has read it.` })
  const signer = ed25519Signer(text, namespace)
  if (signer === null) throw new SignatureError('signing-failed', `${keyFile} holds no Ed25519 key`, { remedy: 'Use an Ed25519 key in PEM (PKCS 8), or an SSH key.' })
  return signer
}

/** A key file with the mode that it had when it was read. What is no plain file (a pipe that nobody writes to, a device without an end) is not waited for, neither here nor by ssh-keygen. */
async function readKey(keyFile: string): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    await using handle = await open(keyFile, constants.O_RDONLY | constants.O_NONBLOCK)
    const about = await handle.stat()
    if (!about.isFile() || about.size > longestKey) throw new SignatureError('signing-failed', `the key ${keyFile} ${about.isFile() ? `is longer than ${longestKey} bytes` : 'is no plain file'}`, { remedy: 'Name a file that holds the key and nothing else.' })
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestKey), 0, longestKey, 0)
    return { text: buffer.toString('utf8', 0, bytesRead), mode: about.mode }
  } catch (error) {
    if (error instanceof SignatureError) throw error
    throw new SignatureError('signing-failed', `the key ${keyFile} cannot be read`, { cause: error, remedy: 'See that the file is there and yours.' })
  }
}
