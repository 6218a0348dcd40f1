import { randomInt } from 'node:crypto'
import type { EarlyObservation, EventBodies, Heed, Lane, ProposalDocument, ProposalId, RunId, RunMode, ProposerSetting, RunPorts, RunState, SearchEnd, StrategyName } from '@ratchet/core'
import { AutonomyError } from '@ratchet/core/autonomy/autonomy-error'
import { isStricter, runModes, strictestMode } from '@ratchet/core/autonomy/run-mode'
import { commonRefusal, type CommonRefusal } from '@ratchet/core/cycle/common-refusal'
import { proposalDocument } from '@ratchet/core/cycle/proposal-document'
import { foldProposals } from '@ratchet/core/cycle/proposal-record'
import { refusePrunedRun } from '@ratchet/core/cycle/refuse-pruned'
import { resumeRun, startRun } from '@ratchet/core/cycle/start-run'
import { divideCores } from '@ratchet/core/sandbox/lane'
import { SandboxError } from '@ratchet/core/sandbox/sandbox'
import { proposerNames, strategyNames } from '@ratchet/core/target/config'
import { WorkspaceError } from '@ratchet/core/workspace/workspace'
import { oneOf, positiveNumber, wholeNumber } from '../argument.ts'
import type * as automating from '../automate.ts'
import type { Automation } from '../automate.ts'
import { openJudge, provePinning, readCores, type OpenJudge } from '../compose.ts'
import { observeEarly } from '../compose-early.ts'
import type * as searching from '../compose-search.ts'
import { openTarget, type OpenTarget } from '../compose-target.ts'
import { proposerSeparator, selfName } from '../proposer-names.ts'
import { heed, heeding, requireGoing, standingOf } from '../compose-orders.ts'
import { faint, strong } from '../console.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Invocation } from '../invocation.ts'
import { openRunModels, planModels, recordedRun, type ModelPlan, type RunModels } from '../plan-models.ts'
import { renderNothingProposed } from '../rendering/nothing-proposed.ts'
import { createProgress, type Progress } from '../rendering/progress.ts'
import { renderVerdict } from '../rendering/verdict.ts'
import { withTarget, type TargetOptions } from '../target-options.ts'
import { UsageError } from '../usage-error.ts'
import type { Register } from './register-commands.ts'

interface RunOptions extends TargetOptions {
  readonly evaluations?: number
  readonly hours?: number
  readonly usd?: number
  readonly proposer?: ProposerSetting
  readonly replay?: string | true
  readonly strategy?: StrategyName
  readonly seed?: number
  readonly mode?: RunMode
  readonly once?: boolean
  readonly resume?: string
  readonly workers?: number
}

export const registerRun: Register = (program, invocation) => {
  withTarget(program.command('run'))
    .description('search for an improvement, or for a repair where tests fail, prove it, and offer it as a proposal')
    .option('--evaluations <n>', 'proposals to evaluate at most', wholeNumber('--evaluations', 1))
    .option('--hours <h>', 'stop searching after this much evaluation time', positiveNumber('--hours'))
    .option('--usd <x>', 'spend at most this many dollars on models, besides what the configuration allows (the genetic proposer spends nothing)', positiveNumber('--usd'))
    .option('--proposer <name>', `who proposes instead of those of the configuration: ${proposerNames.join(', ')}`, oneOf('--proposer', proposerNames))
    .option('--replay [dir]', 'make a recorded run again: models are answered for from its transcripts, without network or cost (default: the last such run of this repository)')
    .option('--strategy <name>', `how parents are chosen: ${strategyNames.join(', ')}`, oneOf('--strategy', strategyNames))
    .option('--seed <n>', 'same seed, same proposals as long as profile and verdicts are the same (default: a fresh one)', wholeNumber('--seed', 0))
    .option('--mode <mode>', 'who applies what is found: propose (a person), supervised (the run, once people approve), autonomous (the run, what the constitution allows); default: as configured, else propose', oneOf('--mode', runModes))
    .option('--once', 'evaluate one proposal (of a resumed run: the next one that is open) and stop')
    .option('--workers <n>', 'evaluations side by side, each on cores of its own (default: as many as search.lookahead and the cores allow)', wholeNumber('--workers', 1))
    .option('--resume <run>', 'continue an interrupted run exactly where it stopped')
    .action((options: RunOptions) => run(invocation, options))
}

