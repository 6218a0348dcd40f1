import type { LockReader } from './locked-package.ts'
import { npmLock } from './npm-lock.ts'
import { pipfileLock, tomlLock } from './python-lock.ts'
import { pnpmLock, yarnLock } from './yarn-and-pnpm-lock.ts'

const readers: readonly (readonly [name: RegExp, read: LockReader])[] = [
  [/(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/i, npmLock],
  [/(?:^|\/)yarn\.lock$/i, yarnLock],
  [/(?:^|\/)pnpm-lock\.ya?ml$/i, pnpmLock],
  [/(?:^|\/)(?:poetry|uv|pdm|cargo)\.lock$/i, tomlLock],
  [/(?:^|\/)pipfile\.lock$/i, pipfileLock],
]

/** The reader for a lockfile of this name; null for what is none, or none that can be read here. */
export function lockReaderFor(path: string): LockReader | null {
  return readers.find(([name]) => name.test(path))?.[1] ?? null
}
