import type { SuiteSides } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { MetricRule } from '../decision/decision.ts'
import { isProven, nextLook } from '../decision/monitor.ts'
import { jointLook, type ObjectivesRule } from '../decision/objectives.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { Accounting, LaunchResult, Sandbox } from '../sandbox/sandbox.ts'
import type { Config, MetricConfig } from '../target/config.ts'
import { compareOutputs } from './compare-outputs.ts'
import { countedLaunch } from './count-instructions.ts'
import type { CountingChoice, CountingMethod } from './counting-method.ts'
import type { CountFacts, LaunchCost, LaunchPair, MetricFacts, OutputComparison } from './evaluation.ts'
import { drawSeed, launchEnvironment } from './launch-environment.ts'
import { stepLaunch, stepLimits, type LaunchTree, type StepLaunch } from './launch-plan.ts'
import { metricFigure, metricTrust, metricUnit } from './metric-figure.ts'
import { printedText } from './printed-text.ts'
import { readTasks, type HeldOutLists } from './read-tasks.ts'
import { suiteTrust, takeTask } from './take-task.ts'
import type { Arms } from './run-oracle.ts'
import { takeCounts } from './take-counts.ts'

export interface MeasureRequest {
  readonly config: Config
  readonly rules: Readonly<Record<string, MetricRule>>
  readonly arms: Arms
  /** Needed where a metric has a suite. */
  readonly suites?: SuiteSides | null
  /** Needed where a metric has held-out tasks. */
  readonly lists?: HeldOutLists
  /** Judged as a whole: tasks that are held out take the place of those that the search sees. */
  readonly thorough?: boolean
  /** A second copy of the baseline that takes the candidate's place in null pairs, one after every so many pairs; null: there are none. */
  readonly copy: { readonly tree: LaunchTree; readonly every: number } | null
  readonly random: Random
  readonly onPair: (metric: string, pairs: number) => void
  /** What counts instructions here; asked only where they are counted. Absent: valgrind. */
  readonly counting?: CountingChoice
}

/** Metrics that share a command share its launches; what still differs is only which figure is read off. */
interface Series {
  readonly name: string
  readonly metric: MetricConfig
  readonly rule: MetricRule
  readonly pairs: LaunchPair[]
  readonly nullPairs: LaunchPair[]
  /** Of a pass rate: its tasks in the order in which they are asked. */
  tasks: readonly string[]
  readonly taskRuns: TaskRun[]
  accounting: Accounting
  outputs: OutputComparison
  counts: CountFacts | null
  readonly counting: CountingMethod
  problem: MetricFacts['problem']
}

/**
 * Measures every metric by launch pairs until each is settled. Objectives come first; once one metric has decided against
 * the candidate, the rest is not measured: nothing could accept it any more.
 */
export async function measureMetrics(sandbox: Sandbox, request: MeasureRequest, signal: AbortSignal): Promise<readonly MetricFacts[]> {
  const doesCount = Object.entries(request.rules).some(([name, rule]) => rule.counts !== undefined || request.config.metrics[name]?.measure === 'instructions')
  const counting = doesCount ? await request.counting?.of(sandbox, request.arms.baseline, signal) : undefined
  const groups = groupByLaunch(request, counting ?? 'valgrind')
  const measured: Series[] = []
  const how = request.config.accept.objectives
  const isJoint = (group: readonly Series[]): boolean => how !== 'all' && group.some(({ rule }) => rule.role === 'objective')
  const joint = groups.filter(isJoint)
  measured.push(...joint.flat())
  if (how !== 'all' && !(await measureJointly(sandbox, { request, groups: joint, how }, signal))) return measured.map(facts)
  for (const group of groups.filter((group) => !isJoint(group))) {
    measured.push(...group)
    const goOn = await measureGroup(sandbox, { request, group }, signal)
    if (!goOn) break
  }
  return measured.map(facts)
}

