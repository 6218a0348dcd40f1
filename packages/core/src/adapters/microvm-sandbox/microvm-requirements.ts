import { existsSync } from 'node:fs'
import { onPath } from '../sandbox-tiers/on-path.ts'

/** A program that the tier needs and does not find, and the command that brings it. */
export interface MissingRequirement {
  readonly program: string
  readonly purpose: string
  readonly command: string
}

const needed = [
  { program: 'qemu-system-x86_64', purpose: 'runs the machine', package: 'qemu-system-x86' },
  { program: 'bwrap', purpose: 'confines qemu itself', package: 'bubblewrap' },
  { program: 'perl', purpose: 'is the first program in the machine', package: 'perl-base' },
  { program: 'ldd', purpose: 'finds the libraries of the first program', package: 'libc-bin' },
] as const

/** To fetch a kernel; not needed where the user names one. */
const neededToFetch = [
  { program: 'apt-get', purpose: 'fetches a kernel; elsewhere, name one', package: 'apt' },
  { program: 'dpkg-deb', purpose: 'unpacks the kernel', package: 'dpkg' },
  { program: 'xz', purpose: 'unpacks the kernel', package: 'xz-utils' },
] as const

export interface RequirementsQuestion {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A kernel that the user names. */
  readonly kernel?: string
}

/** What has to be installed before this tier can be started here; empty when all is there. Whether it boots then, only the probe says. */
export function missingRequirements({ environment, kernel }: RequirementsQuestion): readonly MissingRequirement[] {
  const programs = [...needed, ...(kernel === undefined ? neededToFetch : [])].filter(({ program }) => onPath(program, environment) === null)
  const missing = programs.map(({ program, purpose, package: name }): MissingRequirement => ({ program, purpose, command: `sudo apt-get install -y --no-install-recommends ${name}` }))
  const withoutKernel = kernel !== undefined && !existsSync(kernel)
  return withoutKernel ? [...missing, { program: kernel, purpose: 'is the kernel that was named', command: 'name another kernel, or none' }] : missing
}
