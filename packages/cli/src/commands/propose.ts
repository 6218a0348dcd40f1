import type { ObjectId } from '@ratchet/core'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { refusePrunedProposal } from '@ratchet/core/cycle/refuse-pruned'
import { rationaleOf, storePatch } from '@ratchet/core/cycle/store-patch'
import { patchLimit } from '@ratchet/core/proposal/check-patch'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import type { Invocation } from '../invocation.ts'
import { isDecided, judgeOne, recordOf } from '../judge-one.ts'
import { readPlainBytes } from '../read-plain-file.ts'
import { createProgress } from '../rendering/progress.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import { showVerdict } from './evaluate.ts'
import type { Register } from './register-commands.ts'

interface ProposeOptions extends TargetOptions {
  readonly rationale?: string
  readonly parent?: string
}

export const registerPropose: Register = (program, invocation) => {
  withTarget(program.command('propose'))
    .description('make a proposal of a patch of your own, and judge it through the whole gate')
    .argument('<patch-file|->', 'a file with a unified diff against HEAD (or against --parent); - reads it from standard input')
    .option('--rationale <text>', 'one sentence: what changes, and why it should help')
    .option('--parent <id>', 'the proposal that the patch goes on from')
    .action((patch: string, options: ProposeOptions) => propose(invocation, patch, options))
}

/** What a patch is made from, and held against. */
interface Origin {
  readonly base: ObjectId
  readonly baseline: ObjectId
}

async function propose(invocation: Invocation, name: string, options: ProposeOptions): Promise<void> {
  const { console, signal } = invocation
  const diff = name === '-' ? await readInput(invocation) : await readPatch(name)
  await using target = await openTarget(invocation, options, 'write')
  const { base, baseline } = await originOf(target, options.parent)
  const stored = await storePatch(target.workspace.candidates, { base, baseline, diff })
  if ('refused' in stored) throw new UsageError('bad-patch', stored.refused.message, { remedy: stored.refused.remedy })
  const known = await recordOf(target, stored.id)
  if (known !== null && isDecided(known)) {
    // Another patch that comes to the same was stored just now, and its commit is not the one that was judged.
    await target.workspace.candidates.keep(known.made.commit, `refs/ratchet/changes/${stored.id}`)
    console.note(`this was proposed before: ${stored.id}. \`ratchet evaluate ${stored.candidate.commit.slice(0, 12)} --baseline ${baseline.slice(0, 12)}\` judges it once more.`)
    return showVerdict(invocation, proposalDocument(known))
  }
  const rationale = rationaleOf(options.rationale ?? '') || `patch ${name === '-' ? 'from standard input' : name}`
  using progress = createProgress(console, invocation.stderr, Date.now)
  const record = await judgeOne(invocation, { target, options, change: { candidate: stored.candidate, baseline, parent: base, rationale }, observe: progress.observe }, signal)
  progress[Symbol.dispose]()
  showVerdict(invocation, proposalDocument(record))
}

/** Whoever goes on from a variant is held against what that was held against. */
async function originOf(target: OpenTarget, parent: string | undefined): Promise<Origin> {
  if (parent !== undefined) {
    const record = await target.findProposal(parent)
    await refusePrunedProposal(target.index, record)
    return { base: record.made.commit, baseline: record.made.baseline }
  }
  const { id } = await target.workspace.revisions.commit('HEAD')
  return { base: id, baseline: id }
}

async function readPatch(name: string): Promise<Uint8Array> {
  const read = await readPlainBytes(name, patchLimit).catch((error: unknown) => {
    throw new UsageError('bad-argument', `the patch file ${name} cannot be read`, { cause: error })
  })
  if ('refused' in read) throw new UsageError('bad-patch', read.refused === 'too-long' ? `the patch ${name} has more than ${patchLimit} bytes` : `${name} ${read.said}`, { remedy: 'Propose one idea at a time; `-` reads a patch from standard input.' })
  return read.bytes
}

async function readInput({ stdin, signal }: Invocation): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  signal.addEventListener('abort', () => stdin.destroy(), { once: true })
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > patchLimit) throw new UsageError('bad-patch', `the patch on standard input has more than ${patchLimit} bytes`, { remedy: 'Propose one idea at a time.' })
  }
  signal.throwIfAborted()
  return Buffer.concat(chunks)
}
