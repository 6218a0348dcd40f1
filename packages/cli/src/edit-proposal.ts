import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CandidateCommit, Edit, EditStatement, ProposalRecord } from '@ratchet/core'
import { ConsentError } from '@ratchet/core/consent/consent-error'
import { editDigest, editText, joinAuthors } from '@ratchet/core/consent/edit-statement'
import { CycleError } from '@ratchet/core/cycle/cycle-error'
import { changeId } from '@ratchet/core/cycle/evaluate-change'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { coAuthorsOf } from '@ratchet/core/cycle/proposal-record'
import { refusePrunedProposal } from '@ratchet/core/cycle/refuse-pruned'
import { consentRule } from '@ratchet/core/cycle/standing-consent'
import { looseLines } from '@ratchet/core/proposal/loose-lines'
import { readEditFolder, writeEditFolder } from '@ratchet/core/adapters/edit-folder/edit-folder'
import { loadTargetConfig, openTarget, type OpenTarget } from './compose-target.ts'
import { proveIdentity, type ConsentProof } from './compose-consent.ts'
import { requireGoing, standingOf } from './compose-orders.ts'
import { harmless, oneLine } from './console.ts'
import { verdictExitCode } from './exit-codes.ts'
import type { Invocation } from './invocation.ts'
import { judgeOne } from './judge-one.ts'
import { longestPatch, readPlainBytes } from './read-plain-file.ts'
import { createProgress } from './rendering/progress.ts'
import { renderVerdict } from './rendering/verdict.ts'
import { runEditor } from './run-editor.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

export interface EditOptions extends TargetOptions, ConsentProof {
  readonly reason: string
  readonly patch?: string
  readonly onTop?: boolean
  readonly tree?: string
  readonly export?: string
}

/** Where a person's text lies until a proposal holds it. */
type Source = { readonly kind: 'patch'; readonly file: string; readonly onTop: boolean } | { readonly kind: 'folder'; readonly folder: string; readonly isOurs: boolean }

const longestReason = 2000

/**
 * A person's change to a proposal becomes a proposal of its own, theirs as well, which nothing is spared. The journal is not held while somebody edits, and nothing that they wrote is deleted before the new
 * proposal holds it.
 */
export async function editProposal(invocation: Invocation, id: string, options: EditOptions): Promise<void> {
  if (options.export !== undefined) return await exportPatch(invocation, id, { ...options, file: options.export })
  const reason = options.reason.trim()
  if (reason === '' || reason.length > longestReason) throw new ConsentError('no-reason', `a reason of 1 to ${longestReason} characters is needed`, { remedy: 'Say in a sentence what you changed and why: --reason "...". It becomes the rationale of the new proposal.' })
  const source = await openSource(invocation, id, options)
  try {
    await judgeEdit(invocation, id, { options, reason, source })
  } catch (error) {
    keptNote(invocation, id, source)
    throw error
  }
  if (source.kind === 'folder' && source.isOurs) await rm(path.dirname(source.folder), { recursive: true, force: true })
}

function keptNote({ console }: Invocation, id: string, source: Source): void {
  if (source.kind === 'patch') console.note(`nothing was changed; your patch is where it was: ${source.file}`)
  else console.note(`nothing of your edit is lost; it is kept in ${source.folder}\n  go on with  ratchet edit ${id} --tree ${source.folder} --reason "..."`)
}

async function exportPatch(invocation: Invocation, id: string, { file, ...options }: EditOptions & { readonly file: string }): Promise<void> {
  await using target = await openTarget(invocation, options, 'read')
  const record = await target.findProposal(id)
  await refusePrunedProposal(target.index, record)
  const { made } = record
  const patch = await target.workspace.candidates.readPatch(made.baseline, made.commit)
  await writeFile(file, patch, { flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError('bad-argument', `${file} cannot be written, or is there already`, { cause: error })
  })
  const { console } = invocation
  if (console.json) console.document({ proposal: made.proposal.id, patch: file, bytes: patch.length })
  console.print(`the patch of ${made.proposal.id} is in ${oneLine(file)}; when you have changed it:  ratchet edit ${made.proposal.id} --patch ${oneLine(file)} --reason "..."`)
}

/** Where the new text is to be found; opens the editor where nothing else was said. */
async function openSource(invocation: Invocation, id: string, { patch, tree, onTop, ...options }: EditOptions): Promise<Source> {
  if (patch !== undefined && tree !== undefined) throw new UsageError('bad-argument', 'an edit comes from --patch or from --tree, not from both')
  if (onTop === true && patch === undefined) throw new UsageError('bad-argument', '--on-top says how --patch is meant')
  if (patch !== undefined) return { kind: 'patch', file: path.resolve(patch), onTop: onTop === true }
  if (tree !== undefined) return { kind: 'folder', folder: path.resolve(tree), isOurs: false }
  await using target = await openTarget(invocation, options, 'read')
  // Nobody should write what cannot be judged now.
  requireGoing(await standingOf(target), 'nothing is evaluated')
  const record = await target.findProposal(id)
  await refusePrunedProposal(target.index, record)
  const folder = path.join(target.workspace.stateDirectory, 'edits', `${record.id}-${randomBytes(4).toString('hex')}`, 'tree')
  const source: Source = { kind: 'folder', folder, isOurs: true }
  const { texts } = await writeEditFolder(target.workspace.revisions, { commit: record.made.commit, changed: await changedPaths(target, record), folder })
  try {
    await runEditor(texts.length === 0 ? [folder] : texts, { environment: invocation.environment, folder, quiet: invocation.console.json }, invocation.signal)
  } catch (error) {
    keptNote(invocation, id, source)
    throw error
  }
  return source
}

