// Improves a prompt without a model: demonstrations are taken from the examples that it solves, and the change is judged on others that no proposer has seen.
import path from 'node:path'
import process from 'node:process'
import { searchTarget } from '../search-target.ts'

await searchTarget(path.join(import.meta.dirname, 'target'), 24)
process.exitCode = 0
