import type { ObservationSource, OpportunitySurvey } from '@ratchet/core'
import { surveyOpportunities } from '@ratchet/core/opportunity/survey-opportunities'
import { createCommandProfileSource } from '@ratchet/core/adapters/command-profile/command-profile-source'
import { createExampleRunSource, isAsked } from '@ratchet/core/adapters/example-runs/example-run-source'
import { createSourceNoteSource } from '@ratchet/core/adapters/source-notes/source-note-source'
import { createStaticCheckSource } from '@ratchet/core/adapters/static-checks/static-check-source'
import { createTestRunSource } from '@ratchet/core/adapters/test-coverage/test-run-source'
import { openJudge, type OpenJudge } from './compose.ts'
import type { OpenTarget } from './compose-target.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

export const sourceKinds = ['profile', 'examples', 'tests', 'checks', 'notes'] as const
export type SourceKind = (typeof sourceKinds)[number]

export interface ObserveRequest {
  readonly target: OpenTarget
  readonly options: TargetOptions
  readonly baseline: string
  readonly kinds: readonly SourceKind[]
  readonly limit: number
  /** For each source; as the configuration says where null. Milliseconds. */
  readonly sourceMs: number | null
}

const defaultSourceMs = 300_000

/** Looks at a baseline with every source of the kinds that are asked for. Nothing is recorded: what it finds are hints. */
export async function observeTarget(invocation: Invocation, request: ObserveRequest, signal: AbortSignal): Promise<OpportunitySurvey> {
  const { target, options, baseline, kinds, limit, sourceMs } = request
  await using judge = await openJudge(invocation, { target, options, baseline, observe: () => undefined }, signal)
  const sources = await openSources(judge, { target, baseline, kinds })
  return await surveyOpportunities(sources, { sourceMs: sourceMs ?? judge.ports.config.observe?.timeout ?? defaultSourceMs, opportunities: limit }, signal)
}

async function openSources({ ports, sandbox, mounts, slots }: OpenJudge, { target, baseline, kinds }: Pick<ObserveRequest, 'target' | 'baseline' | 'kinds'>): Promise<readonly ObservationSource[]> {
  const { config, scope } = ports
  const { revisions, scratch } = target.workspace
  const editable = (await revisions.entries(baseline)).filter(({ path, mode }) => mode.startsWith('100') && scope.isEditable(path)).map(({ path }) => path)
  const names = new Set(editable)
  const isEditable = (path: string): boolean => names.has(path)
  const options = { sandbox, slots, scratch, config, mounts, baseline, isProtected: (file: string) => scope.isProtected(file) }
  const opened: Readonly<Record<SourceKind, () => readonly ObservationSource[]>> = {
    profile: () => [createCommandProfileSource({ ...options, native: editable.some(isNative) })],
    examples: () => (Object.values(config.metrics).some(isAsked) ? [createExampleRunSource({ ...options, revisions })] : []),
    tests: () => [createTestRunSource({ ...options, editable: editable.filter(leavesCoverage) })],
    checks: () => config.observe?.checks.map((check) => createStaticCheckSource({ ...options, isEditable }, check)) ?? [],
    notes: () => [createSourceNoteSource({ revisions, baseline, isEditable })],
  }
  return sourceKinds.filter((kind) => kinds.includes(kind)).flatMap((kind) => opened[kind]())
}

function isNative(file: string): boolean {
  return /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|rs|zig|s|S|f90|d)$/.test(file)
}

function leavesCoverage(file: string): boolean {
  return /\.(?:[cm]?[jt]sx?|py)$/.test(file)
}
