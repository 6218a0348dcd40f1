import { readFile } from 'node:fs/promises'

export const presetNames = ['conservative', 'library', 'agent', 'local-only'] as const
export type PresetName = (typeof presetNames)[number]

/** The text of a preset: what `ratchet init` writes as constitution.yaml. */
export function readPreset(name: PresetName): Promise<string> {
  return readFile(new URL(`../../constitution/presets/${name}.yaml`, import.meta.url), 'utf8')
}
