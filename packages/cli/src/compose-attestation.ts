import path from 'node:path'
import type { AttestationFiles, AttestationNotes, BrokenAttestation, KeptAttestation, VerifiedAttestation } from '@ratchet/core'
import { longestEnvelope } from '@ratchet/core/attestation/dsse-envelope'
import { verifyAttestedCommits } from '@ratchet/core/cycle/verify-attested-commits'
import { createAttestationFiles } from '@ratchet/core/adapters/attestation-files/attestation-files'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import type { Invocation } from './invocation.ts'
import { readPlainFile } from './read-plain-file.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** Attestations that the command line names. */
export interface GivenAttestations {
  readonly attestation?: readonly string[]
  /** The commit that each of them must be for. */
  readonly for?: string
}

/** Where attestations lie: files beside the journal, notes in the repository. */
export function attestationStore({ stateDirectory, attestations }: GitWorkspace): { readonly files: AttestationFiles; readonly notes: AttestationNotes } {
  return { files: createAttestationFiles(path.join(stateDirectory, 'attestations')), notes: attestations }
}

/** All that lie with a target, and those that the command line names. */
export async function keptAttestations({ attestation = [], for: name }: GivenAttestations, workspace: GitWorkspace): Promise<readonly KeptAttestation[]> {
  if (name !== undefined && attestation.length === 0) throw new UsageError('bad-argument', '--for says which commit an attestation must be for: name one with --attestation FILE')
  const commit = name === undefined ? null : (await workspace.revisions.commit(name)).id
  const given = await Promise.all(attestation.map(async (file): Promise<KeptAttestation> => ({ source: file, text: await readPlainFile('--attestation', file, longestEnvelope), place: 'given', commit })))
  const { files, notes } = attestationStore(workspace)
  const stored = files.names().map((digest): KeptAttestation => ({ source: `.ratchet/attestations/${digest}.dsse.json`, text: () => files.read(digest) ?? '', place: 'file', commit: null, digest }))
  const noted = (await notes.all()).map((note): KeptAttestation => ({ source: `the note on ${note.commit.slice(0, 10)}`, text: note.envelope, place: 'note', commit: note.commit }))
  return [...given, ...stored, ...noted]
}

/** See `verifyAttestedCommits`. */
export async function verifyTargetCommits({ environment, signal }: Invocation, { target }: TargetOptions, held: readonly VerifiedAttestation[]): Promise<BrokenAttestation | null> {
  if (held.length === 0) return null
  await using workspace = await openGitWorkspace({ directory: target, environment })
  return await verifyAttestedCommits(workspace.revisions, held, signal)
}
