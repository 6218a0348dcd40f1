import assert from 'node:assert/strict'
import test from 'node:test'
import * as circle from '../src/circle.js'
import * as cone from '../src/cone.js'
import * as cube from '../src/cube.js'
import * as cylinder from '../src/cylinder.js'
import * as ellipse from '../src/ellipse.js'
import * as hexagon from '../src/hexagon.js'
import * as kite from '../src/kite.js'
import * as pyramid from '../src/pyramid.js'
import * as rectangle from '../src/rectangle.js'
import * as rhombus from '../src/rhombus.js'
import * as sphere from '../src/sphere.js'
import * as square from '../src/square.js'
import * as triangle from '../src/triangle.js'

const all = { circle, cone, cube, cylinder, ellipse, hexagon, kite, pyramid, rectangle, rhombus, sphere, square, triangle }

test('names', () => {
  for (const [name, shape] of Object.entries(all)) assert.equal(shape.name, name)
})

test('sides stay', () => {
  for (const [name, shape] of Object.entries(all)) assert.equal(shape.sides, name.length)
})
