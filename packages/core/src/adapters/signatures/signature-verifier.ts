import path from 'node:path'
import type { SignatureNamespace, SignatureVerifier } from '../../signature/signature.ts'
import { ed25519SignerOf } from './ed25519-signature.ts'
import { isAllowedSigner, isSshSignature, readAllowedSigners, sshSignerOf } from './ssh-signature.ts'

/** Signatures by Ed25519 keys and by SSH keys, made for one purpose; the user's own list of allowed signers lies in `folder`. */
export function createSignatureVerifier({ namespace, folder, environment }: { readonly namespace: SignatureNamespace; readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> }): SignatureVerifier {
  const allowedSigners = path.join(folder, 'allowed_signers')
  const hasList = async (): Promise<boolean> => (await readAllowedSigners(allowedSigners)) !== null
  return {
    hasList,
    signerOf: async (bytes, signature, signal) => (isSshSignature(signature) ? sshSignerOf(bytes, signature, { namespace, environment, signal }) : ed25519SignerOf(bytes, signature, namespace)),
    isAllowed: async (bytes, signature, signal) => (isSshSignature(signature) ? isAllowedSigner(bytes, signature, { namespace, allowedSigners, environment, signal }) : (await hasList()) ? false : null),
  }
}
