import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { BenchmarkPorts, Config, DoorOpener, Gateway, ModelsConfig, TaskRepositories } from '@ratchet/core'
import { GrantTable } from '@ratchet/core/capability/grant-table'
import { recordedDoors } from '@ratchet/core/capability/recorded-doors'
import { commandOwner, ownRights } from '@ratchet/core/adapters/bubblewrap-sandbox/stage'
import { createGitRepositories } from '@ratchet/core/adapters/git-repositories/git-repositories'
import { createUnixDoors, defaultDoorLimits } from '@ratchet/core/adapters/unix-door/unix-door'
import type { OpenTarget } from './compose-target.ts'
import { hiddenFromAgents } from './compose-hidden-paths.ts'
import type { Invocation } from './invocation.ts'
import { ModelPurse } from './model-purse.ts'
import { userDirectory } from './user-directory.ts'
import { UsageError } from './usage-error.ts'

/** The one gateway of a command: budgets hold only where everybody asks the same one. */
export interface SharedGateway {
  /** From now on, for everybody: the gateway of a run. */
  use(gateway: Gateway): void
  /** Of the run, else of a command outside of runs, opened when it is first needed. */
  get(): Promise<Gateway>
}

export function sharedGateway(invocation: Invocation, { target, config, purse = new ModelPurse() }: { readonly target: OpenTarget; readonly config: Pick<Config, 'models'>; readonly purse?: ModelPurse }): SharedGateway {
  let opened: Promise<Gateway> | null = null
  const openWith = async (models: ModelsConfig): Promise<Gateway> => {
    const { openModelGateway, spendingLimits } = await import('./compose-models.ts')
    return purse.open(spendingLimits(models.budget), (limits) => openModelGateway(invocation, { target, models, run: null, limits }))
  }
  return {
    use: (gateway) => {
      opened = Promise.resolve(gateway)
    },
    get: () => {
      const { models } = config
      if (models === undefined) throw new UsageError('bad-argument', 'the configuration has no `models`', { remedy: 'Add for instance `models: { use: { local: { provider: ollama, model: qwen3-coder } } }`.' })
      return (opened ??= openWith(models))
    },
  }
}

/** A model may think for long, and be asked to wait before another try. */
const longestAnswer = 15 * 60_000

/** Ways out of a sandbox, for agents: what stands behind them takes longer than a request usually may. */
export function openDoors({ clock }: Pick<Invocation, 'clock'>, { journal }: Pick<OpenTarget, 'journal'>): DoorOpener {
  return recordedDoors(createUnixDoors({ grants: new GrantTable({ clock, monotonic: () => performance.now(), random: randomBytes }), owner: commandOwner(ownRights()), limits: { ...defaultDoorLimits, requestMs: longestAnswer } }), journal)
}

/** Clones that tasks are about: RATCHET_REPOSITORIES, else a folder of the user's cache. */
export function taskRepositories({ environment }: Pick<Invocation, 'environment'>): TaskRepositories {
  const named = environment['RATCHET_REPOSITORIES']
  return createGitRepositories({ root: named === undefined || named === '' ? path.join(userDirectory(environment, 'XDG_CACHE_HOME'), 'ratchet/repositories') : path.resolve(named), environment })
}

/** What evaluations with a suite need. */
export function benchmarkPorts(invocation: Invocation, { target: { journal, workspace: { revisions } }, config, gateway }: { readonly target: OpenTarget; readonly config: Config; readonly gateway: SharedGateway }): BenchmarkPorts {
  return { doors: openDoors(invocation, { journal }), gateway: () => gateway.get(), revisions, hidden: (baseline) => hiddenFromAgents({ revisions, config, baseline }), repositories: taskRepositories(invocation), owner: commandOwner(ownRights()) }
}
