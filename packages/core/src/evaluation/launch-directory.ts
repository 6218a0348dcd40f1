import type { Random } from '../randomness/seeded-random.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A name that says nothing. */
export function drawName(random: Random): string {
  return Array.from({ length: 8 }, () => letters[random.integer(letters.length)]).join('')
}

/** Where a tree may be shown instead of at its usual place. */
export function drawDirectory(random: Random): string {
  return `/srv/${drawName(random)}`
}

/** Tiers that show a tree at one place only. */
export function staysInPlace({ tier }: Sandbox): boolean {
  return tier === 'landlock' || tier === 'e2b'
}
