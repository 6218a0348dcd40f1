import { createPublicKey } from 'node:crypto'

/** One way in which a person proves who they are; a person may have several. */
export type Approver = { readonly name: string; readonly key: string } | { readonly name: string; readonly token: string }

/** Who must say yes, and how many of them. Without approvers anybody who may use this machine counts, once. */
export interface ConsentRule {
  readonly approvers: readonly Approver[]
  readonly needed: number
  /** How long an approval lasts at most, in ms, whatever it says itself. */
  readonly longest: number
  /** How long after the verdict an approval may still be given, in ms; null: for ever. */
  readonly timeout: number | null
}

/** As names are compared: two spellings of one are one person. */
export function personOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

/**
 * One text for one key, however it is written: an Ed25519 key is the same key in OpenSSH's form and in PEM's, and its owner the same person.
 * Null where it is no key.
 */
export function keyIdentity(key: string): string | null {
  const [type = '', blob = ''] = key.trim().split(/\s+/)
  if (!/^[A-Za-z0-9+/]+=*$/.test(blob)) return null
  const bytes = Buffer.from(blob, 'base64')
  switch (type) {
    case 'ssh-ed25519':
      return bytes.length === 51 && bytes.subarray(4, 15).toString('latin1') === type ? `ed25519:${bytes.subarray(-32).toString('hex')}` : null
    case 'ed25519':
      return rawEd25519(bytes)
    default:
      // Inside, a key says its own type again; a mere text in front of it says nothing.
      return /^(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+$/.test(type) && bytes.length > 4 && bytes.subarray(4, 4 + type.length).toString('latin1') === type ? `${type} ${bytes.toString('base64')}` : null
  }
}

function rawEd25519(der: Buffer): string | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? `ed25519:${key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')}` : null
  } catch (error) {
    // Whatever is wrong with it, it is no key.
    if (error instanceof Error) return null
    throw error
  }
}

/** Whose key this is: one key is one person's, the first who is listed with it. */
export function ownerOfKey(approvers: readonly Approver[], key: string): string | null {
  const wanted = keyIdentity(key)
  if (wanted === null) return null
  return approvers.find((approver) => 'key' in approver && keyIdentity(approver.key) === wanted)?.name ?? null
}

/** Names, each once, as they are first spelled. */
export function approverNames(approvers: readonly Approver[]): readonly string[] {
  return [...new Map(approvers.toReversed().map(({ name }) => [personOf(name), name])).values()].toReversed()
}
