import { realpath } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { AuthorVerification, ConsentRule, ConsentSigner, ConsentVerification, ConsentWeight, ProposalRecord } from '@ratchet/core'
import { ownerOfKey, personOf } from '@ratchet/core/consent/approvers'
import { keyText } from '@ratchet/core/consent/check-signatures'
import { ConsentError } from '@ratchet/core/consent/consent-error'
import { isToken, tokenMac } from '@ratchet/core/consent/consent-statement'
import { latestSince } from '@ratchet/core/cycle/latest-since'
import { isAnswerable, standingDecision } from '@ratchet/core/cycle/proposal-record'
import { consentRule, standingConsent } from '@ratchet/core/cycle/standing-consent'
import { ConfigError } from '@ratchet/core/target/config-error'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { readIdentity } from '@ratchet/core/adapters/git-workspace/read-identity'
import { openSigner } from '@ratchet/core/adapters/signatures/open-signer'
import { createSignatureVerifier } from '@ratchet/core/adapters/signatures/signature-verifier'
import { loadTargetConfig, openTarget, type OpenTarget } from './compose-target.ts'
import { describeConstitution } from './compose-constitution.ts'
import type { Invocation } from './invocation.ts'
import { readPlainBytes } from './read-plain-file.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'
import { userFolder } from './user-directory.ts'

/** The hash of a token lies in the repository: a short one would be found by trying. */
const shortestToken = 20
const longestTokenFile = 64 * 1024

interface Place {
  readonly target: OpenTarget
  readonly options: TargetOptions
}

function verifierOf({ environment }: Invocation, namespace: SignedText['namespace'] = 'ratchet-consent'): ReturnType<typeof createSignatureVerifier> {
  return createSignatureVerifier({ namespace, folder: userFolder(environment), environment })
}

/** What the recorded answers come to now. `constitution`: digest of the one in force on the proposal's baseline. */
export async function weighConsent(invocation: Invocation, { target }: Place, { record, rule, constitution }: { readonly record: ProposalRecord; readonly rule: ConsentRule; readonly constitution: string | null }): Promise<ConsentWeight> {
  return standingConsent(verifierOf(invocation), record, { rule, constitution, now: invocation.clock(), latestKnown: await latestSince(target.journal, record.id) }, invocation.signal)
}

/** For commands that only look: null where nobody is asked about a proposal, or nobody can say who would be. */
export async function describeConsent(invocation: Invocation, place: Place, record: ProposalRecord): Promise<ConsentWeight | null> {
  if (!isAnswerable(record, false) || record.applications.some(({ status }) => status === 'applied')) return null
  const { baseline } = record.made
  try {
    const { config } = await loadTargetConfig(invocation, { ...place, baseline })
    if (!isAnswerable(record, config.accept.confirm)) return null
    const { digest } = await describeConstitution(invocation, { workspace: place.target.workspace, baseline, config })
    const weight = await weighConsent(invocation, place, { record, rule: consentRule(config), constitution: digest })
    // What its facts accept needs nobody's yes, unless a supervised run has asked; otherwise only a no is news.
    return weight.state === 'refused' || record.requests.length > 0 || standingDecision(record)?.decision.verdict !== 'accepted' ? weight : null
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return null
    throw error
  }
}

/** See `verifyConsents` and `verifyAuthors`. */
export async function verifyTargetConsents(invocation: Invocation, options: TargetOptions): Promise<ConsentVerification | Extract<AuthorVerification, { readonly ok: false }>> {
  const { verifyAuthors } = await import('@ratchet/core/cycle/verify-authors')
  const { verifyConsents } = await import('@ratchet/core/cycle/verify-consents')
  await using target = await openTarget(invocation, options, 'read')
  const configOf = async (baseline: string): ReturnType<Parameters<typeof verifyConsents>[0]['configOf']> => {
    try {
      return (await loadTargetConfig(invocation, { target, options, baseline })).config
    } catch (error) {
      if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return null
      throw error
    }
  }
  const judgingOf: NonNullable<Parameters<typeof verifyConsents>[0]['judgingOf']> = async (baseline) => {
    try {
      const { config, configSource } = await loadTargetConfig(invocation, { target, options, baseline })
      return configSource === 'baseline' ? config : null
    } catch (error) {
      if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return null
      throw error
    }
  }
  const authors = await verifyAuthors({ index: target.index, signatures: verifierOf(invocation, 'ratchet-edit'), configOf }, invocation.signal)
  return authors.ok ? await verifyConsents({ index: target.index, signatures: verifierOf(invocation), configOf, judgingOf }, invocation.signal) : authors
}

export interface ConsentProof {
  readonly key?: string
  readonly tokenFile?: string
  readonly as?: string
}

/** What somebody puts their name to. */
export interface SignedText {
  readonly namespace: 'ratchet-consent' | 'ratchet-edit'
  readonly text: string
  readonly digest: string
}

