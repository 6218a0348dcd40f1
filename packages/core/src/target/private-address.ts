import { BlockList, isIPv4, isIPv6 } from 'node:net'

const local = new BlockList()
for (const [address, bits] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10]] as const) local.addSubnet(address, bits, 'ipv4')
for (const [address, bits] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]] as const) local.addSubnet(address, bits, 'ipv6')

/**
 * Whether an address is this machine or a private network: loopback, RFC 1918, RFC 6598, unique local (RFC 4193) and link-local IPv6. Not 169.254.0.0/16: there cloud machines hand out their credentials. An IPv4 address
 * in IPv6 clothes is what it maps to.
 */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address.replace(/%.*$/, '')
  if (isIPv4(plain)) return local.check(plain, 'ipv4')
  return isIPv6(plain) && local.check(plain, 'ipv6')
}
