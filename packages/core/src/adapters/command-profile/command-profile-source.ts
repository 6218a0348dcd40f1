import { fileURLToPath } from 'node:url'
import { stepLaunch, stepLimits } from '../../evaluation/launch-plan.ts'
import { prepareTree, type PreparePorts, type PrepareRequest } from '../../evaluation/prepared-tree.ts'
import type { ObservationSource } from '../../opportunity/observation.ts'
import { readPythonProfile } from '../../opportunity/read-python-profile.ts'
import type { HotFunction } from '../../proposal/proposal.ts'
import type { MetricConfig } from '../../target/config.ts'
import { readCpuProfile } from '../v8-profile/read-cpu-profile.ts'
import { readNativeProfile } from './native-profile.ts'

export interface CommandProfileOptions extends PreparePorts, Pick<PrepareRequest, 'config' | 'mounts' | 'isProtected'> {
  readonly baseline: string
  /** Whether callgrind may be asked where neither Node nor Python left a profile: it takes tens of times as long as the command. */
  readonly native: boolean
}

export const profileFolder = '.ratchet-profile'
const hooks = '/opt/ratchet-profile'
const root = '/work/'

/**
 * Runs the first objective's command once on the baseline with V8's profiler and Python's cProfile on, and says in which functions of the target it spends its own time. A program of neither kind leaves no profile; then, if it may be
 * asked, callgrind counts instructions by function.
 */
export function createCommandProfileSource(options: CommandProfileOptions): ObservationSource {
  const { config, baseline, isProtected, mounts } = options
  return {
    name: 'profile',
    observe: async (signal) => {
      const objective = Object.values(config.metrics).find((metric) => metric.role === 'objective' && metric.suite === undefined)
      if (objective === undefined) return { state: 'not-applicable', detail: 'there is no metric to improve whose command could be profiled' }
      await using prepared = await prepareTree(options, { config, commit: baseline, trusted: baseline, isProtected, mounts }, signal)
      const functions = readProfiles(await runProfiled(options, { objective, tree: prepared.tree }, signal))
      if (functions.length > 0) return { state: 'observed', sightings: functions.map((found) => sighting(found, 'of the time')) }
      if (!options.native) return { state: 'not-applicable', detail: 'the command is neither a Node nor a Python program' }
      const native = await readNativeProfile(options, { objective, tree: prepared.tree }, signal)
      return native.state === 'observed' ? { state: 'observed', sightings: native.functions.map((found) => sighting(found, 'of the instructions')) } : native
    },
  }
}

function sighting(opportunity: HotFunction, of: string): { readonly opportunity: HotFunction; readonly evidence: string } {
  return { opportunity, evidence: `${(opportunity.weight * 100).toFixed(1)} % ${of}` }
}

/** The launch that every profile of a command comes from; null where it left none. */
async function runProfiled({ sandbox, config }: CommandProfileOptions, { objective, tree }: ProfiledCommand, signal: AbortSignal): Promise<string | null> {
  const place = `${root}${profileFolder}`
  const result = await sandbox.launch(
    stepLaunch({
      command: `mkdir -p ${place}; (\n${objective.run}\n); status=$?; for file in ${place}/*; do cat "$file"; echo; done > ${root}${profileFolder}.all; exit $status`,
      tree,
      limits: stepLimits(config, objective.timeout),
      environment: { RATCHET_SEED: '1', NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${place} --cpu-prof-name=ratchet.cpuprofile`, RATCHET_PROFILE: place, PYTHONPATH: hooks },
      mounts: [{ source: fileURLToPath(new URL('inside/python', import.meta.url)), target: hooks }],
      collect: `${profileFolder}.all`,
    }),
    signal,
  )
  return result.collected === null ? null : Buffer.from(result.collected).toString('utf8')
}

export interface ProfiledCommand {
  readonly objective: MetricConfig
  readonly tree: Parameters<typeof stepLaunch>[0]['tree']
}

/** The first program that leaves a profile with something of the target in it, V8 before Python. */
function readProfiles(documents: string | null): readonly HotFunction[] {
  for (const document of documents?.split('\n') ?? []) {
    const v8 = readCpuProfile(document, root)
    if (v8 !== null && v8.length > 0) return v8
  }
  for (const document of documents?.split('\n') ?? []) {
    const python = readPythonProfile(parsed(document), root)
    if (python !== null && python.length > 0) return python
  }
  return []
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
