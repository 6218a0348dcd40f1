import type { Literal } from './literals.ts'

/**
 * How much finding this literal in test data says, 0 to 1: nothing for what everybody writes, all for a long string that nobody writes twice by chance. Numbers count by
 * their significant digits, tables by all that is in them.
 */
export function rarity({ key, kind }: Literal): number {
  const text = key.slice(2)
  switch (kind) {
    case 'string':
      return stringRarity(text)
    case 'number':
      return numberRarity(text)
    case 'table':
      return tableRarity(text)
  }
}

function stringRarity(text: string): number {
  if (text.length < 4 || commonStrings.has(text) || /^[\s\W_]*$/.test(text)) return 0
  // One word is a key, an option or a name, as likely as not chosen twice by chance.
  if (/^[A-Za-z]+(?:[-_.][A-Za-z]+)?$/.test(text)) return text.length > 16 ? 0.3 : 0.15
  if (text.length >= 24) return 1
  return text.length >= 12 ? 0.5 : 0.34
}

function numberRarity(text: string): number {
  const value = Number(text)
  const digits = significantDigits(text)
  if (digits < 4 || commonNumbers.has(value) || isRound(value)) return 0
  if (digits >= 10) return 1
  return digits >= 6 ? 0.5 : 0.34
}

/** 2 ** n and its neighbours; a year. */
function isRound(value: number): boolean {
  const size = Math.abs(value)
  const near = 2 ** Math.round(Math.log2(size))
  return Math.abs(size - near) <= 1 || (Number.isInteger(size) && size >= 1900 && size <= 2100)
}

function significantDigits(text: string): number {
  return text.replace(/e.*$/i, '').replace(/^[-+]/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length
}

function tableRarity(text: string): number {
  const elements = text.split(/,(?=[sn]:)/)
  const numbers = elements.map((element) => (element.startsWith('n:') ? Number(element.slice(2)) : Number.NaN))
  if (isProgression(numbers)) return 0
  const distinct = new Set(elements).size
  if (distinct < 3) return 0
  return elements.length >= 8 && distinct >= 5 ? 1 : 0.5
}

/** 0, 1, 2, 3 and 1, 10, 100 are nobody's data. */
function isProgression(numbers: readonly number[]): boolean {
  const steps = numbers.slice(1).map((value, index) => value - (numbers[index] ?? 0))
  const ratios = numbers.slice(1).map((value, index) => value / (numbers[index] ?? 1))
  return steps.every((step) => step === steps[0]) || ratios.every((ratio) => ratio === ratios[0])
}

/** What typeof, encodings, engines and protocols are called: no sign of anything. */
const commonStrings: ReadonlySet<string> = new Set([
  'use strict', 'utf-8', 'utf8', 'utf16le', 'latin1', 'ascii', 'base64', 'base64url', 'binary', 'ISO-8859-1', 'undefined', 'object', 'function', 'string', 'number', 'boolean', 'symbol', 'bigint',
  'true', 'false', 'null', 'None', 'True', 'False', 'NaN', 'Infinity', '-Infinity', 'default', 'error', 'message', 'value', 'name', 'length', 'constructor', 'prototype', '__proto__', '__main__', '__init__',
  'application/json', 'text/plain', 'text/html', 'content-type', 'Content-Type', 'sha256', 'sha512', 'md5', '0123456789', '0123456789abcdef', '0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  '0123456789abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrstuvwxyz0123456789',
])

/** Constants of mathematics, time, hashing and random numbers, and limits of machine types. */
const commonNumbers: ReadonlySet<number> = new Set([
  '1440 3600 86400 604800 86400000 3600000 31536000 1000000007 1000000009 998244353 16777619 2166136261 14695981039346656037 1099511628211 2654435761 2654435769',
  '0xcc9e2d51 0x1b873593 0x85ebca6b 0xc2b2ae35 0xe6546b64 0xff51afd7 0xc4ceb9fe 0x5bd1e995 0x6d2b79f5 0x45d9f3b 0x119de1f3 5381 1664525 1013904223 1103515245 12345 22695477',
  '214013 2531011 48271 16807 69621 6364136223846793005 1442695040888963407 0xedb88320 0x04c11db7 0x82f63b78 0x1021 0xa001 0x55555555 0x33333333 0x0f0f0f0f 0x01010101',
  '0x00ff00ff 0xaaaaaaaa 0xcccccccc 0x5f3759df 0xdeadbeef 0xcafebabe 1234 2.718281828459045 3.141592653589793 3.14159 3.1416 6.283185307179586 1.618033988749895 1.4142135623730951',
  '0.6931471805599453 2.302585092994046 1.7976931348623157e308 2.220446049250313e-16 57.29577951308232 0.017453292519943295 273.15 9.80665',
].join(' ').split(' ').map(Number))
