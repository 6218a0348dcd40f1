import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DriverCommand, DriverRequest, Language } from '../language.ts'
import { inferPython } from './infer-python.ts'

const driver = fileURLToPath(new URL('../../../drivers/python/driver.py', import.meta.url))

/**
 * How the Python driver is started: without user site, without compiled files of the tree (they could differ from their source),
 * without a path that leads into the tree before the driver says so, and with hashes that are the same in every process.
 */
export function pythonDriver({ scratch }: Pick<DriverRequest, 'scratch'>): DriverCommand {
  return {
    command: 'python3',
    args: ['-s', '-B', '-X', 'utf8', '-X', `pycache_prefix=${path.join(scratch, 'pycache')}`, driver],
    environment: { PYTHONHASHSEED: '0', PYTHONPATH: '', PYTHONHOME: '', PYTHONSTARTUP: '', PYTHONWARNINGS: 'ignore', PYTHONOPTIMIZE: '', PYTHONINSPECT: '', PYTHONBREAKPOINT: '0' },
  }
}

/** Python of the system, 3.9 or newer. */
export const pythonLanguage: Language = {
  names: ['python'],
  driver: async (_spec, request) => pythonDriver(request),
  infer: async (request) => inferPython(request),
}
