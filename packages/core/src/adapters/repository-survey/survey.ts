import type { TestConfig } from '../../target/config.ts'

/** The repository as the survey sees it: names, and the text of a few files. */
export interface RepositoryFiles {
  /** Every path of the tree, `/`-separated. */
  readonly paths: readonly string[]
  /** Text of one of them; null when it does not exist or is no text. */
  read(path: string): Promise<string | null>
}

/** A proposed setting with the reason for it, one sentence for a person. */
export interface SurveyedCommand {
  readonly run: string
  readonly reason: string
}

export interface SurveyedSetup extends SurveyedCommand {
  /** Names of variables without which this machine reaches no registry (certificates, proxies); setup gets no others. */
  readonly environment: readonly string[]
}

export interface SurveyedBenchmark extends SurveyedCommand {
  /** Source files of the program, where the command does not name them. */
  readonly sources?: readonly string[]
}

export interface SurveyedTest extends SurveyedCommand {
  readonly report: TestConfig['report']
  readonly reportFile?: string
}

export interface RecognisedSurvey {
  readonly kind: 'recognised'
  /** Globs for target.edit; at least one, and each opens at least one file. */
  readonly edit: readonly string[]
  /** Globs for target.protect, written out for the reader although most are protected anyway. */
  readonly protect: readonly string[]
  readonly setup: SurveyedSetup | null
  readonly build: SurveyedCommand | null
  readonly tests: readonly [SurveyedTest, ...SurveyedTest[]]
  /** A benchmark that does a fixed amount of work; null when the tests themselves have to be measured. */
  readonly benchmark: SurveyedBenchmark | null
  /** What a person should know or check, one sentence each. */
  readonly notes: readonly string[]
}

export interface UnrecognisedSurvey {
  readonly kind: 'unrecognised'
  /** What could not be found, one phrase each. */
  readonly missing: readonly string[]
}

export type Survey = RecognisedSurvey | UnrecognisedSurvey

/** What one kind of project (Node, Python, CMake, make) found about itself, before it is checked as a whole. */
export interface ProjectFindings {
  readonly sources: readonly string[]
  readonly setup: SurveyedCommand | null
  readonly build: SurveyedCommand | null
  readonly tests: readonly SurveyedTest[]
  readonly benchmark: SurveyedBenchmark | null
  readonly notes: readonly string[]
}
