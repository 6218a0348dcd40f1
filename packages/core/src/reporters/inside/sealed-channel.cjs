'use strict'
// Runs inside the sandbox, in the process of a test runner, before anything of the target is loaded. Everything used later is captured here, and the key stays in
// closures: what loads afterwards may patch whatever it likes, and can then prevent a report, but not write one. SHA-256 is our own because every way to
// Node's leads through objects whose methods can be replaced by something that is handed the key.
const fs = require('node:fs')

const { readSync, writeSync, closeSync, fstatSync } = fs
const { apply } = Reflect
const { stringify } = JSON
const encoder = new TextEncoder()
const { encode } = encoder
const Bytes = Uint8Array
const Words = Uint32Array
const Failure = Error
const environment = process.env

const nonceLength = 32
const blockLength = 64
const digits = '0123456789abcdef'
const pieceLength = 4096
const variable = 'RATCHET_CHANNEL'

const constants = new Words(64)
const start = new Words(8)
{
  // Fractional parts of the cube and square roots of the first primes, as the standard defines them.
  const fraction = (value) => Math.floor((value - Math.floor(value)) * 2 ** 32)
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false
    if (!isPrime) continue
    if (found < 8) start[found] = fraction(Math.sqrt(candidate))
    constants[found++] = fraction(Math.cbrt(candidate))
  }
}

/** One round of SHA-256 over 64 bytes at `at`, into `state`. */
function compress(state, bytes, at) {
  const w = new Words(64)
  for (let i = 0; i < 16; i++) w[i] = (bytes[at + 4 * i] << 24) | (bytes[at + 4 * i + 1] << 16) | (bytes[at + 4 * i + 2] << 8) | bytes[at + 4 * i + 3]
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15], w[i - 2]]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}

/** Goes on from a state that has seen one block: SHA-256 over that block and `length` bytes. */
function finish(from, bytes, length) {
  const state = new Words(8)
  for (let i = 0; i < 8; i++) state[i] = from[i]
  const whole = (((length + 8) >>> 6) + 1) * blockLength
  const padded = new Bytes(whole)
  for (let i = 0; i < length; i++) padded[i] = bytes[i]
  padded[length] = 0x80
  const bits = (length + blockLength) * 8
  for (let i = 0; i < 4; i++) padded[whole - 1 - i] = (bits >>> (8 * i)) & 0xff
  padded[whole - 5] = bits > 0xffffffff ? (bits / 2 ** 32) | 0 : 0
  for (let at = 0; at < whole; at += blockLength) compress(state, padded, at)
  return state
}

/** HMAC-SHA256 as a function from UTF-8 bytes to hex digits. */
function authenticator(key) {
  const inner = new Words(8)
  const outer = new Words(8)
  const block = new Bytes(blockLength)
  for (const [state, pad] of [[inner, 0x36], [outer, 0x5c]]) {
    for (let i = 0; i < 8; i++) state[i] = start[i]
    for (let i = 0; i < blockLength; i++) block[i] = (i < nonceLength ? key[i] : 0) ^ pad
    compress(state, block, 0)
  }
  return (bytes, length) => {
    const first = finish(inner, bytes, length)
    const digest = new Bytes(nonceLength)
    for (let i = 0; i < nonceLength; i++) digest[i] = first[i >>> 2] >>> (24 - 8 * (i & 3))
    const last = finish(outer, digest, nonceLength)
    let hex = ''
    for (let i = 0; i < nonceLength * 2; i++) hex += digits[(last[i >>> 3] >>> (28 - 4 * (i & 7))) & 15]
    return hex
  }
}

function numberOfBytes(text) {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text[i]
    // What JSON.stringify leaves is well-formed: a surrogate never stands alone, and each half stands for two bytes.
    count += code < '\x80' ? 1 : code < '\u0800' || (code >= '\ud800' && code <= '\udfff') ? 2 : 3
  }
  return count
}

/** Where a process finds its channel; -1 when it has none, so that a process that merely inherited our options stays out of the way. */
function descriptor() {
  const number = environment[variable] === undefined ? 3 : Number(environment[variable])
  if (environment.NODE_CHANNEL_FD === String(number)) return -1
  try {
    return fstatSync(number).isSocket() ? number : -1
  } catch (error) {
    if (error.code === 'EBADF') return -1
    throw error
  }
}

/** The next key that waits; null where none is left, or where what waits says that the turn is a later one's. */
function readNonce(number) {
  const nonce = new Bytes(nonceLength)
  let length = 0
  for (let read = -1; read !== 0 && length < nonceLength; length += read) read = readSync(number, nonce, length, nonceLength - length, null)
  if (length === 0) return null
  if (length !== nonceLength) throw new Failure('ratchet: the report channel was disturbed')
  let sum = 0
  for (let i = 0; i < nonceLength; i++) sum |= nonce[i]
  return sum === 0 ? null : nonce
}

/** A function that sends one JSON text. The key is taken out of the bytes that came. */
function openChannel(number, nonce) {
  const sign = authenticator(nonce)
  for (let i = 0; i < nonceLength; i++) nonce[i] = 0
  let sequence = 0
  return (json) => {
    const message = `${sequence++}\n${json}`
    const mac = sign(apply(encode, encoder, [message]), numberOfBytes(message))
    const line = `${mac} ${json}\n`
    const bytes = apply(encode, encoder, [line])
    const total = numberOfBytes(line)
    for (let sent = 0; sent < total; ) sent += writeSync(number, bytes, sent, total - sent)
  }
}

/** `["case",outcome,[names...]]`, put together by hand: serialising an object would ask it, and its prototypes, for toJSON. */
function caseMessage(outcome, names, count) {
  let list = ''
  for (let i = 0; i < count; i++) list += (i === 0 ? '' : ',') + stringify(`${names[i]}`)
  return `["case",${stringify(outcome)},[${list}]]`
}

/** A report in order: `start`, cases, `end` with their number. Nothing can follow the end. */
function openReport(number, nonce, start) {
  const send = openChannel(number, nonce)
  let cases = 0
  let isOver = false
  send(start)
  return Object.freeze({
    case: (outcome, names, count) => {
      if (isOver) return
      cases++
      send(caseMessage(outcome, names, count))
    },
    text: (text) => {
      // In pieces, each of which the kernel takes as a whole: notes of other processes come in between.
      for (let at = 0; at < text.length; at += pieceLength) send(`["text",${stringify(text.slice(at, at + pieceLength))}]`)
    },
    end: (status) => {
      if (isOver) return
      isOver = true
      send(`["end",${cases},${stringify(status)}]`)
    },
  })
}

module.exports = Object.freeze({ authenticator, closeSync, descriptor, nonceLength, openReport, readNonce, variable })
