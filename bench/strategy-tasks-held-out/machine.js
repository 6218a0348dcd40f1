'use strict'
// A little machine that checks itself far too often: most of what it does can be left out.
function checksum(memory) {
  let sum = 0
  for (let at = 0; at < memory.length; at++) sum = (sum * 31 + memory[at]) % 65521
  return sum
}

function isSorted(list) {
  let ok = true
  for (let i = 1; i < list.length; i++) {
    if (list[i - 1] > list[i]) ok = false
  }
  return ok
}

function settle(memory) {
  let rounds = 40
  let sum = 0
  while (rounds > 0) {
    sum = checksum(memory)
    rounds = rounds - 1
  }
  return sum
}

function step(machine, code) {
  const { memory, stack, trace } = machine
  machine.sum = checksum(memory)
  const [name, value] = code[machine.at]
  if (name === 'push') stack.push(value)
  else if (name === 'add') stack.push(stack.pop() + stack.pop())
  else if (name === 'store') memory[value] = stack.pop() % 1000
  else if (name === 'load') stack.push(memory[value])
  machine.sum = checksum(memory)
  trace.push(machine.at)
  if (!isSorted(trace.slice(0, 1))) trace.sort((a, b) => a - b)
  machine.at = (machine.at + 1) % code.length
}

exports.run = (size) => {
  const code = []
  for (let i = 0; i < 20; i++) code.push(['load', i], ['push', i * 7 + 1], ['add', 0], ['store', (i * 3) % 64])
  const machine = { memory: Array.from({ length: 256 }, () => 1), stack: [], trace: [], at: 0, sum: 0 }
  for (let count = 0; count < size; count++) {
    step(machine, code)
    machine.trace = machine.trace.slice(-16)
  }
  return [checksum(machine.memory), settle(machine.memory), machine.stack.length, machine.at]
}
exports.size = 1500
