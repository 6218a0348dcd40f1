import type { Command } from 'commander'
import type { Invocation } from '../invocation.ts'

export type Register = (program: Command, invocation: Invocation) => void

/** By the word that calls it, in the order of the help text. Each is loaded when it is called: all of them together are most of what starting takes. */
const registrations: Readonly<Record<string, () => Promise<Register>>> = {
  init: async () => (await import('./init.ts')).registerInit,
  constitution: async () => (await import('./constitution.ts')).registerConstitution,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  models: async () => (await import('./models.ts')).registerModels,
  research: async () => (await import('./research.ts')).registerResearch,
  estimate: async () => (await import('./estimate.ts')).registerEstimate,
  opportunities: async () => (await import('./opportunities.ts')).registerOpportunities,
  run: async () => (await import('./run.ts')).registerRun,
  pause: async () => (await import('./orders.ts')).registerPause,
  resume: async () => (await import('./orders.ts')).registerResume,
  stop: async () => (await import('./orders.ts')).registerStop,
  evaluate: async () => (await import('./evaluate.ts')).registerEvaluate,
  benchmark: async () => (await import('./benchmark.ts')).registerBenchmark,
  propose: async () => (await import('./propose.ts')).registerPropose,
  status: async () => (await import('./status.ts')).registerStatus,
  proposals: async () => (await import('./proposals.ts')).registerProposals,
  show: async () => (await import('./show.ts')).registerShow,
  approve: async () => (await import('./approve.ts')).registerApprove,
  reject: async () => (await import('./reject.ts')).registerReject,
  defer: async () => (await import('./defer.ts')).registerDefer,
  edit: async () => (await import('./edit.ts')).registerEdit,
  apply: async () => (await import('./apply.ts')).registerApply,
  revert: async () => (await import('./revert.ts')).registerRevert,
  log: async () => (await import('./log.ts')).registerLog,
  verify: async () => (await import('./verify.ts')).registerVerify,
  keys: async () => (await import('./keys.ts')).registerKeys,
  prune: async () => (await import('./prune.ts')).registerPrune,
  metrics: async () => (await import('./metrics.ts')).registerMetrics,
  report: async () => (await import('./report.ts')).registerReport,
  mcp: async () => (await import('./mcp.ts')).registerMcp,
}

/** `first`: the first word of the command line. Anything but a command or the version (help, a slip of the finger) is answered with all of them. */
export async function registerCommands(program: Command, invocation: Invocation, first: string | undefined): Promise<void> {
  if (first === '--version' || first === '-V') return
  const called = first !== undefined && Object.hasOwn(registrations, first) ? registrations[first] : undefined
  for (const load of called === undefined ? Object.values(registrations) : [called]) (await load())(program, invocation)
}