async function run(invocation: Invocation, options: RunOptions): Promise<void> {
  refuseMixedResume(options)
  const found = await find(invocation, options)
  const { started, winner, automating } = found
  const mode = started.mode ?? 'propose'
  // The target is closed by now: who answers, and who gives orders, finds the journal free.
  const automation = winner === null || automating === null || mode === 'propose' ? null : await automating.automate(invocation, { options, run: started.run, mode, proposal: winner.id })
  conclude(invocation, found, automation)
}

interface Found {
  readonly started: EventBodies['run-started']
  readonly evaluated: number
  readonly end: SearchEnd
  readonly winner: ProposalDocument | null
  /** What applies by itself, loaded before there is anything to apply: never the code of a change. Null where a person does it. */
  readonly automating: typeof automating | null
  /** Better than the winner, and asked about. */
  readonly beside: ProposalDocument | null
  /** Why every step was refused; null where anything was proposed. */
  readonly refusal: CommonRefusal | null
}

async function find(invocation: Invocation, options: RunOptions): Promise<Found> {
  await using target = await openTarget(invocation, options, 'write')
  requireGoing(await standingOf(target), 'no run is begun')
  await using orders = heed(invocation, target)
  const { signal } = orders
  using progress = createProgress(invocation.console, invocation.stderr, Date.now)
  const resumed = options.resume === undefined ? null : await target.findRun(options.resume)
  const recorded = await recordedRun(invocation, options, resumed)
  const baseline = resumed?.baseline ?? recorded?.started.baseline ?? (await target.workspace.revisions.commit('HEAD')).id
  await using judge = await openJudge(invocation, { target, options, baseline, observe: progress.observe, pins: true }, signal)
  const mode = modeOf(invocation, judge, resumed === null ? options.mode : (resumed.mode ?? 'propose'))
  const automating = mode === 'propose' ? null : await import('../automate.ts')
  const lanes = await lanesOf(invocation, options.workers, resumed === null ? (recorded?.started.lookahead ?? judge.ports.config.search.lookahead) : (resumed.lookahead ?? 1))
  await using early = resumed === null ? observeEarly(target, judge, signal) : null
  const examined = heeding(orders, () => goalOf(judge, signal))
  const searching = await loadMeanwhile(judge, examined)
  const { goal, failing } = await examined
  const plan = await planModels(invocation, { judge, goal, options, resumed, recorded })
  await refuseUnready(judge, { target, goal, names: plan.names, searching })
  const state = resumed === null ? await start(judge, { target, goal, mode, options, plan }) : await resume(target, judge, { run: resumed.run, searching })
  const models = await openRunModels(invocation, { target, judge, state, plan, failing })
  const { started } = state
  progress.observe({ kind: 'run-started', run: state.run, seed: started.seed, baseline: started.baseline, evaluations: started.evaluations, evaluated: state.evaluated })
  const end = await search(invocation, { target, judge, searching, state, lanes, once: options.once === true, progress, orders, early: goal === 'improve' ? early : null, names: plan.names, models })
  const { winner = null, beside = null } = end === 'interrupted' ? {} : (state.finished ?? {})
  // Read only where there can be one: the journal of a long run is long.
  const refusal = end === 'interrupted' || state.evaluated > 0 ? null : await commonRefusal(target.index, state.run)
  return { started, evaluated: state.evaluated, end, refusal, winner: await documentOf(target, winner), beside: await documentOf(target, beside), automating }
}

type Searching = typeof searching

