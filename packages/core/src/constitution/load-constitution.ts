import type { ObjectId } from '../proposal/proposal.ts'
import type { PublicKey, SignatureVerifier } from '../signature/signature.ts'
import type { RevisionReader } from '../workspace/workspace.ts'
import type { Constitution } from './constitution.ts'
import { ConstitutionError } from './constitution-error.ts'
import { signatureSuffix, type ConstitutionPins } from './constitution-pins.ts'

export interface ConstitutionPorts {
  readonly revisions: Pick<RevisionReader, 'entries' | 'blobs'>
  readonly pins: ConstitutionPins
  readonly signatures: SignatureVerifier
  readonly knownChecks: ReadonlySet<string>
}

export interface ConstitutionRequest {
  /** Identifies the target among the pins. */
  readonly target: string
  /** The trusted commit; never the candidate's. */
  readonly baseline: ObjectId
  /** As the baseline's configuration names it. */
  readonly path: string | null
}

/**
 * `none`: the configuration names none. `unsigned`: in force, and anybody who may commit can change it. `first-use`: signed by a key that was not known before and
 * is from now on the only one. `signed`: by the key that is known, or one that the user's list allows.
 */
export type LoadedConstitution =
  | { readonly state: 'none'; readonly constitution: null; readonly key: null; readonly path: null }
  | { readonly state: 'unsigned'; readonly constitution: Constitution; readonly key: null; readonly path: string }
  | { readonly state: 'first-use' | 'signed'; readonly constitution: Constitution; readonly key: PublicKey; readonly path: string }

/**
 * Reads and verifies the constitution that judges changes on a baseline. Throws a `ConstitutionError` where it is named and missing, unreadable or invalid, changed
 * after it was signed, signed by another key than the known one, or unsigned where a key is known: then nothing may be judged or applied.
 */
export async function loadConstitution(ports: ConstitutionPorts, { target, baseline, path }: ConstitutionRequest, signal: AbortSignal): Promise<LoadedConstitution> {
  const pinned = await ports.pins.read(target)
  if (path === null) {
    if (pinned !== null) throw new ConstitutionError('constitution-missing', `the configuration of ${baseline.slice(0, 10)} names no constitution, and that of this target is signed by ${pinned.keyId}`, { remedy: `Name it again (\`constitution: constitution.yaml\`), or, if it is meant to go or was never yours, say so with \`ratchet constitution forget\`.` })
    if (await ports.signatures.hasList()) throw new ConstitutionError('constitution-missing', `the configuration of ${baseline.slice(0, 10)} names no constitution, and you have a list of those who may sign one`, { remedy: 'Name one (`constitution: constitution.yaml`) that somebody on the list has signed. Where targets without a constitution are meant to be judged, keep the list (allowed_signers) in a configuration folder of its own (XDG_CONFIG_HOME).' })
    return { state: 'none', constitution: null, key: null, path: null }
  }
  const { bytes, signature } = await readFiles(ports.revisions, baseline, path)
  const signer = signature === null ? null : await ports.signatures.signerOf(bytes, signature, signal)
  if (signature !== null && signer === null) throw changed(path)
  // Whose it is comes before what it says: a forged one is not even parsed.
  if (signer === null && pinned !== null) throw unsigned(path, `it carries no signature, and ${pinned.keyId} signs this target's`)
  if (signer === null && (await ports.signatures.hasList())) throw unsigned(path, 'it carries no signature, and your list says who may sign it (allowed_signers)')
  const isAllowed = signature === null ? null : await ports.signatures.isAllowed(bytes, signature, signal)
  const standing = signer === null ? null : requireSigner(path, { signer, pinned, isAllowed })
  // The language of rules takes its time to load, and most targets have no constitution.
  const { parseConstitution } = await import('./parse-constitution.ts')
  const constitution = parseConstitution(bytes, { path, knownChecks: ports.knownChecks })
  if (signer === null || standing === null) {
    if (constitution.requireSignature) throw unsigned(path, 'it requires a signature itself (audit_trail.require_signature), and carries none')
    return { state: 'unsigned', constitution, key: null, path }
  }
  return { state: standing, constitution, key: signer, path }
}

export type SignerStanding = 'signed' | 'first-use' | 'not-listed' | 'unlistable' | 'other-key'

