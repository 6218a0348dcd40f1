import { z } from 'zod'
import { duration } from './quantity.ts'

/** Who looks at an agent's failures before it improves itself. */
export const analyses = ['model', 'facts'] as const

const settings = z.strictObject({
  run: z.string().trim().min(1, 'a command must not be empty').max(10_000).refine((text) => !text.includes('\0'), 'a command must not hold a NUL character').optional().describe('Command that runs the agent on its own code; default: that of the pass-rate metric. $RATCHET_AGENT is where its code lies.'),
  model: z.string().min(1).max(100).optional().describe('Which of `models.use` the agent asks when it changes itself; default: as the metric says, else the first.'),
  analysis: z.enum(analyses).default('model').describe('Who says what is weak about an agent: a model that is shown its failures, or recorded facts alone.'),
  analyst: z.string().min(1).max(100).optional().describe('Which of `models.use` analyses failures; default: the one that the agent asks.'),
  calls: z.int().min(1).max(10_000).default(100).describe('How often the agent may ask its model for one change of itself.'),
  usd: z.number().positive().max(10_000).optional().describe('Dollars that one change of itself may cost, besides the limits under models.'),
  wall: duration.refine((ms) => ms <= 55 * 60_000, 'no token lives longer than an hour: at most 55m').prefault('20m').describe('Wall-clock time of one change of itself, for instance 20m.'),
  trajectory: z.enum(['required', 'ignored']).default('required').describe('Whether a change counts that was made without its trajectory showing every reply of a model.'),
  bridge: z.boolean().default(false).describe('Whether the agent reaches its model over TCP, by OPENAI_BASE_URL and the like.'),
})

/** `true`: with every default. Null where nothing improves itself. */
export const selfSchema = z
  .union([z.boolean(), settings])
  .default(false)
  .transform((self): z.output<typeof settings> | null => (self === false ? null : self === true ? settings.parse({}) : self))

export type SelfConfig = z.output<typeof settings>
