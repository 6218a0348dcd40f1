'use strict'
const { preloadRunner } = require('./command-runner.cjs')

preloadRunner({
  preload: __filename,
  name: 'mocha',
  // Mocha has one reporter; ours takes the place of any other.
  changeArguments: (list) => {
    const kept = list.filter((word, index) => !/^(--reporter|-R)(=|$)/.test(word) && !/^(--reporter|-R)$/.test(list[index - 1] ?? ''))
    return ['--reporter', `${__dirname}/mocha-reporter.cjs`, ...kept]
  },
})
