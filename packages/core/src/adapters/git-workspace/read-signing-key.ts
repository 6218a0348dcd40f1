import { readSetting, type IdentityPlace } from './read-identity.ts'

/** What git would sign commits of this user with. `literal`: a public key whose private half an agent holds. */
export type SigningKey =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'literal'; readonly publicKey: string }
  /** None is named, or one of another format than SSH. */
  | { readonly kind: 'none'; readonly format: string }

/** `user.signingKey` under `gpg.format=ssh`, as the user's own configuration has it here. What git could run to find a key (`gpg.ssh.defaultKeyCommand`) is not run. */
export async function readSigningKey(place: IdentityPlace): Promise<SigningKey> {
  const format = (await readSetting('gpg.format', place)) ?? 'openpgp'
  const value = format === 'ssh' ? await readSetting('user.signingKey', place, ['--type=path']) : null
  if (value === null) return { kind: 'none', format }
  if (value.startsWith('key::')) return { kind: 'literal', publicKey: value.slice('key::'.length) }
  return value.startsWith('ssh-') ? { kind: 'literal', publicKey: value } : { kind: 'file', path: value }
}
