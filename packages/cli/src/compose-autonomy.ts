import type { Alert, AutomationRules, AutomationVerification, BreakerStanding, RunMode, Standing } from '@ratchet/core'
import { AlertFold } from '@ratchet/core/alert/alert-fold'
import { AutonomyFold } from '@ratchet/core/autonomy/autonomy-fold'
import { autonomyKinds } from '@ratchet/core/autonomy/breaker-signals'
import { strictestMode } from '@ratchet/core/autonomy/run-mode'
import { ConstitutionError } from '@ratchet/core/constitution/constitution-error'
import { SignatureError } from '@ratchet/core/signature/signature-error'
import { automationRules } from '@ratchet/core/target/autonomy-config'
import { ConfigError } from '@ratchet/core/target/config-error'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { loadTargetConfig, openTarget, type OpenTarget } from './compose-target.ts'
import { openConstitution } from './compose-constitution.ts'
import { standingOf } from './compose-orders.ts'
import type { Invocation } from './invocation.ts'
import type { TargetOptions } from './target-options.ts'
import { UsageError } from './usage-error.ts'

interface Place {
  readonly target: OpenTarget
  readonly options: TargetOptions
}

/** See `verifyAutomation`. Where a baseline's commit holds no configuration, what was recorded is all there is to hold against. */
export async function verifyTargetAutomation(invocation: Invocation, options: TargetOptions): Promise<AutomationVerification> {
  await using target = await openTarget(invocation, options, 'read')
  const rulesOf = async (baseline: string): Promise<{ readonly rules: AutomationRules; readonly highest: RunMode } | null> => {
    try {
      const { config, configSource } = await loadTargetConfig(invocation, { target, options, baseline })
      if (configSource !== 'baseline') return null
      return { rules: automationRules(config), highest: strictestMode(config.autonomy?.mode, await constitutionalMode(invocation, { target, baseline, config })) }
    } catch (error) {
      if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return null
      throw error
    }
  }
  const { verifyAutomation } = await import('@ratchet/core/cycle/verify-automation')
  return await verifyAutomation({ index: target.index, revisions: target.workspace.revisions, rulesOf })
}

/** What is not trusted on this machine, or any more, sets no limit here; that a change was allowed by it is in its verdict. */
async function constitutionalMode(invocation: Invocation, { target, baseline, config }: { readonly target: OpenTarget; readonly baseline: string; readonly config: Parameters<typeof openConstitution>[1]['config'] }): Promise<RunMode | undefined> {
  try {
    return (await openConstitution(invocation, { workspace: target.workspace, baseline, config })).constitution?.highestMode
  } catch (error) {
    if (error instanceof ConstitutionError || error instanceof SignatureError) return undefined
    throw error
  }
}

export interface AutonomyStanding {
  readonly orders: Standing
  readonly breaker: BreakerStanding
  /** Automatic applications within the last 24 hours, and how many there may be. */
  readonly appliedToday: number
  readonly perDay: number
  readonly alerts: readonly Alert[]
}

/** For commands that only look: where automation stands, by HEAD's configuration. */
export async function describeAutonomy(invocation: Invocation, { target, options }: Place): Promise<AutonomyStanding> {
  const rules = await rulesOfHead(invocation, { target, options })
  const fold = new AutonomyFold()
  const alerts = new AlertFold(rules.breaker)
  for await (const event of target.index.ofKinds(autonomyKinds)) {
    fold.apply(event)
    alerts.apply(event)
  }
  const now = invocation.clock().getTime()
  return { orders: await standingOf(target), breaker: fold.breaker(rules, now), appliedToday: fold.appliedToday(now), perDay: rules.perDay, alerts: alerts.alerts }
}

async function rulesOfHead(invocation: Invocation, { target, options }: Place): Promise<AutomationRules> {
  const baseline = await target.findCommit('HEAD')
  try {
    return automationRules(baseline === null ? {} : (await loadTargetConfig(invocation, { target, options, baseline: baseline.id })).config)
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError || error instanceof WorkspaceError) return automationRules({})
    throw error
  }
}
