import { z } from 'zod'
import { byteSize, duration } from './quantity.ts'

/** Whose command line and environment is used; `generic` has none of its own. */
export const agentPresets = ['generic', 'claude', 'codex', 'aider', 'gemini', 'opencode', 'goose'] as const
export type AgentPresetName = (typeof agentPresets)[number]

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,59}$/, 'the name of an agent starts with a letter and holds letters, digits and . _ -')

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable holds letters, digits and _')

/** No token lives longer than an hour, and a launch takes a moment to begin and to end. */
const longestWall = 55 * 60_000

const limitsSchema = z.strictObject({
  wall: duration.refine((ms) => ms <= longestWall, { error: 'an agent runs for at most 55m', params: { fix: 'write 55m or less' } }).prefault('15m').describe('Wall-clock time of one proposal, for instance 15m; at most 55m. What it has changed by then is its proposal.'),
  cpu: duration.prefault('15m').describe('CPU time of the whole process tree.'),
  memory: byteSize.prefault('4GiB').describe('Memory of the whole process tree.'),
  processes: z.int().min(1).max(100_000).default(256).describe('How many processes and threads may exist at a time.'),
  disk: byteSize.prefault('1GiB').describe('What it may write.'),
  output: byteSize.prefault('16MiB').describe('What it may print.'),
  calls: z.int().min(1).max(10_000).default(100).describe('Calls of its model for one proposal.'),
  usd: z.number().positive().max(10_000).optional().describe('Dollars for one proposal. Room for the worst case is kept before each call.'),
})

const agentSchema = z
  .strictObject({
    preset: z.enum(agentPresets).default('generic').describe('Whose command line and environment is used.').meta({ examples: ['claude'] }),
    run: z.string().trim().min(1, 'a command must not be empty').max(10_000).refine((text) => !text.includes('\0'), 'a command must not hold a NUL character').optional().describe('Command that works on the repository it is started in, by what $RATCHET_STATEMENT says; default: that of the preset.').meta({ examples: ['node "$RATCHET_AGENT/main.js"'] }),
    code: z.string().min(1).max(500).refine((value) => !value.startsWith('/') && !value.split('/').includes('..') && !value.includes('\0'), 'a path is relative to the repository and must not contain ..').optional().describe("Folder of the repository with the agent's own code, as the baseline has it; $RATCHET_AGENT inside.").meta({ examples: ['agents/coder'] }),
    model: z.string().min(1).max(100).optional().describe('Which of `models.use` it asks; default: the first.'),
    bridge: z.boolean().optional().describe('Whether it reaches its model over TCP, by OPENAI_BASE_URL and the like; default: as the preset needs it.'),
    environment: z.record(variable, z.string().max(10_000).refine((text) => !text.includes('\0'), 'a value must not hold a NUL character')).default({}).describe('Further environment variables. Never a key: it needs none.'),
    trajectory: z.enum(['required', 'ignored']).default('ignored').describe('Whether a proposal counts that was made without its trajectory showing every reply of a model.'),
    limits: limitsSchema.prefault({}).describe('What one proposal may take.'),
  })
  .refine(({ preset, run }) => preset !== 'generic' || run !== undefined, { error: 'an agent without `preset` needs `run`', path: ['run'], params: { fix: 'write its command, or for instance `preset: claude`' } })

export const agentsSchema = z
  .strictObject({
    use: z.record(name, agentSchema).refine((used) => Object.keys(used).length > 0, 'name at least one agent').describe('Coding agents, under names of your own.').meta({ examples: [{ claude: { preset: 'claude' } }] }),
    propose: z.array(name).min(1, 'name at least one agent').optional().describe('Agents that make proposals; of several, one is drawn for each. Default: all.'),
  })
  .superRefine(({ use, propose = [] }, context) => {
    for (const named of propose) {
      if (!Object.hasOwn(use, named)) context.addIssue({ code: 'custom', message: `no agent is called ${JSON.stringify(named)}`, path: ['propose'], params: { fix: `name it under agents.use, where there are ${Object.keys(use).join(', ')}` } })
    }
  })

export type AgentsConfig = z.output<typeof agentsSchema>
export type AgentConfig = AgentsConfig['use'][string]
