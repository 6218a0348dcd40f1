import type { Config } from '@ratchet/core'

/** Models that agents of suites are told to ask. */
export function suiteModels({ metrics, models }: Pick<Config, 'metrics' | 'models'>): readonly string[] {
  const [first] = Object.keys(models?.use ?? {})
  return [...new Set(Object.values(metrics).flatMap(({ suite, model }) => (suite === undefined ? [] : [model ?? first ?? ''])))]
}
