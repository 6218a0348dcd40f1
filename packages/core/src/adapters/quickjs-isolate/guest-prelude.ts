/**
 * Runs in an isolate before the module and gives back the one function through which everything passes. It uses nothing that the module could have replaced meanwhile: every built-in it needs is taken
 * before, and text is put together by operators. Not against lies, which a function could as well return, but so that a module that changes built-ins in earnest is compared by what it does.
 *
 * Clock and randomness are taken out: a function that asks for them is not pure, and is told so.
 */
export const guestPrelude = `(() => {
  'use strict'
  const uncurried = (f) => Function.prototype.call.bind(f)
  const { parse, stringify } = JSON
  const { isArray } = Array
  const { is, keys, getPrototypeOf, getOwnPropertySymbols, defineProperty } = Object
  const { apply } = Reflect
  const [RealDate, RealMap, RealSet, RealError, EngineError, BigInteger] = [Date, Map, Set, Error, InternalError, BigInt]
  const [objectPrototype, mapPrototype, setPrototype, datePrototype] = [Object.prototype, Map.prototype, Set.prototype, Date.prototype]
  const [mapEach, setEach, mapSet, setAdd, timeOf, digitsOf] = [Map.prototype.forEach, Set.prototype.forEach, Map.prototype.set, Set.prototype.add, Date.prototype.getTime, BigInt.prototype.toString].map(uncurried)
  const refusal = { reason: '' }
  const refuse = (reason) => { refusal.reason = reason; throw refusal }

  const encodeObject = (value, depth) => {
    let text = ''
    if (isArray(value)) {
      for (let index = 0; index < value.length; index++) text += index in value ? ',' + encode(value[index], depth) : ',["h"]'
      return '["a"' + text + ']'
    }
    const prototype = getPrototypeOf(value)
    if (prototype === mapPrototype) { mapEach(value, (one, key) => { text += ',[' + encode(key, depth) + ',' + encode(one, depth) + ']' }); return '["m"' + text + ']' }
    if (prototype === setPrototype) { setEach(value, (one) => { text += ',' + encode(one, depth) }); return '["s"' + text + ']' }
    if (prototype === datePrototype) { const time = timeOf(value); return time === time ? '["d",' + time + ']' : '["d",null]' }
    if (prototype !== objectPrototype && prototype !== null) refuse('an object of a class')
    if (getOwnPropertySymbols(value).length > 0) refuse('an object with symbols as keys')
    const names = keys(value)
    for (let index = 0; index < names.length; index++) text += ',[' + stringify(names[index]) + ',' + encode(value[names[index]], depth) + ']'
    return '["o"' + text + ']'
  }
  const encode = (value, depth) => {
    if (depth > 200) refuse('a value that is too deep or holds itself')
    switch (typeof value) {
      case 'string': return stringify(value)
      case 'boolean': return value ? 'true' : 'false'
      case 'undefined': return '["u"]'
      case 'number': return value - value === 0 && !is(value, -0) ? '' + value : '["n","' + (is(value, -0) ? '-0' : value) + '"]'
      case 'bigint': return '["b","' + digitsOf(value) + '"]'
      case 'object': return value === null ? 'null' : encodeObject(value, depth + 1)
      default: return refuse('a ' + typeof value)
    }
  }

  const decode = (value) => {
    if (!isArray(value)) return value
    switch (value[0]) {
      case 'u': return undefined
      case 'n': return value[1] === '-0' ? -0 : +value[1]
      case 'b': return BigInteger(value[1])
      case 'd': return new RealDate(value[1] === null ? NaN : value[1])
      case 'a': {
        const found = []
        found.length = value.length - 1
        for (let index = 1; index < value.length; index++) {
          if (!isArray(value[index]) || value[index][0] !== 'h') defineProperty(found, index - 1, { __proto__: null, value: decode(value[index]), writable: true, enumerable: true, configurable: true })
        }
        return found
      }
      case 's': { const found = new RealSet(); for (let index = 1; index < value.length; index++) setAdd(found, decode(value[index])); return found }
      case 'm': { const found = new RealMap(); for (let index = 1; index < value.length; index++) mapSet(found, decode(value[index][0]), decode(value[index][1])); return found }
      default: {
        const found = {}
        for (let index = 1; index < value.length; index++) defineProperty(found, value[index][0], { __proto__: null, value: decode(value[index][1]), writable: true, enumerable: true, configurable: true })
        return found
      }
    }
  }

  const textOf = (read) => { try { const text = read(); return typeof text === 'string' ? text : '' } catch { return '' } }
  const encodeThrown = (thrown) => {
    if (!(thrown instanceof RealError)) return '"name":"","message":"","value":' + encode(thrown, 0)
    return '"name":' + stringify(textOf(() => thrown.name)) + ',"message":' + stringify(textOf(() => thrown.message)) + ',"value":["u"]'
  }
  const outcome = (f, text, observe) => {
    const given = decode(parse(text))
    let [kind, told] = ['returned', '']
    try {
      const value = apply(f, undefined, given)
      told = '"value":' + encode(value, 0)
    } catch (thrown) {
      if (thrown === refusal) throw thrown
      if (thrown instanceof EngineError) return '{"kind":"engine"}'
      kind = 'threw'
      told = encodeThrown(thrown)
    }
    return '{"kind":"' + kind + '",' + told + ',"argumentsAfter":' + (observe ? encode(given, 0) : 'null') + '}'
  }

  const impure = (what) => { throw new TypeError('there is no ' + what + ' in an isolate') }
  const TimelessDate = function Date(...given) {
    if (given.length === 0 || new.target === undefined) impure('clock')
    return Reflect.construct(RealDate, given, new.target === TimelessDate ? RealDate : new.target)
  }
  TimelessDate.prototype = datePrototype
  TimelessDate.parse = RealDate.parse
  TimelessDate.UTC = RealDate.UTC
  TimelessDate.now = () => impure('clock')
  defineProperty(datePrototype, 'constructor', { value: TimelessDate, writable: true, configurable: true })
  globalThis.Date = TimelessDate
  Math.random = () => impure('randomness')
  for (const name of ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name]

  return (f, text, observe) => {
    if (typeof f !== 'function') return '{"kind":"refused","reason":"no function of that name is exported"}'
    try {
      return outcome(f, text, observe)
    } catch (thrown) {
      if (thrown === refusal) return '{"kind":"refused","reason":' + stringify(refusal.reason) + '}'
      if (thrown instanceof EngineError) return '{"kind":"engine"}'
      return '{"kind":"refused","reason":"the result cannot be read"}'
    }
  }
})()`
