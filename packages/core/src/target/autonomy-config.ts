import { z } from 'zod'
import { defaultBreaker, type AutomationRules } from '../autonomy/automatic.ts'
import { runModes } from '../autonomy/run-mode.ts'
import { period } from './quantity.ts'

const breakerSchema = z.strictObject({
  failures: z.int().min(1).max(100).default(defaultBreaker.failures).describe('Failures within `window` after which nothing is applied automatically: reverts, violations that a run attempts, confirmations that find something broken.'),
  window: period.prefault('7d').describe('How long a failure counts, for instance 7d (units: s, m, h, d).'),
  cooldown: period.prefault('1h').describe('How long nothing is applied automatically then; twice as long each time that it happens again. After it one change is tried.'),
  longest: period.prefault('7d').describe('The longest that `cooldown` grows to.'),
})

export const autonomySchema = z.strictObject({
  mode: z.enum(runModes).optional().describe('The most that `ratchet run` may do: propose (a person applies), supervised (it applies what people approve), autonomous (it applies what the constitution allows). Without it a run proposes unless --mode says otherwise.'),
  wait: period.prefault('24h').describe('How long a supervised run waits for approvals before it gives up.'),
  perDay: z.int().min(0).max(1000).default(5).describe('How many changes may be applied automatically in any 24 hours.'),
  breaker: breakerSchema.prefault({}).describe('When automatic applying stops by itself, and for how long.'),
})

export type AutonomyConfig = z.output<typeof autonomySchema>

/** As long as the schema's own defaults. */
const unconfigured: AutonomyConfig = autonomySchema.parse({})

/** Within what a run on this baseline applies by itself. */
export function automationRules({ autonomy = unconfigured }: { readonly autonomy?: AutonomyConfig | undefined }): AutomationRules {
  const { perDay, breaker: { failures, window, cooldown, longest } } = autonomy
  return { perDay, breaker: { failures, window, cooldown, longest } }
}

/** How long a supervised run waits, in ms. */
export function approvalWait({ autonomy = unconfigured }: { readonly autonomy?: AutonomyConfig | undefined }): number {
  return autonomy.wait
}
