import { configSchema } from '../../target/config.ts'
import type { Config } from '../../target/config.ts'
import { configDigest } from './config-digest.ts'
import { ConfigError } from '../../target/config-error.ts'
import type { ConfigSource } from './config-source.ts'
import { evaluateScript } from './evaluate-script.ts'
import { explainIssues } from './explain-issue.ts'
import { readYaml } from './read-yaml.ts'

export interface ConfigText {
  /** The file's text at the baseline commit (never the working tree's, which a candidate's author may have changed). */
  readonly text: string
  /** Path of the file; shown in problems, and its ending decides how it is read. */
  readonly path: string
  /** Stops the evaluation of a script; its process is killed. */
  readonly signal?: AbortSignal
  /** Wall-clock limit for evaluating a script, in ms; default 10 seconds. */
  readonly timeoutMs?: number
}

export interface LoadedConfig {
  readonly config: Config
  /** See `configDigest`. */
  readonly digest: string
}

/**
 * Reads and validates a configuration: `.yaml` and `.yml` as YAML, `.ts`, `.mjs` and `.js` as a module with a default export.
 *
 * @throws ConfigError with every problem found, each with its place and a fix; the abort reason when `signal` fires.
 * @example const { config } = await loadConfig({ text: 'target: { edit: [src] } ...', path: 'ratchet.yaml' })
 */
export async function loadConfig(file: ConfigText): Promise<LoadedConfig> {
  const source = await readSource(file)
  const parsed = configSchema.safeParse(source.value)
  if (!parsed.success) throw new ConfigError('config-invalid', explainIssues(parsed.error.issues, source, file.path))
  return { config: parsed.data, digest: configDigest(parsed.data) }
}

async function readSource(file: ConfigText): Promise<ConfigSource> {
  if (/\.ya?ml$/i.test(file.path)) return readYaml(file.text, file.path)
  if (/\.(ts|mjs|js)$/i.test(file.path)) {
    return evaluateScript({ text: file.text, path: file.path, signal: file.signal ?? new AbortController().signal, timeoutMs: file.timeoutMs ?? 10_000 })
  }
  throw new ConfigError('config-load-failed', [
    { file: file.path, line: null, column: null, path: '', message: 'a file of this kind cannot be a configuration', fix: 'name it ratchet.yaml or ratchet.config.ts' },
  ])
}
