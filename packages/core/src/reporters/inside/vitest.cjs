'use strict'
const { hasOption, preloadRunner } = require('./command-runner.cjs')

preloadRunner({
  preload: __filename,
  name: 'vitest',
  // A reporter on the command line replaces those of the config, so that the usual one must be named when nobody names any.
  changeArguments: (list) => [...list, ...(hasOption(list, '--reporter', '--reporters') ? [] : ['--reporter=default']), `--reporter=${__dirname}/vitest-reporter.cjs`],
})