/** What proposes, screens and searches is loaded while the sandbox tests the baseline. */
async function loadMeanwhile({ begun }: OpenJudge, examined: Promise<unknown>): Promise<Searching> {
  // Who waits for it hears of a failure.
  await Promise.race([Promise.allSettled([examined]), begun])
  return await import('../compose-search.ts')
}

/** The stricter of configuration and constitution is the most that a run may do. */
function modeOf({ console }: Invocation, { ports: { config, constitution } }: OpenJudge, asked: RunMode | undefined): RunMode {
  const ceiling = strictestMode(config.autonomy?.mode, constitution?.highestMode)
  if (asked !== undefined && isStricter(ceiling, asked)) {
    throw new AutonomyError('mode-forbidden', `this target allows runs no more than mode ${ceiling}, and ${asked} was asked for`, { remedy: 'It is `autonomy.mode` in the configuration, or `escalation_policy.mode` in the constitution, that says so.' })
  }
  const mode = asked ?? strictestMode(config.autonomy?.mode ?? 'propose', ceiling)
  if (mode === 'autonomous' && (constitution ?? null) === null) console.note('note: without a constitution nothing is allowed freely: whatever this run finds waits for a person')
  return mode
}

function refuseMixedResume(options: RunOptions): void {
  if (options.resume === undefined) return
  const fixed = (['evaluations', 'hours', 'usd', 'strategy', 'seed', 'proposer', 'mode'] as const).filter((name) => options[name] !== undefined)
  if (fixed.length === 0) return
  throw new UsageError('bad-argument', `--resume continues with what the run was started with; drop ${fixed.map((name) => `--${name}`).join(', ')}`)
}

/** Said before anything is begun: what is asked for here cannot be had later either. */
async function lanesOf({ environment }: Invocation, workers: number | undefined, lookahead: number): Promise<readonly Lane[]> {
  if (workers !== undefined && workers > lookahead) {
    throw new UsageError('bad-argument', `--workers ${workers} is more than the ${lookahead === 1 ? 'one proposal that is' : `${lookahead} proposals that are`} open at a time`, {
      remedy: 'Set `lookahead` under search in the configuration, and start a new run.',
    })
  }
  const cores = lookahead === 1 ? [] : await readCores()
  const lanes = divideCores(cores, workers ?? Math.max(1, Math.min(lookahead, cores.length)))
  if (lanes !== null) {
    await refuseUnpinned(environment, lanes)
    return lanes
  }
  throw new UsageError('bad-argument', `--workers ${workers} is more than the ${cores.length} cores of this machine: evaluations that share one would measure each other`, { remedy: `Give at most ${cores.length}.` })
}

/** Otherwise the first launch would fail, after the baseline has been tested and proposals have been made. */
async function refuseUnpinned(environment: Invocation['environment'], lanes: readonly Lane[]): Promise<void> {
  if (lanes.every((lane) => lane === null)) return
  const pinning = await provePinning(environment)
  if (!pinning.works) throw new SandboxError('sandbox-unavailable', `${lanes.length} evaluations side by side need cores of their own, which takes the program taskset: ${pinning.detail}`, { remedy: pinning.remedy })
}

type Goal = 'improve' | 'repair'

/** What this run is for: where tests of the baseline fail there is nothing to hold an improvement against, but something to repair. */
async function goalOf({ ports, baseline }: OpenJudge, signal: AbortSignal): Promise<{ readonly goal: Goal; readonly failing: string }> {
  const { goal } = ports.config.search
  const trouble = await ports.evaluator.examineBaseline(baseline, signal)
  if (trouble === null) {
    if (goal === 'repair') throw new UsageError('nothing-to-do', 'every test of the baseline passes, so there is nothing to repair', { remedy: 'Write a test that shows the fault, or remove `goal: repair` under search.' })
    return { goal: 'improve', failing: '' }
  }
  if (trouble.stage === 'tests' && goal !== 'improve') return { goal: 'repair', failing: `${trouble.summary}\n${trouble.tail}` }
  throw new UsageError('baseline-fails', `the ${trouble.stage === 'build' ? 'build' : 'tests'} of the baseline ${trouble.stage === 'build' ? 'fails' : 'fail'}, so nothing can be proven on it: ${trouble.summary}\n${trouble.tail}`, {
    remedy: 'Run the command in a clean checkout; `ratchet doctor` shows what a command finds in the sandbox.',
  })
}

