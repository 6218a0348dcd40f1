/** Where a signature is looked for: beside the constitution, in the same commit. */
export const signatureSuffix = '.sig'

/** Separates signatures on constitutions from those on anything else by the same key. */
export const signatureNamespace = 'ratchet-constitution'

export type SignatureKind = 'ed25519' | 'ssh'

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
  /** The text of the signature file. Fails with `signing-failed`. */
  sign(bytes: Uint8Array, signal: AbortSignal): Promise<string>
}

/** Checks signatures. Says who signed; whether that one is trusted is not its business. */
export interface SignatureVerifier {
  /** The key that made `signature` over exactly these bytes; null when none did. Never throws on what a signature holds. */
  signerOf(bytes: Uint8Array, signature: string, signal: AbortSignal): Promise<PublicKey | null>
  /** Whether the user's own list of allowed signers names this signer; null where there is no list, or it is not for this kind. */
  isAllowed(bytes: Uint8Array, signature: string, signal: AbortSignal): Promise<boolean | null>
}

/** Which key signs the constitution of a target, as this user has come to know it. Outside of every repository and sandbox. */
export interface ConstitutionPins {
  /** Null: none yet. A pin that cannot be read is an error, never none. */
  read(target: string): Promise<PublicKey | null>
  write(target: string, key: PublicKey): Promise<void>
}
