import type { Config, Judge, ObjectId, PathScope, RevisionReader, SourceFile } from '@ratchet/core'
import { evaluatorVersion } from '@ratchet/core/cycle/evaluator-version'
import { createSourceReader } from '@ratchet/core/cycle/source-reader'
import { ConfigError } from '@ratchet/core/target/config-error'
import { createPathScope } from '@ratchet/core/target/path-scope'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { packageScripts } from './compose-hidden-paths.ts'
import { judgeOf } from './compose-installation.ts'
import { ruleJudgeOf } from './compose-rule-judge.ts'
import { loadTargetConfig, type OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

/** What may be edited in a commit, from its tree: its paths, its links, its npm scripts. */
export async function treeScope({ revisions, config, baseline, added }: { readonly revisions: RevisionReader; readonly config: Config; readonly baseline: ObjectId; readonly added: readonly string[] }): Promise<{ readonly scope: PathScope; readonly paths: readonly string[] }> {
  const entries = await revisions.entries(baseline)
  const paths = entries.map((entry) => entry.path)
  const linked = entries.filter((entry) => entry.mode === '120000')
  const targets = await revisions.blobs(linked.map((entry) => entry.id), 4096)
  const links = new Map(linked.map((entry, index) => [entry.path, Buffer.from(targets[index] ?? []).toString('utf8')]))
  const manifest = entries.find((entry) => entry.path === 'package.json')
  const [text] = manifest === undefined ? [] : await revisions.blobs([manifest.id])
  return { scope: createPathScope(config, paths, packageScripts(text), { links, added }), paths }
}

/** See `evaluatorVersion`. What setup adds follows from lockfiles, which are protected. */
export async function versionOf(revisions: RevisionReader, { config, judge }: { readonly config: Config; readonly judge: Judge }, trusted: ObjectId): Promise<string> {
  const { scope } = await treeScope({ revisions, config, baseline: trusted, added: [] })
  return evaluatorVersion(revisions, { config, isProtected: (file) => scope.isProtected(file), trusted, ...(judge.kind === 'apart' ? {} : { installation: judge.digest }), ...(await ruleJudgeOf(revisions, config, trusted)) })
}

/** Texts that proposals may change, of a commit. */
export async function scopedSources({ revisions, config, baseline }: { readonly revisions: RevisionReader; readonly config: Config; readonly baseline: ObjectId }): Promise<readonly SourceFile[]> {
  const { scope } = await treeScope({ revisions, config, baseline, added: [] })
  return createSourceReader(revisions, scope)(baseline)
}

/** The version of today's judges for what was proposed on a baseline; null where that has no configuration any more, so that nothing can be said. */
export async function currentVersion(invocation: Invocation, { target, options, baseline }: { readonly target: OpenTarget; readonly options: TargetOptions; readonly baseline: ObjectId }): Promise<string | null> {
  try {
    const { config } = await loadTargetConfig(invocation, { target, options, baseline })
    return await versionOf(target.workspace.revisions, { config, judge: await judgeOf(target.workspace, baseline) }, baseline)
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError || (error instanceof WorkspaceError && error.code === 'unknown-revision')) return null
    throw error
  }
}
