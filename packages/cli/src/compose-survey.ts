import { findConfigFile } from '@ratchet/core/adapters/config-file/find-config-file'
import { openGitWorkspace } from '@ratchet/core/adapters/git-workspace/git-workspace'
import { findOracleFunctions, type OracleFunction } from '@ratchet/core/adapters/repository-survey/find-oracle-functions'
import type { Survey } from '@ratchet/core/adapters/repository-survey/survey'
import { surveyRepository } from '@ratchet/core/adapters/repository-survey/survey-repository'
import { workingConfig } from './compose-config.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

/** Looks at the working tree's committed files for `ratchet init`. */
export async function surveyTarget(invocation: Invocation, options: TargetOptions): Promise<{ readonly root: string; readonly survey: Survey; readonly functions: readonly OracleFunction[]; readonly existing: string | null }> {
  await using workspace = await openGitWorkspace({ directory: options.target, environment: invocation.environment })
  const { revisions, root } = workspace
  const entries = await revisions.entries((await revisions.commit('HEAD')).id)
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const read = async (file: string): Promise<string | null> => {
    const entry = byPath.get(file)
    const [bytes] = entry === undefined || entry.mode === '160000' ? [] : await revisions.blobs([entry.id])
    return bytes === undefined || bytes === null ? null : Buffer.from(bytes).toString('utf8')
  }
  const paths = entries.map((entry) => entry.path)
  const existing = findConfigFile(paths) ?? (await workingConfig(root))
  const survey = await surveyRepository({ paths, read }, invocation.environment)
  return { root, survey, functions: survey.kind === 'recognised' ? await findOracleFunctions(survey, { paths, read }) : [], existing }
}
