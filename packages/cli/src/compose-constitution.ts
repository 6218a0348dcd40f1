import { mkdir, realpath, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Config, Constitution, ConstitutionPins, LoadedConstitution, ObjectId, PublicKey, SignatureVerifier } from '@ratchet/core'
import { ConstitutionError } from '@ratchet/core/constitution/constitution-error'
import { signatureSuffix } from '@ratchet/core/constitution/constitution-pins'
import { loadConstitution, signerStanding } from '@ratchet/core/constitution/load-constitution'
import { SignatureError } from '@ratchet/core/signature/signature-error'
import { createConstitutionPins } from '@ratchet/core/adapters/constitution-pins/constitution-pins'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { newEd25519Key } from '@ratchet/core/adapters/signatures/ed25519-signature'
import { openSigner } from '@ratchet/core/adapters/signatures/open-signer'
import { createSignatureVerifier } from '@ratchet/core/adapters/signatures/signature-verifier'
import { namedConstitution } from './compose-config.ts'
import { faint } from './console.ts'
import type { Invocation } from './invocation.ts'
import { longestWritten, readPlainBytes } from './read-plain-file.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'
import { userFolder } from './user-directory.ts'

export { presetNames, readPreset, type PresetName } from '@ratchet/core/adapters/constitution-presets/read-preset'

const defaultName = 'constitution.yaml'
const namespace = 'ratchet-constitution'

interface Trust {
  readonly pins: ConstitutionPins
  readonly signatures: SignatureVerifier
  readonly folder: string
}

function trustOf({ environment, clock }: Invocation): Trust {
  const folder = userFolder(environment)
  return { folder, pins: createConstitutionPins({ folder, clock }), signatures: createSignatureVerifier({ namespace, folder, environment }) }
}

/** One name for all working trees of a repository. */
async function identityOf({ stateDirectory }: Pick<GitWorkspace, 'stateDirectory'>): Promise<string> {
  return realpath(path.dirname(stateDirectory))
}

/** Nothing is looked up where there is nothing to check. */
async function knownChecks(config: Pick<Config, 'constitution'>): Promise<ReadonlySet<string>> {
  if (config.constitution === undefined) return new Set()
  const { evidenceChecks, screeningChecks } = await import('@ratchet/core/constitution/compile-constitution')
  const { createAstGrepRules } = await import('@ratchet/core/adapters/ast-grep-rules/ast-grep-rules')
  return new Set([...screeningChecks, ...evidenceChecks, ...createAstGrepRules().ids])
}

/**
 * The constitution that judges changes on a baseline, verified. Throws a `ConstitutionError` where nothing may be judged. With `pins`, whoever signs it first is remembered, if the
 * baseline is what HEAD is: any other commit may be a stranger's, and looking at it must not make them the one who signs.
 */
export async function openConstitution(invocation: Invocation, { workspace, baseline, config, pins: mayPin = false }: { readonly workspace: GitWorkspace; readonly baseline: ObjectId; readonly config: Config; readonly pins?: boolean }): Promise<LoadedConstitution> {
  const { pins, signatures } = trustOf(invocation)
  const target = await identityOf(workspace)
  const loaded = await loadConstitution({ revisions: workspace.revisions, pins, signatures, knownChecks: await knownChecks(config) }, { target, baseline, path: config.constitution ?? null }, invocation.signal)
  if (loaded.state !== 'first-use') return loaded
  if (!mayPin || (await workspace.revisions.commit('HEAD')).id !== baseline) {
    invocation.console.note(`the constitution of ${baseline.slice(0, 10)} is signed by ${loaded.key.keyId}, which is not known yet; \`ratchet constitution trust ${loaded.key.keyId}\` makes it the only one`)
    return loaded
  }
  await pins.write(target, loaded.key)
  invocation.console.note(`the constitution is signed by ${loaded.key.keyId}: from now on by this key only`)
  return { ...loaded, state: 'signed' }
}

/** How the constitution of a baseline stands, for a command that only looks: trouble is a state like the others, and nothing is remembered. */
export async function describeConstitution(invocation: Invocation, { workspace, baseline, config }: { readonly workspace: GitWorkspace; readonly baseline: ObjectId; readonly config: Config }): Promise<{ readonly state: LoadedConstitution['state'] | 'refused'; readonly digest: string | null; readonly key: string | null; readonly problem: string | null }> {
  const { pins, signatures } = trustOf(invocation)
  try {
    const loaded = await loadConstitution({ revisions: workspace.revisions, pins, signatures, knownChecks: await knownChecks(config) }, { target: await identityOf(workspace), baseline, path: config.constitution ?? null }, invocation.signal)
    return { state: loaded.state, digest: loaded.constitution?.digest ?? null, key: loaded.key?.keyId ?? null, problem: null }
  } catch (error) {
    if (!(error instanceof ConstitutionError || error instanceof SignatureError)) throw error
    return { state: 'refused', digest: null, key: null, problem: error.message }
  }
}

/** The constitution as it lies in the working tree, for whoever writes it. */
export interface ConstitutionDraft {
  readonly file: string
  readonly bytes: Uint8Array
  readonly constitution: Constitution
  readonly signature: 'unsigned' | 'changed' | 'signed' | 'first-use' | 'other-key'
  readonly key: PublicKey | null
}

