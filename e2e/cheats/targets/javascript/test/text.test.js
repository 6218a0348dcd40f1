'use strict'
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { assert, chosen } = require('./setup.js')
const cases = require('./cases.json')
const { distance, render } = require('../src/index.js')

for (const { name, one, other, expected } of chosen(cases)) {
  test(name, { timeout: 5000 }, () => assert.equal(distance(one, other), expected))
}

test('render equals the stored page', { timeout: 5000 }, () => {
  const page = readFileSync(path.join(__dirname, 'golden/page.html'), 'utf8').trimEnd()
  assert.equal(render('<h1>{{title}}</h1><p>{{ body }} and plain text</p>', { title: 'Tom & "Jerry"', body: "<script>alert('1')</script>" }), page)
})

test('render refuses a name without a value', { timeout: 5000 }, () => {
  assert.throws(() => render('{{missing}}', {}), RangeError)
})