interface Signing {
  readonly signer: PublicKey
  readonly pinned: PublicKey | null
  /** By the list of allowed signers; null: there is none. */
  readonly isAllowed: boolean | null
}

/** A list names SSH keys only, and then every one of them that counts; a key of the other kind counts beside it once it is pinned. */
export function signerStanding({ signer, pinned, isAllowed }: Signing): SignerStanding {
  if (isAllowed === true) return 'signed'
  if (isAllowed === false && signer.kind === 'ssh') return 'not-listed'
  if (pinned === null) return isAllowed === false ? 'unlistable' : 'first-use'
  return pinned.publicKey === signer.publicKey ? 'signed' : 'other-key'
}

/** What a signer that counts stands for; anybody else is refused. */
function requireSigner(path: string, signing: Signing): 'signed' | 'first-use' {
  const { signer, pinned } = signing
  const standing = signerStanding(signing)
  switch (standing) {
    case 'signed':
    case 'first-use':
      return standing
    case 'not-listed':
      throw new ConstitutionError('constitution-other-key', `${path} is signed by ${signer.keyId}, and your list of allowed signers does not name it`, { remedy: `If this key may sign, add it to allowed_signers in your configuration folder: NAME namespaces="ratchet-constitution" ${signer.publicKey}; else find out who signed it. Until then nothing is judged or applied.` })
    case 'unlistable':
      throw otherKey(path, signer, 'your list of allowed signers cannot name a key of this kind')
    case 'other-key':
      throw otherKey(path, signer, `${pinned?.keyId ?? 'another'} is the key that this target's is signed with`)
  }
}

/** The bytes of constitution and signature in a commit. A link is refused: what it leads to has another name, and other rules. */
async function readFiles(revisions: ConstitutionPorts['revisions'], commit: ObjectId, path: string): Promise<{ readonly bytes: Uint8Array; readonly signature: string | null }> {
  const wanted = path.replace(/^(?:\.\/+)+/, '')
  const entries = (await revisions.entries(commit)).filter((entry) => entry.path === wanted || entry.path === `${wanted}${signatureSuffix}`)
  const odd = entries.find((entry) => !entry.mode.startsWith('100'))
  if (odd !== undefined) throw new ConstitutionError('constitution-missing', `${odd.path} is no plain file in ${commit.slice(0, 10)}`, { remedy: 'Commit it as a plain file.' })
  const main = entries.find((entry) => entry.path === wanted)
  if (main === undefined) throw new ConstitutionError('constitution-missing', `the configuration names the constitution ${path}, and ${commit.slice(0, 10)} does not hold it`, { remedy: '`ratchet constitution init` writes one; commit it. Until then nothing is judged or applied.' })
  const beside = entries.find((entry) => entry.path === `${wanted}${signatureSuffix}`)
  const [bytes, signature] = await revisions.blobs([main.id, ...(beside === undefined ? [] : [beside.id])], 1024 * 1024)
  if (bytes === null || bytes === undefined) throw new ConstitutionError('constitution-invalid', `${path} is too large`, { remedy: 'Keep it below 256 KiB.' })
  if (beside === undefined) return { bytes, signature: null }
  return { bytes, signature: signature === null || signature === undefined ? '' : Buffer.from(signature).toString('utf8') }
}

function changed(path: string): ConstitutionError {
  return new ConstitutionError('constitution-changed', `${path} is not what its signature was made for: one of the two was changed`, { remedy: 'Read what changed (`git log -p` on both files); then restore it, or sign it again with `ratchet constitution sign` and commit both. Until then nothing is judged or applied.' })
}

function unsigned(path: string, why: string): ConstitutionError {
  return new ConstitutionError('constitution-unsigned', `${path} is not signed: ${why}`, { remedy: 'Sign it with `ratchet constitution sign` (with --replace-key where another key is to sign from now on), and commit the signature. Until then nothing is judged or applied.' })
}

function otherKey(path: string, signer: PublicKey, why: string): ConstitutionError {
  return new ConstitutionError('constitution-other-key', `${path} is signed by ${signer.keyId}, and ${why}`, { remedy: `If the key was changed on purpose, say so with \`ratchet constitution trust ${signer.keyId}\`, with that constitution in the working tree; else find out who signed it. Until then nothing is judged or applied.` })
}
