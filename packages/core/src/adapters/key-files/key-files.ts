import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, type Stats } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { KeyRingError, type KeyRing } from '../../transparency-log/key-ring.ts'
import { syncFile } from '../durable-files/sync-file.ts'

const ending = '.ed25519.pem'

/**
 * Private keys as files of one folder, PKCS #8, named by when they were made and by their public half. Whoever else could read them could sign in our name, so a folder or a file that is open to others is refused,
 * not repaired: it may have been read already.
 *
 * @throws KeyRingError `keys-exposed` or `keys-unusable`, at once
 */
export function openKeyFiles(directory: string, clock: () => Date): KeyRing {
  refuseExposed(directory, 'directory')
  for (const name of names(directory)) refuseExposed(path.join(directory, name), 'file')
  return {
    find: (publicKey) => {
      const name = names(directory).find((candidate) => candidate.endsWith(`-${fingerprint(publicKey)}${ending}`))
      const key = name === undefined ? null : readKey(path.join(directory, name))
      return key !== null && createPublicKey(key).equals(publicKey) ? key : null
    },
    all: () => names(directory).map((name) => readKey(path.join(directory, name))),
    newest: () => {
      const name = names(directory).at(-1)
      return name === undefined ? null : readKey(path.join(directory, name))
    },
    create: () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const stamp = clock().toISOString().replaceAll(/[:.]/g, '')
      writeKey(directory, `${stamp}-${fingerprint(publicKey)}${ending}`, privateKey)
      return privateKey
    },
  }
}

function names(directory: string): readonly string[] {
  try {
    return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(ending)).toSorted() : []
  } catch (error) {
    throw new KeyRingError('keys-unusable', `the keys in ${directory} cannot be listed`, { cause: error, remedy: 'Make that folder yours to read, or name another place with XDG_CONFIG_HOME.' })
  }
}

function fingerprint(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16)
}

function lookAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw new KeyRingError('keys-unusable', `${file} cannot be looked at`, { cause: error, remedy: 'Name a place for keys with XDG_CONFIG_HOME: a directory, or one that can be made.' })
  }
}

/** A missing one is as good as a closed one. */
function refuseExposed(file: string, kind: 'directory' | 'file'): void {
  const about = lookAt(file)
  if (about === undefined) return
  if (kind === 'directory' ? !about.isDirectory() : !about.isFile()) {
    throw new KeyRingError('keys-unusable', `${file} is no ${kind} of its own`, { remedy: 'Remove it, or put the real one in its place: no link is followed to a private key.' })
  }
  if (process.getuid !== undefined && about.uid !== process.getuid()) {
    throw new KeyRingError('keys-exposed', `${file} belongs to somebody else`, { remedy: 'Run Ratchet as the user whose keys these are, or name another folder with XDG_CONFIG_HOME.' })
  }
  if ((about.mode & 0o077) !== 0) {
    throw new KeyRingError('keys-exposed', `others may read or write ${file}`, {
      remedy: `If nobody has: chmod ${kind === 'directory' ? '700' : '600'} '${file}'. If somebody may have read the key, \`ratchet keys rotate\` afterwards.`,
    })
  }
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw unreadable(file, error)
  }
  throw unreadable(file, undefined)
}

function unreadable(file: string, cause: unknown): KeyRingError {
  return new KeyRingError('keys-unusable', `${file} holds no Ed25519 key that can be read`, { cause, remedy: 'Put it back from a backup, or move it away.' })
}

/** Synced before it gets its name: what signs the journal must not be lost with the power. */
function writeKey(directory: string, name: string, key: KeyObject): void {
  const draft = path.join(directory, `.draft-${randomUUID()}`)
  try {
    makeFolder(directory)
    writeFileSync(draft, key.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 })
    syncFile(draft)
    renameSync(draft, path.join(directory, name))
    syncFile(directory)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new KeyRingError('keys-unusable', `no key can be kept in ${directory}`, { cause: error, remedy: 'Make that folder writable, or name another place with XDG_CONFIG_HOME.' })
  }
}

/** Step by step: where the kernel says ENOENT (as in /proc), Node's recursive mkdir would try for ever. */
function makeFolder(directory: string): void {
  if (existsSync(directory)) return
  makeFolder(path.dirname(directory))
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    // Made by another command meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
