import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SignatureError } from '../../signature/signature-error.ts'
import type { PublicKey, SignatureNamespace, Signer } from '../../signature/signature.ts'

const begin = '-----BEGIN SSH SIGNATURE-----'
const end = '-----END SSH SIGNATURE-----'
/** Of what a list that Ratchet writes calls the one signer in it. */
const principal = 'signer'
const timeoutMs = 60_000

type Environment = Readonly<Record<string, string | undefined>>

interface Purpose {
  readonly namespace: SignatureNamespace
  readonly environment: Environment
}

export function isSshSignature(text: string): boolean {
  return text.trimStart().startsWith(begin)
}

/** A signer that has `ssh-keygen` sign with this key: a private one, or a public one whose private half an agent holds. */
export async function sshSigner(keyFile: string, { namespace, environment }: Purpose, signal: AbortSignal): Promise<Signer> {
  const shown = await run(['-y', '-P', '', '-f', keyFile], { environment, signal })
  const beside = await readFile(keyFile.endsWith('.pub') ? keyFile : `${keyFile}.pub`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const key = publicKeyOf(beside) ?? (shown.code === 0 ? publicKeyOf(shown.stdout) : null)
  if (key === null) throw new SignatureError('signing-failed', `${keyFile} is no key that ssh-keygen can read`, { remedy: 'Name a private SSH key, with its public half beside it if it has a passphrase.' })
  return {
    key,
    sign: async (bytes, signing) => {
      const { code, stdout, stderr } = await run(['-Y', 'sign', '-n', namespace, '-f', keyFile], { environment, signal: signing, input: bytes })
      if (code !== 0) throw new SignatureError('signing-failed', `ssh-keygen did not sign: ${stderr.trim().split('\n').at(-1) ?? ''}`, { remedy: 'See that the key can be used, or that an agent holds it.' })
      return stdout
    },
  }
}

/** See `SignatureVerifier.signerOf`: whoever is named in the signature, once ssh-keygen has found that the signature is theirs and for this namespace. */
export async function sshSignerOf(bytes: Uint8Array, text: string, { namespace, environment, signal }: Purpose & { readonly signal: AbortSignal }): Promise<PublicKey | null> {
  const key = embeddedKey(text)
  if (key === null) return null
  return withFiles({ signature: text, allowed_signers: `${principal} namespaces="${namespace}" ${key.publicKey}\n` }, async (files) => {
    const { code } = await run(['-Y', 'verify', '-n', namespace, '-I', principal, '-f', files.allowed_signers, '-s', files.signature], { environment, signal, input: bytes })
    return code === 0 ? key : null
  })
}

/** A list of allowed signers; null where there is none. What cannot be read is an error, never none. */
export async function readAllowedSigners(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new SignatureError('signers-unreadable', `the list of allowed signers ${file} cannot be read`, { cause: error, remedy: 'See that it is a readable file, or move it away.' })
  })
}

/** Whether a list of allowed signers names whoever signed, for this namespace; null where there is no such file. */
export async function isAllowedSigner(bytes: Uint8Array, text: string, { allowedSigners, namespace, environment, signal }: Purpose & { readonly allowedSigners: string; readonly signal: AbortSignal }): Promise<boolean | null> {
  const list = await readAllowedSigners(allowedSigners)
  if (list === null) return null
  return withFiles({ signature: text, allowed_signers: list }, async (files) => {
    const found = await run(['-Y', 'find-principals', '-f', files.allowed_signers, '-s', files.signature], { environment, signal })
    const [name] = found.stdout.split('\n')
    if (found.code !== 0 || name === undefined || name === '') return false
    const { code } = await run(['-Y', 'verify', '-n', namespace, '-I', name, '-f', files.allowed_signers, '-s', files.signature], { environment, signal, input: bytes })
    return code === 0
  })
}

/** `ssh-ed25519 AAAA...`, without the comment. */
function publicKeyOf(line: string): PublicKey | null {
  const found = /^((?:sk-)?(?:ssh|ecdsa)-[\w@.-]+) ([A-Za-z0-9+/=]+)/.exec(line.trim())
  if (found === null) return null
  const [, type = '', blob = ''] = found
  return { kind: 'ssh', publicKey: `${type} ${blob}`, keyId: `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}` }
}

/** The public key within a signature: after the magic and a version it is the first field (PROTOCOL.sshsig). */
function embeddedKey(text: string): PublicKey | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith(begin) || !trimmed.endsWith(end) || trimmed.length > 20_000) return null
  const blob = Buffer.from(trimmed.slice(begin.length, -end.length), 'base64')
  if (blob.length < 18 || blob.subarray(0, 6).toString('latin1') !== 'SSHSIG') return null
  const key = field(blob, 10)
  const type = key === null ? null : field(key, 0)
  return key === null || type === null ? null : publicKeyOf(`${type.toString('latin1')} ${key.toString('base64')}`)
}

function field(blob: Buffer, at: number): Buffer | null {
  if (blob.length < at + 4) return null
  const length = blob.readUInt32BE(at)
  return blob.length < at + 4 + length ? null : blob.subarray(at + 4, at + 4 + length)
}

/** Files that only this user can read, gone when the function returns. */
async function withFiles<Name extends string, T>(contents: Readonly<Record<Name, string>>, use: (files: Readonly<Record<Name, string>>) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'ratchet-signature-'))
  try {
    const files = Object.fromEntries(Object.keys(contents).map((name) => [name, path.join(directory, name)])) as Record<Name, string>
    for (const name of Object.keys(contents) as Name[]) await writeFile(files[name], contents[name], { mode: 0o600 })
    return await use(files)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(args: readonly string[], { environment, signal, input = new Uint8Array() }: { readonly environment: Environment; readonly signal: AbortSignal; readonly input?: Uint8Array }): Promise<Ended> {
  const { PATH, HOME, SSH_AUTH_SOCK, SSH_ASKPASS, DISPLAY, TERM } = environment
  return new Promise((resolve, reject) => {
    const child = spawn('ssh-keygen', args, { env: { PATH, HOME, SSH_AUTH_SOCK, SSH_ASKPASS, DISPLAY, TERM, LC_ALL: 'C' }, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), stdio: ['pipe', 'pipe', 'pipe'] })
    const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    child.stdout.on('data', (chunk: Buffer) => void parts.stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => void parts.stderr.push(chunk))
    child.once('error', (error) => reject(signal.aborted ? error : new SignatureError('signing-failed', 'ssh-keygen could not be run', { cause: error, remedy: 'Install OpenSSH 8.2 or newer, or use an Ed25519 key in PEM.' })))
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(parts.stdout).toString('utf8'), stderr: Buffer.concat(parts.stderr).toString('utf8') }))
    // A process that has gone already says what it has to say by its exit status.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
