import { createHash } from 'node:crypto'
import type { ObjectId, ProposalDocument } from '@ratchet/core'
import { changeId } from '@ratchet/core/cycle/evaluate-change'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import { requireGoing, standingOf } from '../compose-orders.ts'
import { verdictExitCode } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { judgeOne, type OneChange } from '../judge-one.ts'
import { longestPatch, readPlainBytes } from '../read-plain-file.ts'
import { createProgress } from '../rendering/progress.ts'
import { renderVerdict } from '../rendering/verdict.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface EvaluateOptions extends TargetOptions {
  readonly baseline?: string
}

export const registerEvaluate: Register = (program, invocation) => {
  withTarget(program.command('evaluate'))
    .description('judge one change, whoever wrote it, through the whole gate')
    .argument('<ref|patch-file>', 'a commit (branch, tag, id) or a file with a unified diff')
    .option('--baseline <ref>', 'what to hold it against (default: its first parent if HEAD contains it, else HEAD)')
    .action((change: string, options: EvaluateOptions) => evaluate(invocation, change, options))
}

async function evaluate(invocation: Invocation, name: string, options: EvaluateOptions): Promise<void> {
  const { console, signal } = invocation
  await using target = await openTarget(invocation, options, 'write')
  requireGoing(await standingOf(target), 'nothing is evaluated')
  const change = await findChange(target, name, options)
  // A branch may be deleted before its change is applied.
  await target.workspace.candidates.keep(change.candidate.commit, `refs/ratchet/changes/${changeId(change.baseline, change.candidate.tree)}`)
  using progress = createProgress(console, invocation.stderr, Date.now)
  const document = proposalDocument(await judgeOne(invocation, { target, options, change, observe: progress.observe }, signal))
  progress[Symbol.dispose]()
  showVerdict(invocation, document)
}

/** The verdict on one change, as the outcome of a command. */
export function showVerdict(invocation: Pick<Invocation, 'console' | 'setExitCode'>, document: ProposalDocument): void {
  const { console } = invocation
  if (console.json) console.document(document)
  console.print(renderVerdict(document))
  if (document.verdict === 'undecided') throw new TypeError(`proposal ${document.id} was not decided`)
  invocation.setExitCode(verdictExitCode(document.verdict))
}

/** A revision if git knows the name, else a patch file; the baseline as the command's contract says. */
async function findChange(target: OpenTarget, name: string, options: EvaluateOptions): Promise<OneChange> {
  const { revisions, candidates } = target.workspace
  const commit = await target.findCommit(name)
  if (commit !== null) {
    const baseline = options.baseline === undefined ? await defaultBaseline(target, commit.id) : (await revisions.commit(options.baseline)).id
    return { candidate: { commit: commit.id, tree: commit.tree }, baseline, rationale: commit.subject }
  }
  const diff = await readPatch(name)
  const base = (await revisions.commit(options.baseline ?? 'HEAD')).id
  const stored = await candidates.storePatch({ base, diff, message: `Patch ${name}\n`, ref: `refs/ratchet/patches/${createHash('sha256').update(diff).digest('hex').slice(0, 16)}` })
  if ('refused' in stored) {
    throw new UsageError('bad-argument', `the patch ${name} does not apply to ${base.slice(0, 10)}: ${stored.refused}`, { remedy: 'Name the commit it was made for with --baseline.' })
  }
  return { candidate: stored, baseline: base, rationale: `patch ${name}` }
}

async function readPatch(name: string): Promise<Uint8Array> {
  const read = await readPlainBytes(name, longestPatch).catch((error: unknown) => {
    throw new UsageError('bad-argument', `"${name}" is neither a revision of the target nor a readable patch file`, { cause: error })
  })
  if ('refused' in read) throw new UsageError('bad-argument', `"${name}" is no revision of the target, and as a patch it ${read.said}`, { remedy: '`ratchet propose -` takes a patch from standard input.' })
  return read.bytes
}

async function defaultBaseline(target: OpenTarget, commit: ObjectId): Promise<ObjectId> {
  const head = (await target.workspace.revisions.commit('HEAD')).id
  if (!(await target.workspace.isAncestor(commit, head))) return head
  const parent = (await target.workspace.revisions.commit(commit)).parents[0]
  // Read, not only named: in a shallow clone it may not be there.
  if (parent !== undefined) return (await target.workspace.revisions.commit(parent)).id
  throw new UsageError('bad-argument', `commit ${commit.slice(0, 10)} has no parent to be held against`, { remedy: 'Name one with --baseline.' })
}
