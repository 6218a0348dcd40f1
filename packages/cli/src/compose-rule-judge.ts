import type { Config, Constitution, ModelEndpoint, ModelsConfig, ObjectId, RevisionReader } from '@ratchet/core'
import { ConstitutionError } from '@ratchet/core/constitution/constitution-error'

/** Whether a constitution has rules that only a model can answer. */
export function hasJudgedRules(constitution: Constitution | null | undefined): boolean {
  return constitution?.rules.some(({ judge }) => judge !== undefined) === true
}

/** Who answers the rules in words of a commit's constitution; nobody where it has none. A constitution that cannot be read judges nothing, and is reported where it is opened. */
export async function ruleJudgeOf(revisions: Pick<RevisionReader, 'entries' | 'blobs'>, { constitution: file, models }: Config, trusted: ObjectId): Promise<{ readonly ruleJudge?: Pick<ModelEndpoint, 'provider' | 'model' | 'url'> }> {
  const endpoint = models?.use[judgeName(models)]
  const entry = file === undefined || endpoint === undefined ? undefined : (await revisions.entries(trusted)).find((found) => found.path === file)
  const [bytes] = entry === undefined ? [] : await revisions.blobs([entry.id])
  if (endpoint === undefined || file === undefined || bytes === undefined || bytes === null) return {}
  const { parseConstitution } = await import('@ratchet/core/constitution/parse-constitution')
  try {
    if (!hasJudgedRules(parseConstitution(bytes, { path: file, knownChecks: null }))) return {}
  } catch (error) {
    if (error instanceof ConstitutionError) return {}
    throw error
  }
  return { ruleJudge: { provider: endpoint.provider, model: endpoint.model, url: endpoint.url } }
}

/** The model that answers rules in words. */
export function judgeName({ judge, use }: ModelsConfig): string {
  return judge ?? Object.keys(use)[0] ?? ''
}
