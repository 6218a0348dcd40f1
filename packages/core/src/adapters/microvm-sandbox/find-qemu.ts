import { SandboxError } from '../../sandbox/sandbox.ts'
import { onPath } from '../sandbox-tiers/on-path.ts'

const program = 'qemu-system-x86_64'

/** First qemu on PATH. It is started where only the system's own directories can be seen, so it must be from one of them. */
export function findQemu(environment: Readonly<Record<string, string | undefined>>): string {
  const file = onPath(program, environment)
  if (file === null) throw new SandboxError('sandbox-unavailable', `${program} is not installed`, { remedy: 'Install it: apt-get install --no-install-recommends qemu-system-x86 (dnf install qemu-system-x86-core, pacman -S qemu-system-x86).' })
  if (!/^\/(usr|bin|sbin)\//.test(file)) throw new SandboxError('sandbox-unavailable', `${file} is outside /usr, where the confined qemu could not be found`, { remedy: `Install ${program} from the system's packages.` })
  return file
}