/** A search on what cannot be searched would only spend its budget: said before anything is begun. */
async function refuseUnready({ ports, baseline }: OpenJudge, { target, goal, names, searching }: { readonly target: OpenTarget; readonly goal: Goal; readonly names: readonly string[]; readonly searching: Searching }): Promise<void> {
  if (goal === 'improve' && Object.keys(ports.config.metrics).length === 0) {
    throw new UsageError('nothing-to-do', 'every test of the baseline passes, and there is no metric to improve', { remedy: 'Name something to improve under metrics.' })
  }
  const editable = (await target.workspace.revisions.entries(baseline)).map((entry) => entry.path).filter((file) => ports.scope.isEditable(file))
  // A model reads any text, and an agent may make the first file.
  const readsAll = ['llm', 'few-shot', selfName].some((name) => names.includes(name))
  if (editable.some(goal === 'repair' ? searching.isRepairable : searching.isReadableByGenetic) || (readsAll && editable.length > 0) || names.includes('agent')) return
  const read = goal === 'repair' ? 'one that the repair proposer reads: JavaScript, TypeScript, Python, C or C++' : 'one that the genetic proposer reads: JavaScript, TypeScript, Python, C, C++, or settings'
  throw new UsageError('nothing-to-edit', `none of the ${editable.length} files under target.edit is ${read}`, {
    remedy: 'Name such files under target.edit, or judge changes of your own with `ratchet evaluate`.',
  })
}

async function start(judge: OpenJudge, { target, goal, mode, options, plan }: { readonly target: OpenTarget; readonly goal: Goal; readonly mode: RunMode; readonly options: RunOptions; readonly plan: ModelPlan }): Promise<RunState> {
  const again = plan.recorded?.started
  const isNew = again !== undefined && (await target.index.ids('run', again.run, 1)).length === 0
  return startRun(
    { journal: target.journal, revisions: target.workspace.revisions },
    {
      seed: options.seed ?? again?.seed ?? randomInt(2 ** 31),
      configDigest: judge.configDigest,
      evaluatorVersion: judge.evaluatorVersion,
      baseline: judge.baseline,
      strategy: options.strategy ?? again?.strategy ?? judge.ports.config.search.strategy,
      proposer: plan.names.join(proposerSeparator),
      goal,
      lookahead: again?.lookahead ?? judge.ports.config.search.lookahead,
      evaluations: options.evaluations ?? again?.evaluations ?? judge.ports.config.search.evaluations,
      wallMs: options.hours === undefined ? (again?.wallMs ?? null) : Math.round(options.hours * 3_600_000),
      tier: judge.sandbox.tier,
      ...(plan.models === null ? {} : { modelBudget: plan.models.limits }),
      ...(again === undefined ? {} : { replayed: true as const, recording: again.run }),
      ...((again === undefined ? judge.ports.config.search.followAsked : again.followsAsked === true) ? { followsAsked: true as const } : {}),
      ...(mode === 'propose' ? {} : { mode, ref: await branchOf(target) }),
    },
    // In a journal that has it already, a run gets an id of its own.
    isNew ? again.run : undefined,
  )
}

/** What HEAD names; null where it names none. */
async function branchOf({ workspace }: OpenTarget): Promise<string | null> {
  try {
    return (await workspace.branch.state(null)).ref
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === 'detached-head') return null
    throw error
  }
}

async function resume(target: OpenTarget, judge: OpenJudge, { run, searching }: { readonly run: RunId; readonly searching: Searching }): Promise<RunState> {
  await refusePrunedRun(target.index, run)
  return resumeRun({ revisions: target.workspace.revisions, journal: target.journal, index: target.index, snapshots: searching.snapshotsOf(target) }, run, judge)
}