async function changedPaths({ workspace }: OpenTarget, { made }: ProposalRecord): Promise<readonly string[]> {
  return (await workspace.revisions.changes(made.baseline, made.commit)).map((change) => change.path)
}

async function judgeEdit(invocation: Invocation, id: string, { options, reason, source }: { readonly options: EditOptions; readonly reason: string; readonly source: Source }): Promise<void> {
  const { console } = invocation
  await using target = await openTarget(invocation, options, 'write')
  const from = await target.findProposal(id)
  await refusePrunedProposal(target.index, from)
  const { baseline } = from.made
  const candidate = await storeEdit(invocation, target, { from, source })
  if (candidate.tree === from.made.tree) throw new CycleError('nothing-to-judge', `the edit leaves proposal ${from.id} as it is`, { remedy: 'Change something. An editor that returns at once needs to be told to wait, as in EDITOR="code --wait".' })
  const proposal = changeId(baseline, candidate.tree)
  await target.workspace.candidates.keep(candidate.commit, `refs/ratchet/changes/${proposal}`)
  const edit = await signEdit(invocation, { target, options }, { proposal, from: from.id, baseline, ...candidate, reason, givenAt: invocation.clock().toISOString() })
  using progress = createProgress(console, invocation.stderr, Date.now)
  const authors = { from: from.id, coAuthors: joinAuthors(coAuthorsOf(from), [edit.by.name]), edit }
  const document = proposalDocument(await judgeOne(invocation, { target, options, change: { candidate, baseline, parent: from.made.commit, rationale: reason, authors }, observe: progress.observe }, invocation.signal))
  progress[Symbol.dispose]()
  if (document.verdict === 'undecided') throw new TypeError(`proposal ${proposal} was not decided`)
  if (console.json) console.document(document)
  console.print(`${renderVerdict(document)}\n  made from ${from.id} by ${oneLine(edit.by.name)}${edit.by.kind === 'unverified' ? ' (unverified)' : ''}; ${from.id} stays as it was`)
  invocation.setExitCode(verdictExitCode(document.verdict))
}

async function signEdit(invocation: Invocation, { target, options }: { readonly target: OpenTarget; readonly options: EditOptions }, statement: EditStatement): Promise<Edit> {
  const { config } = await loadTargetConfig(invocation, { target, options, baseline: statement.baseline })
  const digest = editDigest(statement)
  const by = await proveIdentity(invocation, target.workspace.root, { signed: { namespace: 'ratchet-edit', text: editText(statement), digest }, rule: consentRule(config), proof: options })
  return { ...statement, by, digest }
}

/** The edited change as a commit. Whatever cannot be read as a whole is refused as a whole. */
async function storeEdit(invocation: Invocation, target: OpenTarget, { from, source }: { readonly from: ProposalRecord; readonly source: Source }): Promise<CandidateCommit> {
  const { candidates, revisions } = target.workspace
  const { baseline, commit } = from.made
  // As patches that are brought: what is judged is kept under a name of its own, and `prune` knows this one.
  const ref = `refs/ratchet/patches/${randomBytes(8).toString('hex')}`
  const message = `Edit of ${from.id}\n`
  if (source.kind === 'folder') {
    const { changes, leftOut } = await readEditFolder(revisions, { commit, changed: await changedPaths(target, from), folder: source.folder })
    for (const name of leftOut) invocation.console.note(`note: left out, as something an editor leaves behind: ${harmless(name)}`)
    return await candidates.store({ parent: commit, changes, message, ref })
  }
  const diff = await readPatch(source.file)
  const [loose] = looseLines(diff)
  if (loose !== undefined) throw new UsageError('bad-argument', `line ${loose.line} of the patch belongs to no hunk and would be lost: ${JSON.stringify(loose.text)}`, { remedy: 'Correct the counts in the @@ line above it (recountdiff does), or edit the files instead: `ratchet edit` without --patch.' })
  const base = source.onTop ? commit : baseline
  const stored = await candidates.storePatch({ base, diff, message, ref })
  if ('refused' in stored) {
    const remedy = source.onTop ? 'It must be made for the proposal as it is.' : `It must be the whole change against ${base.slice(0, 10)}: \`ratchet edit ${from.id} --export FILE\` writes the one there is. One that comes on top of the proposal needs --on-top.`
    throw new UsageError('bad-argument', `the patch does not apply to ${base.slice(0, 10)}: ${harmless(stored.refused)}`, { remedy })
  }
  return stored
}

async function readPatch(file: string): Promise<Uint8Array> {
  const read = await readPlainBytes(file, longestPatch).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the patch ${file} cannot be read`, { cause: error })
  })
  if ('refused' in read) throw new UsageError('bad-argument', `the patch ${file} ${read.said}`)
  return read.bytes
}
