import type { ObjectId } from '../proposal/proposal.ts'
import { withholdingSlots } from '../workspace/withholding-slots.ts'
import { prepareRequest } from './baseline-stand.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { EvaluatorOptions } from './evaluation-request.ts'
import { prepareTree, type PreparedTree } from './prepared-tree.ts'

/**
 * The tree of a commit as the agent that it holds is shown it. Threat: what an agent prints is told to whoever proposes, and a build can copy hidden files to where nobody looks for them. So it is built without them.
 *
 * @throws EvaluationError `setup-failed` where the baseline cannot be built so; what the build of a candidate leaves is its own affair
 */
export async function agentTree(options: EvaluatorOptions, { commit, trusted, baseline, isHidden }: { readonly commit: ObjectId; readonly trusted: ObjectId; readonly baseline: ObjectId; readonly isHidden: (path: string) => boolean }, signal: AbortSignal): Promise<PreparedTree> {
  const prepared = await prepareTree({ ...options, slots: withholdingSlots(options.slots, isHidden) }, prepareRequest(options, commit, trusted), signal)
  if (commit !== baseline || prepared.build === null || prepared.build.ok) return prepared
  await prepared[Symbol.asyncDispose]()
  throw new EvaluationError('setup-failed', `the build of the baseline fails without what is held out, which no agent is shown:\n${prepared.build.tail}`, { remedy: 'Let `build` leave out the files of tests that are held out.' })
}
