import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Mount } from '../../sandbox/sandbox.ts'

/** Where the kit lies inside: outside of every node_modules, because Node runs no TypeScript from there, with what it depends on beside it. */
const home = '/opt/ratchet/oracle'
const command = '/opt/ratchet/bin/ratchet-oracle'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Whether a command of the config uses the kit, so that launches need it. */
export function usesOracleKit(commands: readonly string[]): boolean {
  return commands.some((line) => /(?:^|[\s;&|(/])ratchet-oracle(?:\s|$)/.test(line))
}

/**
 * Shows the oracle kit inside the sandbox, read-only, with `ratchet-oracle` on PATH. Its dependencies are found as Node would find them, and mounted one by one: nothing else
 * of the host's installation is seen.
 */
export async function oracleKitMounts(packageDirectory: string): Promise<readonly Mount[]> {
  const found = new Map<string, string>()
  await collect(packageDirectory, found)
  const dependencies = [...found].map(([name, directory]): Mount => ({ source: directory, target: `${home}/node_modules/${name}` }))
  return [{ source: packageDirectory, target: `${home}/package` }, { source: path.join(packageDirectory, 'bin/inside'), target: command }, ...dependencies]
}

async function collect(directory: string, found: Map<string, string>): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8')) as Manifest
  for (const name of [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {})]) {
    const place = placeOf(directory, name)
    // An optional one may be for another platform. What npm nested besides a hoisted one of the same name is left to it.
    if (place === null || found.has(name) || !(await hasContent(place))) continue
    found.set(name, place)
    await collect(place, found)
  }
}

function placeOf(from: string, name: string): string | null {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const place = path.join(directory, 'node_modules', name)
    if (existsSync(path.join(place, 'package.json'))) return place
    if (path.dirname(directory) === directory) return null
  }
}

async function hasContent(directory: string): Promise<boolean> {
  return (await readdir(directory)).length > 0
}
