import type { Command } from 'commander'
import type { Invocation } from '../invocation.ts'
import { registerApply } from './apply.ts'
import { registerApprove } from './approve.ts'
import { registerBenchmark } from './benchmark.ts'
import { registerConstitution } from './constitution.ts'
import { registerDefer } from './defer.ts'
import { registerDoctor } from './doctor.ts'
import { registerEdit } from './edit.ts'
import { registerEstimate } from './estimate.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerInit } from './init.ts'
import { registerKeys } from './keys.ts'
import { registerLog } from './log.ts'
import { registerMcp } from './mcp.ts'
import { registerModels } from './models.ts'
import { registerMetrics } from './metrics.ts'
import { registerOpportunities } from './opportunities.ts'
import { registerPause, registerResume, registerStop } from './orders.ts'
import { registerProposals } from './proposals.ts'
import { registerPropose } from './propose.ts'
import { registerPrune } from './prune.ts'
import { registerReject } from './reject.ts'
import { registerReport } from './report.ts'
import { registerResearch } from './research.ts'
import { registerRevert } from './revert.ts'
import { registerRun } from './run.ts'
import { registerShow } from './show.ts'
import { registerStatus } from './status.ts'
import { registerVerify } from './verify.ts'

export type Register = (program: Command, invocation: Invocation) => void

/** In the order of the help text. */
const registrations: readonly Register[] = [
  registerInit,
  registerConstitution,
  registerDoctor,
  registerModels,
  registerResearch,
  registerEstimate,
  registerOpportunities,
  registerRun,
  registerPause,
  registerResume,
  registerStop,
  registerEvaluate,
  registerBenchmark,
  registerPropose,
  registerStatus,
  registerProposals,
  registerShow,
  registerApprove,
  registerReject,
  registerDefer,
  registerEdit,
  registerApply,
  registerRevert,
  registerLog,
  registerVerify,
  registerKeys,
  registerPrune,
  registerMetrics,
  registerReport,
  registerMcp,
]

export function registerCommands(program: Command, invocation: Invocation): void {
  for (const register of registrations) register(program, invocation)
}
