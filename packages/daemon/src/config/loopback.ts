import { BlockList, isIP } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Of the address of a peer: `::ffff:127.0.0.1` is one as well. */
export function isLoopbackAddress(address: string | undefined): boolean {
  const family = isIP(address ?? '')
  if (address === undefined || family === 0) return false
  return LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Of what a config or a `Host` names, without a port. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || isLoopbackAddress(bare)
}