function groupByLaunch({ config, rules }: MeasureRequest, counting: CountingMethod): readonly (readonly Series[])[] {
  const entries = Object.entries(config.metrics).flatMap(([name, metric]): Series[] => {
    const rule = rules[name]
    return rule === undefined ? [] : [{ name, metric, rule, pairs: [], nullPairs: [], tasks: [], taskRuns: [], accounting: 'sampled', outputs: metricTrust(metric) === 'reported' ? 'reported' : 'silent', counts: null, counting, problem: null }]
  })
  const ordered = [...entries.filter((s) => s.rule.role === 'objective'), ...entries.filter((s) => s.rule.role === 'guard')]
  const groups = Map.groupBy(ordered, ({ metric, rule }) => JSON.stringify([metric.run, metric.timeout ?? null, metric.file ?? null, metric.measure === 'instructions', metric.measure === 'pass-rate' ? [metric.tasks, metric.heldOut, metric.suite, metric.model, metric.trajectory, metric.calls, metric.bridge, rule.stages] : null]))
  return [...groups.values()]
}

/** True when nothing in the group has decided against the candidate. */
async function measureGroup(
  sandbox: Sandbox,
  { request, group }: { readonly request: MeasureRequest; readonly group: readonly Series[] },
  signal: AbortSignal,
): Promise<boolean> {
  await listTasks(request, group)
  await count(sandbox, { request, group, goal: 'lead' }, signal)
  for (;;) {
    await measurePair(sandbox, { request, group }, signal)
    await measureNullPair(sandbox, { request, group }, signal)
    if (signal.aborted || group.some((series) => series.problem !== null)) return false
    const looks = group.map((series) => nextLook(series.pairs, series.rule, beside(series)).status)
    request.onPair(group[0]?.name ?? '', group[0]?.pairs.length ?? 0)
    if (looks.some((status) => status === 'worse' || status === 'futile' || status === 'limit')) return false
    if (!looks.every((status) => status === 'proven')) continue
    await count(sandbox, { request, group, goal: 'vote' }, signal)
    return group.every((series) => isProven({ ...beside(series), pairs: series.pairs }, series.rule))
  }
}

/** Objectives that answer for each other are measured in rounds, one pair of each, so that they can be weighed pair by pair. */
async function measureJointly(
  sandbox: Sandbox,
  { request, groups, how }: { readonly request: MeasureRequest; readonly groups: readonly (readonly Series[])[]; readonly how: Exclude<ObjectivesRule, 'all'> },
  signal: AbortSignal,
): Promise<boolean> {
  const all = groups.flat()
  for (let round = 0; round < request.config.accept.maximumPairs; round++) {
    for (const group of groups) {
      await measurePair(sandbox, { request, group }, signal)
      await measureNullPair(sandbox, { request, group }, signal)
      if (signal.aborted || group.some((series) => series.problem !== null)) return false
      request.onPair(group[0]?.name ?? '', round + 1)
    }
    const { status } = jointLook(all.map(({ name, pairs }) => ({ name, pairs })), request.rules, how)
    const guards = all.filter(({ rule }) => rule.role === 'guard').map(({ pairs, rule }) => nextLook(pairs, rule).status)
    const statuses = [status, ...guards]
    if (statuses.some((one) => one === 'worse' || one === 'futile' || one === 'limit')) return false
    if (statuses.every((one) => one === 'proven')) return true
  }
  return false
}

/** Tasks come in an order of our own: an early stop must not rest on the easy ones. */
async function listTasks({ arms, random, suites, lists, thorough = false }: MeasureRequest, group: readonly Series[]): Promise<void> {
  const [sample] = group
  if (sample?.metric.measure !== 'pass-rate') return
  const isSuite = sample.metric.suite !== undefined
  const all = isSuite && suites !== undefined && suites !== null ? await suites.tasks(sample.metric) : await readTasks(sample.metric, { tree: arms.baseline, lists }, thorough)
  const order = random.shuffle(all).slice(0, sample.rule.stages?.at(-1))
  for (const series of group) series.tasks = order
}

/** Everything but its pairs that a look at a metric needs. */
function beside({ counts, tasks }: Series): Pick<MetricFacts, 'counts' | 'tasks'> {
  return { counts, ...(tasks.length === 0 ? {} : { tasks: tasks.length }) }
}