/** While somebody has said to pause, no evaluation begins. */
function patient(evaluator: RunPorts['evaluator'], orders: Heed): RunPorts['evaluator'] {
  return {
    evaluate: async (request, signal) => {
      await orders.goOn()
      return evaluator.evaluate(request, signal)
    },
    examineBaseline: (baseline, signal) => evaluator.examineBaseline(baseline, signal),
    examineTasks: async (request, signal) => {
      await orders.goOn()
      return (await evaluator.examineTasks?.(request, signal)) ?? []
    },
    [Symbol.asyncDispose]: () => evaluator[Symbol.asyncDispose](),
  }
}

/** An interruption is an ordinary end: everything is in the journal already. */
async function search(
  invocation: Invocation,
  { target, judge, searching, state, lanes, once, progress, orders, early, names, models }: { readonly target: OpenTarget; readonly judge: OpenJudge; readonly searching: Searching; readonly state: RunState; readonly lanes: readonly Lane[]; readonly once: boolean; readonly progress: Progress; readonly orders: Heed; readonly early: EarlyObservation | null; readonly names: readonly string[]; readonly models: RunModels },
): Promise<SearchEnd> {
  const ports = searching.openRun(invocation, { target, judge, strategy: state.started.strategy as StrategyName, goal: state.started.goal ?? 'improve', lanes, observe: progress.observe, early, names, models })
  try {
    return await searching.runSearch({ ...ports, evaluator: patient(ports.evaluator, orders) }, state, { once }, orders.signal)
  } catch (error) {
    if (orders.signal.aborted) return 'interrupted'
    throw error
  }
}

function conclude(invocation: Invocation, { started, evaluated, end, winner, beside, automating, refusal }: Found, automation: Automation | null): void {
  const { console } = invocation
  if (console.json) console.document({ run: started.run, seed: started.seed, mode: started.mode ?? 'propose', end, evaluations: evaluated, winner, beside, automation, refusal })
  if (end === 'interrupted') {
    console.print(`stopped after ${evaluated} evaluations; nothing is lost. Continue with:\n  ratchet run --resume ${started.run}`)
    invocation.setExitCode(exitCodes.interrupted)
  } else if (winner !== null && automation !== null && automating !== null) {
    console.print(`${renderVerdict(winner)}\n\n${automating.automationText(automation, winner.id)}`)
    invocation.setExitCode(automation.kind === 'applied' ? exitCodes.done : exitCodes.approvalRequired)
  } else if (winner !== null && (winner.verdict === 'accepted' || winner.verdict === 'approval-required')) {
    console.print(`${renderVerdict(winner)}\n\n${nextSteps(winner)}`)
    invocation.setExitCode(winner.verdict === 'accepted' ? exitCodes.done : exitCodes.approvalRequired)
  } else {
    if (refusal !== null) console.print(renderNothingProposed(refusal))
    else console.print(`nothing to offer: ${evaluated} proposals evaluated, none ${started.goal === 'repair' ? 'repairs the failing tests' : 'proven better'}.\n${faint(`ratchet report tells what was tried (run ${started.run})`)}`)
    invocation.setExitCode(exitCodes.inconclusive)
  }
  if (beside !== null) console.print(`\n${strong('beside it')}, better as far as the search can tell:\n${renderVerdict(beside)}\n\n${nextSteps(beside)}`)
}

/** Who is asked looks first. */
function nextSteps({ id, verdict }: ProposalDocument): string {
  return `${strong('next')}  ratchet show ${id} --diff\n      ${verdict === 'accepted' ? `ratchet apply ${id}` : `ratchet approve ${id} --reason "..."`}`
}

async function documentOf(target: OpenTarget, id: ProposalId | null): Promise<ProposalDocument | null> {
  if (id === null) return null
  const record = (await foldProposals(target.index.ofProposal(id))).get(id)
  return record === undefined ? null : proposalDocument(record)
}
