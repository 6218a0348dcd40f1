import path from 'node:path'
import type { Tier } from './sandbox.ts'

/** Where a sandbox of the tier `namespace` has something of its own, in front of whatever lies there on the machine. */
const ownPlaces = ['/tmp', '/dev', '/proc', '/work']

/** Whether no sandbox of the tier `namespace` shows what lies there, a toolchain or not. */
export function isHiddenInside(file: string): boolean {
  const plain = path.posix.resolve(file)
  return ownPlaces.some((place) => plain === place || plain.startsWith(`${place}/`))
}

/** Toolchains that a sandbox would be given and not show: a command would not be found, or another of its name would be. Other tiers show them in front. */
export function hiddenToolchains(tier: Tier, toolchains: readonly string[]): readonly string[] {
  return tier === 'namespace' ? toolchains.filter(isHiddenInside) : []
}
