import type { RecognisedSurvey, SurveyedCommand, SurveyedTest } from './survey.ts'

export interface RenderOptions {
  /** Path or URL of ratchet.schema.json; makes editors with the YAML language server complete and check the file. */
  readonly schema?: string
  /** Oracles that were found to work. */
  readonly oracles?: readonly ProposedOracle[]
}

export interface ProposedOracle extends SurveyedCommand {
  readonly cases: number
}

/** A commented `ratchet.yaml` that validates as it is. */
export function renderConfig(survey: RecognisedSurvey, options: RenderOptions = {}): string {
  const sections = [head(options), target(survey), setup(survey), build(survey), tests(survey), oracle(survey, options.oracles ?? []), metrics(survey), rest]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** The same choices as sentences for a person. */
export function explainSurvey(survey: RecognisedSurvey, oracles: readonly ProposedOracle[] = []): string[] {
  const of = ({ run, reason }: SurveyedCommand, what: string): string => `${what}: \`${run}\`, because ${reason}.`
  return [
    `May be edited: ${survey.edit.join(', ')}. Tests, lockfiles, runner and CI settings never are.`,
    ...(survey.setup === null ? ['No setup: nothing needs to be installed.'] : [of(survey.setup, 'Setup, once per lockfile'), ...setupVariables(survey.setup.environment)]),
    ...(survey.build === null ? [] : [of(survey.build, 'Build, for each candidate')]),
    ...survey.tests.map((test) => of(test, test.report === 'exit-code' ? 'Tests, judged by exit status' : `Tests, read as a ${test.report} report`)),
    survey.benchmark === null
      ? 'Objective: less CPU time of the test run, because no benchmark that does a fixed amount of work was found; a benchmark of the code that matters to you is better.'
      : of(survey.benchmark, 'Objective, less CPU time'),
    ...(oracles.length === 0
      ? ['No oracle yet: tests alone decide whether behaviour is kept. The commented example in the file shows how to add one.']
      : oracles.map((oracle) => `${of(oracle, 'Oracle, behaviour compared with the baseline')} It was tried on this commit; see that its inputs are those that matter.`)),
    ...survey.notes.map((note) => `Note: ${note}.`),
  ].map(plainLine)
}

function setupVariables(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`Setup is given ${names.join(', ')}, because they say how this machine reaches the network.`]
}

const oneSpace = ' '

function head(options: RenderOptions): readonly string[] {
  const modeline =
    options.schema === undefined
      ? ['# For completion and checks in editors with the YAML language server, make this the first line:', '#   # yaml-language-server: $schema=PATH/TO/ratchet.schema.json']
      : [`# yaml-language-server: $schema=${plainLine(options.schema)}`]
  return [...modeline, '# Configuration of Ratchet, written by `ratchet init`. Ratchet reads the committed version of this file.']
}

function target(survey: RecognisedSurvey): readonly string[] {
  return [
    'target:',
    '  # Files that proposals may change. Anything else needs approval.',
    ...list('edit', survey.edit),
    '  # Always taken from the trusted baseline, besides tests, lockfiles, runner and CI settings, and files named in commands below.',
    ...list('protect', survey.protect),
  ]
}

function list(name: string, globs: readonly string[]): readonly string[] {
  return globs.length === 0 ? [`  ${name}: []`] : [`  ${name}:`, ...globs.map((glob) => `    - ${quoted(glob)}`)]
}

function setup(survey: RecognisedSurvey): readonly string[] {
  if (survey.setup === null) return ['# setup: npm ci --ignore-scripts   # would run once per lockfile; what it adds is mounted read-only for every candidate']
  const why = comment(`Runs once per lockfile, with network; what it adds is mounted read-only for every candidate: ${survey.setup.reason}.`)
  const { run, environment } = survey.setup
  if (environment.length === 0) return [why, `setup: ${text(run)}`]
  return [why, 'setup:', `  run: ${text(run)}`, '  # How this machine reaches the network; where one of them is not set, setup does without.', `  environment: [${environment.join(', ')}]`]
}

