import { createPublicKey, type KeyObject } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { JournalVerification, KeptCheckpoint, KeyRing, LogPorts, NoteVerifier } from '@ratchet/core'
import { attestJournal } from '@ratchet/core/cycle/attest-journal'
import { Failure } from '@ratchet/core/failure/failure'
import { JournalError } from '@ratchet/core/journal/journal'
import { checkJournalLog, publishJournal, rotateKey } from '@ratchet/core/transparency-log/journal-log'
import { KeyRingError } from '@ratchet/core/transparency-log/key-ring'
import { decodeVerifier } from '@ratchet/core/transparency-log/signed-note'
import { openGitWorkspace, type GitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { openKeyFiles } from '@ratchet/core/adapters/key-files/key-files'
import { openSqliteJournal } from '@ratchet/core/adapters/sqlite-journal/sqlite-journal'
import { createTranscriptFiles } from '@ratchet/core/adapters/transcript-files/transcript-files'
import { keyDirectory, logPorts, type Place } from './compose-log.ts'
import { attestationStore, keptAttestations, type GivenAttestations } from './compose-attestation.ts'
import { exitCodes } from './exit-codes.ts'
import { findCommit } from './find-commit.ts'
import type { Invocation } from './invocation.ts'
import { readPlainFile } from './read-plain-file.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** The journal's published log, for one command that writes. */
export interface JournalRecord {
  readonly ports: LogPorts
  readonly ring: KeyRing
  /** Attests what was accepted or applied and has no attestation yet. Never fails: the next command tries again. */
  attest(): Promise<void>
  /** Publishes what was recorded. Never fails: everything is in the journal, and the next command publishes it. */
  close(): Promise<void>
}

/** Before anything is written: a journal that was rolled back or forked since its last checkpoint is left as it is. */
export async function openRecord(invocation: Invocation, place: Place): Promise<JournalRecord> {
  const ring = openKeyFiles(keyDirectory(invocation.environment), invocation.clock)
  const ports = logPorts(place)
  await checkJournalLog(ports, ring)
  return { ports, ring, attest: () => attestNow(invocation, place, { ports, ring }), close: () => closeRecord(invocation, place, { ports, ring }) }
}

type OpenRecord = Pick<JournalRecord, 'ports' | 'ring'>

async function attestNow(invocation: Invocation, place: Place, { ports, ring }: OpenRecord): Promise<void> {
  try {
    // Statements name roots of the log: what they rest on is published first.
    if ((await publishJournal(ports, ring)).kind === 'published') await attest(invocation, place, { ports, ring })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    untold(invocation, 'nothing was attested; the next command that writes tries again', error)
  }
}

/** Whether anything was recorded. Wants a log that is published. */
async function attest(invocation: Invocation, { workspace, journal }: Place, { ports, ring }: OpenRecord): Promise<boolean> {
  const { sequence } = await journal.head()
  try {
    const attesting = await attestJournal({ journal, index: journal, store: ports.store, ...attestationStore(workspace) }, ring)
    if (attesting.kind === 'waiting') invocation.console.note(`note: ${attesting.waiting} attestations wait for the next command: ${attesting.why === 'busy' ? 'somebody else writes notes right now' : 'the key of the journal is not on this machine'}`)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    untold(invocation, 'nothing was attested; the next command that writes tries again', error)
  }
  return (await journal.head()).sequence !== sequence
}

function untold(invocation: Invocation, what: string, { message, remedy }: Failure): void {
  invocation.console.note(`${what}: ${message}${remedy === undefined ? '' : `\n  ${remedy}`}`)
}

async function closeRecord(invocation: Invocation, place: Place, { ports, ring }: OpenRecord): Promise<void> {
  try {
    let published = await publishJournal(ports, ring)
    if (published.kind === 'published' && (await attest(invocation, place, { ports, ring }))) published = await publishJournal(ports, ring)
    if (published.kind === 'unsigned') invocation.console.note(`note: the key ${published.key} is not on this machine, so nothing was signed; copy it here, or see \`ratchet keys rotate --lost\``)
    else if (published.kind === 'published') await exportNote(invocation, place.workspace, published.note)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    untold(invocation, 'the log of the journal was not published', error)
    if (error instanceof JournalError && error.code === 'journal-forked') invocation.setExitCode(exitCodes.failure)
  }
}

async function exportNote(invocation: Invocation, workspace: GitWorkspace, note: string): Promise<void> {
  const commit = await findCommit(workspace, 'HEAD')
  if (commit === null) return
  if (!(await workspace.checkpoints.put({ commit: commit.id, note }))) invocation.console.note('note: somebody else moved refs/notes/ratchet-checkpoint meanwhile; the next command writes the checkpoint there')
}

export function rotateRecordKey({ ports, ring }: JournalRecord, isLost: boolean): Promise<{ readonly key: string; readonly endorsed: boolean }> {
  return rotateKey(ports, ring, { isLost })
}

/** Bytes of a checkpoint or a public key; those that Ratchet writes have some hundreds. */
const longestNote = 65_536

export interface VerifyOptions extends TargetOptions, GivenAttestations {
  readonly checkpoint?: readonly string[]
  readonly key?: string
}

/** Verifies a journal without trusting anything in it; works while somebody writes. Needs the repository, the journal and, if somebody gives it, a public key. */
export async function verifyTarget(invocation: Invocation, options: VerifyOptions): Promise<JournalVerification> {
  const key = options.key === undefined ? null : await readKey(options.key)
  const given = await Promise.all((options.checkpoint ?? []).map(async (file): Promise<KeptCheckpoint> => ({ source: file, note: asWritten(await readPlainFile('--checkpoint', file, longestNote)), isGiven: true })))
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  await using journal = await openSqliteJournal({ directory: workspace.stateDirectory, mode: 'read', clock: invocation.clock })
  const { store } = logPorts({ workspace, journal })
  const attestations = await keptAttestations(options, workspace)
  const noted = (await workspace.checkpoints.all()).map(({ commit, note }): KeptCheckpoint => ({ source: `the note on ${commit.slice(0, 10)}`, note, isGiven: false }))
  const { verifyJournal } = await import('@ratchet/core/cycle/verify-journal')
  return await verifyJournal(journal.stored(), { store, kept: [...given, ...noted], key, own: ownKeys(invocation), attestations, transcripts: createTranscriptFiles(path.join(workspace.stateDirectory, 'transcripts')) }, invocation.signal)
}

/** As it was before an editor, or a mail, put its own mark and line ends into it. The signature covers the text, so nothing can be won by it. */
function asWritten(note: string): string {
  return note.replace(/^\u{feff}/u, '').replaceAll('\r\n', '\n')
}

/** Public keys of this machine. Verifying needs none: where they cannot be used it goes on without, and says so. */
function ownKeys(invocation: Invocation): readonly KeyObject[] {
  try {
    return openKeyFiles(keyDirectory(invocation.environment), invocation.clock).all().map((key) => createPublicKey(key))
  } catch (error) {
    if (!(error instanceof KeyRingError || error instanceof UsageError)) throw error
    invocation.console.note(`note: verified without the keys of this machine: ${error.message}`)
    return []
  }
}

async function readKey(value: string): Promise<NoteVerifier> {
  const direct = decodeVerifier(value)
  if (direct !== null) return direct
  const key = decodeVerifier((await readPlainFile('--key', value, longestNote)).trim())
  if (key === null) throw new UsageError('bad-argument', `${value} holds no public key`, { remedy: 'A key has the form NAME+ID+BASE64; `ratchet keys show` prints it.' })
  return key
}

/** Read-only is no protection for a private key: what a sandbox shows, the candidate reads. */
export async function refuseShownKeys(environment: Invocation['environment'], toolchains: readonly string[]): Promise<void> {
  const keys = await resolved(keyDirectory(environment))
  for (const toolchain of toolchains) {
    const shown = await resolved(toolchain)
    if (isWithin(keys, shown) || isWithin(shown, keys)) {
      throw new KeyRingError('keys-exposed', `the toolchain ${toolchain} would show the private keys in ${keys} to what is evaluated`, { remedy: 'Name a narrower directory under sandbox.toolchains, or move the keys with XDG_CONFIG_HOME.' })
    }
  }
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : `${outer}${path.sep}`)
}

/** As far as it exists: a link above a folder that is not made yet leads elsewhere all the same. */
async function resolved(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path.dirname(file) === file) return path.resolve(file)
    return path.join(await resolved(path.dirname(file)), path.basename(file))
  }
}