interface Asked {
  readonly signed: SignedText
  readonly rule: ConsentRule
}

/** Who gives an answer or makes an edit, proven by what they hold. Fails with `no-proof` or `not-counted` before anything is recorded. */
export async function proveIdentity(invocation: Invocation, root: string, { proof, ...asked }: Asked & { readonly proof: ConsentProof }): Promise<ConsentSigner> {
  const { rule } = asked
  if (proof.key !== undefined && proof.tokenFile !== undefined) throw new UsageError('bad-argument', 'an answer is proven by --key or by --token-file, not by both')
  if (proof.key !== undefined) return signWithKey(invocation, root, { ...asked, keyFile: proof.key, as: proof.as })
  if (proof.tokenFile !== undefined) return signWithToken(root, { ...asked, tokenFile: proof.tokenFile, as: proof.as })
  if (rule.approvers.length > 0) throw new ConsentError('no-proof', 'this target names who may approve, so an answer needs a proof of who gives it', { remedy: 'Give --key FILE with your private key, or --token-file FILE with your token.' })
  return { kind: 'unverified', name: await machineIdentity(invocation, root, proof.as) }
}

async function signWithKey(invocation: Invocation, root: string, { signed, rule, keyFile, as }: Asked & { readonly keyFile: string; readonly as: string | undefined }): Promise<ConsentSigner> {
  await refuseInside(root, keyFile)
  const { environment, signal } = invocation
  const signer = await openSigner(path.resolve(keyFile), { namespace: signed.namespace, environment }, signal)
  const key = keyText(signer.key)
  const owner = ownerOfKey(rule.approvers, key)
  if (rule.approvers.length > 0 && owner === null) throw new ConsentError('not-counted', `the key ${signer.key.keyId} belongs to none of the approvers`, { remedy: `Use the key of an approver. To make this one's owner an approver, name it in the configuration: key: "${key}".` })
  if (owner !== null) refuseOtherName(owner, as)
  const name = as ?? owner ?? (await machineIdentity(invocation, root, undefined))
  return { kind: signer.key.kind, name, key, signature: await signer.sign(Buffer.from(signed.text), signal) }
}

async function signWithToken(root: string, { signed, rule, tokenFile, as }: Asked & { readonly tokenFile: string; readonly as: string | undefined }): Promise<ConsentSigner> {
  await refuseInside(root, tokenFile)
  const file = path.resolve(tokenFile)
  const read = await readPlainBytes(file, longestTokenFile).catch((error: unknown) => {
    throw new ConsentError('no-proof', `the token file ${file} cannot be read`, { cause: error, remedy: 'See that the file is there and yours.' })
  })
  if ('refused' in read) throw new UsageError('bad-argument', `the token file ${file} ${read.said}`)
  const token = read.bytes.toString('utf8').trim()
  if ((read.mode & 0o077) !== 0) throw new ConsentError('no-proof', `the token file ${file} can be read by others`, { remedy: `chmod 600 ${file}, and think about whether somebody has read it.` })
  if (token.length < shortestToken) throw new ConsentError('no-proof', `a token of less than ${shortestToken} characters is found by trying`, { remedy: 'Make one with `openssl rand -hex 32`, and put its SHA-256 into the configuration.' })
  const owner = rule.approvers.find((approver) => 'token' in approver && isToken(token, approver.token))
  if (owner === undefined) throw new ConsentError('not-counted', 'the token belongs to none of the approvers', { remedy: `Use the token of an approver. The configuration of the baseline names them.` })
  refuseOtherName(owner.name, as)
  return { kind: 'token', name: owner.name, mac: tokenMac(token, signed.digest) }
}

/** A name on an edit keeps its owner from approving it alone: whoever could give another's would be free to approve their own. One key or token is one person's, that of whom the configuration names first with it. */
function refuseOtherName(owner: string, as: string | undefined): void {
  if (as === undefined || personOf(as) === personOf(owner)) return
  throw new ConsentError('not-counted', `what you prove would not count as ${as}'s: the key or token is that of the approver ${owner}`, { remedy: 'Leave --as out, or use a key or token of whom it names. Nothing was recorded.' })
}

/** What proves who somebody is must not lie where a candidate, or whoever reads the repository, could get at it. */
async function refuseInside(root: string, file: string): Promise<void> {
  const [real, inside] = [await realpath(file).catch(() => path.resolve(file)), await realpath(root)]
  if (real.startsWith(`${inside}${path.sep}`)) throw new ConsentError('no-proof', `${file} lies inside the repository`, { remedy: 'Keep keys and tokens in a folder of your own, for instance ~/.config/ratchet.' })
}

/** The user of the machine, and who git takes them for. */
async function machineIdentity({ environment, signal }: Invocation, root: string, as: string | undefined): Promise<string> {
  const said = as ?? (await readIdentity(root, environment, signal))
  const user = os.userInfo().username
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return (said === null ? user : `${user} (${said})`).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, 200)
}
