'use strict'

module.exports = {
  ...require('./unique.js'),
  ...require('./group.js'),
  ...require('./summary.js'),
  ...require('./top.js'),
  ...require('./walk.js'),
  ...require('./route.js'),
  ...require('./distance.js'),
  ...require('./render.js'),
}