/** Counts that lead come before the first pair; those that only vote when there is something to confirm. The objectives of a group share a command, and so their counts. */
async function count(
  sandbox: Sandbox,
  { request, group, goal }: { readonly request: MeasureRequest; readonly group: readonly Series[]; readonly goal: 'vote' | 'lead' },
  signal: AbortSignal,
): Promise<void> {
  const counted = group.filter(({ rule }) => rule.role === 'objective' && rule.counts !== undefined && (goal === 'vote' || rule.counts === 'lead'))
  const [sample] = counted
  if (sample === undefined) return
  const { config, arms, random } = request
  const facts = await takeCounts(sandbox, { config, metric: sample.metric, rule: sample.rule, arms, random, known: sample.counts, goal, counting: sample.counting }, signal)
  for (const series of counted) series.counts = facts
}

async function measurePair(
  sandbox: Sandbox,
  { request, group }: { readonly request: MeasureRequest; readonly group: readonly Series[] },
  signal: AbortSignal,
): Promise<void> {
  const { config, arms } = request
  const { metric: sample, counting } = group[0] ?? {}
  if (sample === undefined || counting === undefined) return
  const task = group[0]?.tasks[group[0].pairs.length]
  if (sample.suite !== undefined && task !== undefined) return measureTask(request, { group, task }, signal)
  const { seed, first, baseline, candidate, launch } = await launchPair(sandbox, { request, sample: { metric: sample, counting }, arms, task }, signal)
  for (const series of group) record(series, { seed, first, baseline, candidate, ...(task === undefined ? {} : { task }), ...(isTold(request, group) ? { printed: { baseline: printedText(baseline.stdout), candidate: printedText(candidate.stdout) } } : {}) })
  if (group.some((series) => series.problem !== null)) return
  const outputs = await compareOutputs({ known: group[0]?.outputs ?? 'silent', baseline, candidate, again: () => launch(arms.baseline) })
  for (const series of group) if (series.outputs !== 'reported') series.outputs = outputs
  // A command that is an oracle as well answers for the same seed, also where the figure is what it prints: a launch that is only fast must not get by.
  const isOracle = config.oracle.some((oracle) => oracle.run === sample.run) && !Buffer.from(baseline.stdout).equals(candidate.stdout)
  if (outputs !== 'differs' && !isOracle) return
  for (const series of group) series.problem ??= { side: 'candidate', detail: `for seed ${seed} it printed something else than the baseline` }
}

/** Tasks of an evaluation that proposers are told of; more would only fill the journal. */
const mostTold = 64

/** Whether proposers may see what was printed for the next task: in a search, also where its verdicts are offers, because then no task is held out. */
function isTold({ config, thorough = false }: MeasureRequest, [sample]: readonly Series[]): boolean {
  return (!thorough || !config.accept.confirm) && sample !== undefined && sample.tasks.length > 0 && sample.pairs.length < mostTold && config.metrics[sample.name]?.suite === undefined
}

/** One task of a suite, given to both sides. */
async function measureTask({ suites, random }: MeasureRequest, { group, task }: { readonly group: readonly Series[]; readonly task: string }, signal: AbortSignal): Promise<void> {
  const [sample] = group
  if (suites === undefined || suites === null || sample === undefined) throw new TypeError('nothing here can run an agent')
  const first = random.next() < 0.5 ? 'baseline' : 'candidate'
  const taken = await takeTask(suites, { name: sample.name, metric: sample.metric, task, first }, signal)
  for (const series of group) {
    if (taken.kind === 'trouble') series.problem = taken.problem
    else {
      series.pairs.push(taken.pair)
      series.taskRuns.push(...taken.runs)
      series.problem = taken.problem
    }
  }
}

