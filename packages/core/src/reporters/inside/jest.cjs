'use strict'
const { hasOption, preloadRunner } = require('./command-runner.cjs')

preloadRunner({
  preload: __filename,
  name: 'jest',
  // Put before the others: in the middle, a list option would take file names that follow.
  changeArguments: (list) => [`--reporters=${__dirname}/jest-reporter.cjs`, ...(hasOption(list, '--reporters') ? [] : ['--reporters=default']), ...list],
})
