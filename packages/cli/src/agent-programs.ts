import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Config } from '@ratchet/core'
import { presetOf } from '@ratchet/core/agent/presets'
import { ConfigError } from '@ratchet/core/target/config-error'
import { loadConfig } from '@ratchet/core/adapters/config-file/load-config'
import { findProgram } from '@ratchet/core/adapters/gvisor-sandbox/find-program'
import { proposingAgentNames } from './compose-agents.ts'
import { readConfig, workingConfig } from './compose-config.ts'
import type { Check } from './examine.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'

export interface AgentPrograms {
  readonly checks: readonly Check[]
  readonly remedies: readonly string[]
}

/** Directories that every sandbox of the tier `namespace` shows. */
const shownAlways = ['/usr', '/bin', '/sbin', '/lib']

/** Whether the programs of the agents that the working tree's configuration names are where their sandbox finds them. Nothing where there is no configuration, or none that can be read: other commands say why. */
export async function findAgentPrograms(invocation: Invocation, options: TargetOptions): Promise<AgentPrograms> {
  const config = await configOf(invocation, options)
  if (config === null) return { checks: [], remedies: [] }
  const found = await Promise.all(proposingAgentNames(config).map((name) => findAgentProgram(invocation, { config, name })))
  return { checks: found.flatMap(({ checks }) => checks), remedies: found.flatMap(({ remedies }) => remedies) }
}

async function configOf({ signal }: Invocation, { target, config: named }: TargetOptions): Promise<Config | null> {
  const file = named ?? (await workingConfig(target))
  if (file === null) return null
  try {
    return (await loadConfig({ text: await readConfig(file), path: path.basename(file), signal })).config
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

async function findAgentProgram({ environment }: Invocation, { config, name }: { readonly config: Config; readonly name: string }): Promise<AgentPrograms> {
  const agent = config.agents?.use[name]
  const program = agent === undefined || agent.run !== undefined ? null : presetOf(agent.preset).program
  if (program === null) return { checks: [], remedies: [] }
  const { toolchains } = config.sandbox
  const inside = await findProgram({ PATH: [...toolchains.map((folder) => path.join(folder, 'bin')), '/usr/local/bin', '/usr/bin', '/bin'].join(':') }, program)
  const label = `agent ${name}`
  if (inside !== null && isShown(await realpath(inside), toolchains)) return { checks: [{ name: label, ok: true, detail: inside }], remedies: [] }
  const elsewhere = inside ?? (await findProgram(environment, program))
  if (elsewhere === null) return { checks: [{ name: label, ok: false, detail: `the program ${program} is not installed` }], remedies: [`Install ${program} for all users, or leave the agent ${name} out of agents.propose.`] }
  const home = path.dirname(path.dirname(await realpath(elsewhere)))
  return { checks: [{ name: label, ok: false, detail: `${elsewhere} is there, and no sandbox shows it` }], remedies: [`Add its directory to \`sandbox: { toolchains: [${home}] }\`, or install ${program} below /usr/local.`] }
}

/** A link on PATH may lead to where nothing is shown. */
function isShown(file: string, toolchains: readonly string[]): boolean {
  return [...shownAlways, ...toolchains].some((folder) => file === folder || file.startsWith(`${folder.replace(/\/+$/, '')}/`))
}
