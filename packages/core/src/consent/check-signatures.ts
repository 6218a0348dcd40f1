import type { SignatureVerifier } from '../signature/signature.ts'
import { keyIdentity } from './approvers.ts'
import type { Consent, ConsentSigner } from './consent.ts'
import { statementDigest, statementText } from './consent-statement.ts'

/** A consent of which is known whether it is what it was made as. Who may give one, and on what, is another matter. */
export interface CheckedConsent {
  readonly consent: Consent
  /** The digest is that of the statement, and the signature one on it by the key that it names. Of a token only the form: nobody here holds it. */
  readonly isGenuine: boolean
}

/** Verifies every signature anew: a record is no reason to believe one. */
export async function checkSignatures(consents: readonly Consent[], signatures: SignatureVerifier, signal: AbortSignal): Promise<readonly CheckedConsent[]> {
  const checked: CheckedConsent[] = []
  for (const consent of consents) checked.push({ consent, isGenuine: statementDigest(consent) === consent.digest && (await isSigned({ by: consent.by, text: statementText(consent) }, signatures, signal)) })
  return checked
}

/** Whether a text carries the signature of whom it says. Of a token only the form is looked at. */
export async function isSigned({ by, text }: { readonly by: ConsentSigner; readonly text: string }, signatures: SignatureVerifier, signal: AbortSignal): Promise<boolean> {
  switch (by.kind) {
    case 'unverified':
      return true
    case 'token':
      return /^[0-9a-f]{64}$/.test(by.mac)
    case 'ssh':
    case 'ed25519': {
      const signer = await signatures.signerOf(Buffer.from(text), by.signature, signal)
      const identity = keyIdentity(by.key)
      return signer !== null && identity !== null && keyIdentity(keyText(signer)) === identity
    }
  }
}

/** As configurations and consents hold a key: with its type in front. */
export function keyText({ kind, publicKey }: { readonly kind: 'ssh' | 'ed25519'; readonly publicKey: string }): string {
  return kind === 'ssh' ? publicKey : `ed25519 ${publicKey}`
}
