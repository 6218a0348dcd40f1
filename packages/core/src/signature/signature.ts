export type SignatureKind = 'ed25519' | 'ssh'

/** What a signature is for: one made for one thing never stands in for one on another, though the key and the bytes be the same. `git`: on commits, as git itself has it. */
export type SignatureNamespace = 'ratchet-constitution' | 'ratchet-consent' | 'git'

/** Who signs. Two are the same when `publicKey` is. */
export interface PublicKey {
  readonly kind: SignatureKind
  /** Short, for people: a fingerprint. */
  readonly keyId: string
  readonly publicKey: string
}

/** Signs bytes with a key that never leaves the user's own folders. */
export interface Signer {
  readonly key: PublicKey
  /** The text of the signature. Fails with `signing-failed`. */
  sign(bytes: Uint8Array, signal: AbortSignal): Promise<string>
}

/** Checks signatures of one namespace. Says who signed; whether that one is trusted is not its business. */
export interface SignatureVerifier {
  /** The key that made `signature` over exactly these bytes; null when none did. Never throws on what a signature holds. */
  signerOf(bytes: Uint8Array, signature: string, signal: AbortSignal): Promise<PublicKey | null>
  /** Whether there is a list of allowed signers of the user's own. */
  hasList(): Promise<boolean>
  /** Whether that list names this signer, and never where it cannot name one of this kind; null where there is no list. */
  isAllowed(bytes: Uint8Array, signature: string, signal: AbortSignal): Promise<boolean | null>
}
