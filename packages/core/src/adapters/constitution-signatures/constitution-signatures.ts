import path from 'node:path'
import type { SignatureVerifier } from '../../constitution/signature.ts'
import { ed25519SignerOf } from './ed25519-signature.ts'
import { isAllowedSigner, isSshSignature, sshSignerOf } from './ssh-signature.ts'

/** Signatures by Ed25519 keys and by SSH keys; the user's own list of allowed signers lies in `folder`. */
export function createSignatureVerifier({ folder, environment }: { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> }): SignatureVerifier {
  return {
    signerOf: async (bytes, signature, signal) => (isSshSignature(signature) ? sshSignerOf(bytes, signature, { environment, signal }) : ed25519SignerOf(bytes, signature)),
    isAllowed: async (bytes, signature, signal) => (isSshSignature(signature) ? isAllowedSigner(bytes, signature, { allowedSigners: path.join(folder, 'allowed_signers'), environment, signal }) : null),
  }
}