/** A pair like any other, in which there is nothing to find. What fails in it says nothing and is left out. */
async function measureNullPair(
  sandbox: Sandbox,
  { request, group }: { readonly request: MeasureRequest; readonly group: readonly Series[] },
  signal: AbortSignal,
): Promise<void> {
  const { arms, copy } = request
  const [series] = group
  if (copy === null || series === undefined || series.tasks.length > 0 || series.pairs.length % copy.every !== 0 || group.some(({ problem }) => problem !== null)) return
  const pair = await launchPair(sandbox, { request, sample: series, arms: { baseline: arms.baseline, candidate: copy.tree }, task: undefined }, signal)
  for (const one of group) {
    const [baseline, candidate] = [metricFigure(one.metric, pair.baseline, one.counting), metricFigure(one.metric, pair.candidate, one.counting)]
    if ('value' in baseline && 'value' in candidate) one.nullPairs.push({ seed: pair.seed, first: pair.first, baseline: baseline.value, candidate: candidate.value })
  }
}

interface LaunchedPair {
  readonly seed: number
  readonly first: LaunchPair['first']
  readonly baseline: LaunchResult
  readonly candidate: LaunchResult
  readonly launch: (tree: LaunchTree) => Promise<LaunchResult>
}

/** Fresh processes of both sides with one new seed, in random order. */
async function launchPair(
  sandbox: Sandbox,
  { request: { config, random }, sample: { metric, counting }, arms, task }: { readonly request: MeasureRequest; readonly sample: Pick<Series, 'metric' | 'counting'>; readonly arms: Arms; readonly task: string | undefined },
  signal: AbortSignal,
): Promise<LaunchedPair> {
  const seed = drawSeed(random)
  const first = random.next() < 0.5 ? 'baseline' : 'candidate'
  const environment = { ...launchEnvironment(seed, random), ...(task === undefined ? {} : { RATCHET_TASK: task }) }
  const stepOf = (tree: LaunchTree): StepLaunch => ({ command: metric.run, tree, limits: stepLimits(config, metric.timeout), environment, collect: metric.file })
  const launch = (tree: LaunchTree): Promise<LaunchResult> =>
    sandbox.launch(metric.measure === 'instructions' ? countedLaunch(stepOf(tree), counting) : stepLaunch(stepOf(tree)), signal)
  const one = await launch(arms[first])
  const other = await launch(arms[first === 'baseline' ? 'candidate' : 'baseline'])
  const [baseline, candidate] = first === 'baseline' ? [one, other] : [other, one]
  return { seed, first, baseline, candidate, launch }
}

function costOf({ usage }: LaunchResult): LaunchCost {
  return [usage.cpuMs, usage.wallMs, usage.peakMemoryBytes]
}

function record(
  series: Series,
  pair: Pick<LaunchPair, 'seed' | 'task' | 'first' | 'printed'> & { readonly baseline: LaunchResult; readonly candidate: LaunchResult },
): void {
  const baseline = metricFigure(series.metric, pair.baseline, series.counting)
  const candidate = metricFigure(series.metric, pair.candidate, series.counting)
  series.accounting = pair.candidate.usage.accounting
  series.pairs.push({
    seed: pair.seed,
    first: pair.first,
    ...(pair.task === undefined ? {} : { task: pair.task }),
    ...(pair.printed === undefined ? {} : { printed: pair.printed }),
    baseline: 'value' in baseline ? baseline.value : null,
    candidate: 'value' in candidate ? candidate.value : null,
    cost: { baseline: costOf(pair.baseline), candidate: costOf(pair.candidate) },
  })
  if ('problem' in baseline) series.problem = { side: 'baseline', detail: baseline.problem }
  else if ('problem' in candidate) series.problem = { side: 'candidate', detail: candidate.problem }
}

function facts(series: Series): MetricFacts {
  return {
    name: series.name,
    unit: metricUnit(series.metric),
    role: series.rule.role,
    pairs: series.pairs,
    ...(series.tasks.length === 0 ? {} : { tasks: series.tasks.length }),
    ...(series.taskRuns.length === 0 ? {} : { taskRuns: series.taskRuns }),
    ...(series.nullPairs.length === 0 ? {} : { nullPairs: series.nullPairs }),
    accounting: series.accounting,
    trust: series.taskRuns.length === 0 ? metricTrust(series.metric) : suiteTrust(series.taskRuns),
    outputs: series.outputs,
    ...(series.metric.measure === 'instructions' && series.counting === 'hardware' ? { counting: series.counting } : {}),
    ...(series.counts === null ? {} : { counts: series.counts }),
    problem: series.problem,
  }
}