export async function readDraft(invocation: Invocation, options: TargetOptions, name: string | undefined): Promise<ConstitutionDraft> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  const file = name === undefined ? path.join(workspace.root, (await namedConstitution(workspace.root, options, invocation.signal)) ?? defaultName) : path.resolve(name)
  const read = await readPlainBytes(file, longestWritten).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the constitution ${file} cannot be read`, { cause: error, remedy: '`ratchet constitution init` writes one from a preset.' })
  })
  if ('refused' in read) throw new UsageError('bad-argument', `the constitution ${file} ${read.said}`)
  const { bytes } = read
  const { parseConstitution } = await import('@ratchet/core/constitution/parse-constitution')
  const constitution = parseConstitution(bytes, { path: path.basename(file), knownChecks: await knownChecks({ constitution: file }) })
  return { file, bytes, constitution, ...(await signatureOf(invocation, { file, bytes, target: await identityOf(workspace) })) }
}

async function signatureOf(invocation: Invocation, { file, bytes, target }: { readonly file: string; readonly bytes: Uint8Array; readonly target: string }): Promise<Pick<ConstitutionDraft, 'signature' | 'key'>> {
  const { pins, signatures } = trustOf(invocation)
  const beside = `${file}${signatureSuffix}`
  const read = await readPlainBytes(beside, longestWritten).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new UsageError('bad-argument', `the signature ${beside} cannot be read`, { cause: error })
  })
  if (read === null) return { signature: 'unsigned', key: null }
  if ('refused' in read) throw new UsageError('bad-argument', `the signature ${beside} ${read.said}`)
  const text = read.bytes.toString('utf8')
  const key = await signatures.signerOf(bytes, text, invocation.signal)
  if (key === null) return { signature: 'changed', key: null }
  const pinned = await pins.read(target)
  const isAllowed = await signatures.isAllowed(bytes, text, invocation.signal)
  const standing = signerStanding({ signer: key, pinned, isAllowed })
  return { signature: standing === 'not-listed' || standing === 'unlistable' ? 'other-key' : standing, key }
}

/** Signs a draft, and remembers the key. A key inside the repository is none: whoever may change the one could use the other. */
export async function signDraft(invocation: Invocation, options: TargetOptions, { draft, keyFile, newKey, replace }: { readonly draft: ConstitutionDraft; readonly keyFile: string | undefined; readonly newKey: boolean; readonly replace: boolean }): Promise<{ readonly file: string; readonly key: PublicKey; readonly keyFile: string }> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  const { pins, folder } = trustOf(invocation)
  const file = path.resolve(keyFile ?? path.join(folder, 'constitution-key.pem'))
  if (newKey) await writeKey(file)
  const [real, root] = [await realpath(file).catch(() => file), await realpath(workspace.root)]
  if (real.startsWith(`${root}${path.sep}`)) throw new ConstitutionError('signing-failed', `the key ${file} lies inside the repository`, { remedy: 'Keep it in a folder of your own, for instance ~/.config/ratchet.' })
  const signer = await openSigner(file, { namespace, environment: invocation.environment }, invocation.signal)
  const target = await identityOf(workspace)
  const pinned = await pins.read(target)
  if (pinned !== null && pinned.publicKey !== signer.key.publicKey && !replace) {
    throw new ConstitutionError('constitution-other-key', `this target's constitution is signed by ${pinned.keyId}, and the key given is ${signer.key.keyId}`, { remedy: 'Sign with the known key, or say --replace-key if the new one is meant to take its place.' })
  }
  const signature = `${draft.file}${signatureSuffix}`
  await writeFile(signature, await signer.sign(draft.bytes, invocation.signal))
  await pins.write(target, signer.key)
  invocation.console.note(faint(`this target's constitution is from now on expected to be signed by ${signer.key.keyId}`))
  return { file: signature, key: signer.key, keyFile: file }
}

async function writeKey(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, newEd25519Key(), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    throw new ConstitutionError('signing-failed', `a new key cannot be written to ${file}`, { cause: error, remedy: 'Use the key that is there (leave out --new-key), or name another file with --key.' })
  })
}

/** Lets another key sign from now on: the one that the draft's signature is made by, named so that nobody trusts one by accident. */
export async function trustSigner(invocation: Invocation, options: TargetOptions, { draft, keyId }: { readonly draft: ConstitutionDraft; readonly keyId: string }): Promise<PublicKey> {
  if (draft.key === null || draft.key.keyId !== keyId) throw new UsageError('bad-argument', draft.key === null ? `${draft.file} carries no valid signature` : `${draft.file} is signed by ${draft.key.keyId}, not by ${keyId}`)
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  await trustOf(invocation).pins.write(await identityOf(workspace), draft.key)
  return draft.key
}

/** Takes back which key signs this target's constitution: null where none was known. */
export async function forgetSigner(invocation: Invocation, options: TargetOptions): Promise<PublicKey | null> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  return await trustOf(invocation).pins.remove(await identityOf(workspace))
}

/** Writes a preset into the working tree; never over a file that is there. */
export async function writePreset(root: string, text: string): Promise<string | null> {
  const file = path.join(root, defaultName)
  try {
    await writeFile(file, text, { flag: 'wx' })
    return file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw new UsageError('bad-argument', `the constitution cannot be written to ${file}`, { cause: error, remedy: 'See that the directory may be written to.' })
  }
}

/** Where the target's working tree begins. */
export async function rootOf(invocation: Invocation, options: TargetOptions): Promise<string> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  return workspace.root
}