function build(survey: RecognisedSurvey): readonly string[] {
  if (survey.build === null) return ['# build: npm run build   # would run once per candidate, in the sandbox, without network']
  return [comment(`Runs once per candidate, in the sandbox, without network: ${survey.build.reason}.`), `build: ${text(survey.build.run)}`]
}

function tests(survey: RecognisedSurvey): readonly string[] {
  return ['# Each must succeed, and every test that passed in the baseline must run and pass.', 'tests:', ...survey.tests.flatMap(testLines)]
}

function testLines(test: SurveyedTest): readonly string[] {
  const file = test.reportFile === undefined ? [] : [`    reportFile: ${text(test.reportFile)}`]
  return [`  ${comment(`${test.reason}.`)}`, `  - run: ${text(test.run)}`, `    report: ${test.report}`, ...file, '    timeout: 2m']
}

function oracle(survey: RecognisedSurvey, oracles: readonly ProposedOracle[]): readonly string[] {
  if (oracles.length > 0) {
    const lines = oracles.flatMap((found) => [`  ${comment(`${found.reason}.`)}`, `  - run: ${text(found.run)}`, `    cases: ${found.cases}`])
    return ['# Behaviour compared with the baseline on fresh inputs: results, thrown errors, changed arguments. What is fed in stands in the named files.', 'oracle:', ...lines]
  }
  const program = survey.tests[0].run.includes('python') ? 'python3 oracle.py' : 'node oracle.js'
  return [
    '# An oracle compares behaviour with the baseline on inputs that nobody could prepare for. It reads the number in the environment',
    '# variable RATCHET_SEED, derives inputs from it, calls your code, and prints one line of JSON for each: the same line for the same seed.',
    '# oracle:',
    `#   - run: ${program}`,
    '#     cases: 500',
  ]
}

function metrics(survey: RecognisedSurvey): readonly string[] {
  const measured = survey.benchmark ?? survey.tests[0]
  const why =
    survey.benchmark === null
      ? ['  # No benchmark was found, so the test run itself is measured. A benchmark of the code that matters to you, doing a fixed amount', '  # of work for about a second, finds more: most of the time of a test run is its runner.']
      : [`  ${comment(`${survey.benchmark.reason}. It should do a fixed amount of work, not run for a fixed time.`)}`]
  return [
    '# Objectives must improve, guards must not get worse. Every command gets a fresh RATCHET_SEED, the same for both sides.',
    'metrics:',
    ...why,
    '  speed:',
    `    run: ${text(measured.run)}`,
    '    measure: cpu-time',
    '    minimumEffect: 2%',
    '  # memory:',
    `  #   run: ${plainLine(text(measured.run))}`,
    '  #   measure: peak-memory',
    '  #   role: guard',
    '  #   margin: 5%',
  ]
}

const rest: readonly string[] = [
  '# Everything below is the default.',
  '# proposers: [genetic]',
  '# search: { strategy: ratchet, evaluations: 200 }',
  '# accept: { falseAcceptRate: 0.01, confirm: true, maximumPairs: 60 }',
  '# sandbox: { tier: namespace, memory: 2GiB, cpu: 60s, wall: 2m, processes: 64, disk: 512MiB, output: 8MiB }',
]

/** A plain scalar where that is certainly what it looks like, else a double-quoted one. */
function text(value: string): string {
  return /^[A-Za-z./][\w./=@,+-]*(?: [\w./=@,+&-]+)+$/.test(value) ? value : quoted(value)
}

/** JSON is YAML; what YAML takes for a line break or cannot hold unescaped is escaped as well. */
function quoted(value: string): string {
  return JSON.stringify(value).replaceAll(/[^\u0020-\u007e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function comment(sentence: string): string {
  return `# ${plainLine(sentence)}`
}

/** Names from the repository must not be able to end a comment or steer a terminal. */
function plainLine(sentence: string): string {
  return sentence.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, oneSpace).trim()
}
