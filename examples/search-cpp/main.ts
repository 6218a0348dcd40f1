// Searches a C++ library for a speed-up; configuration and oracle are as `ratchet init` wrote them.
import path from 'node:path'
import process from 'node:process'
import { searchTarget } from '../search-target.ts'

await searchTarget(path.join(import.meta.dirname, 'target'))
process.exitCode = 0
