// Preloaded by a test: writes the address of every module that was loaded to the file that RATCHET_TEST_MODULES names, one a line.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import process from 'node:process'

const loaded = new Set()
registerHooks({
  load: (url, context, next) => {
    if (!url.startsWith('node:')) loaded.add(url)
    return next(url, context)
  },
})
process.on('exit', () => appendFileSync(process.env['RATCHET_TEST_MODULES'] ?? '/dev/null', [...loaded, ''].join('\n')))
