// Whom an address is counted as.

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** One of IPv6 as its network of 64 bits, since whoever has one address there has all of them; one of IPv4 as itself, also where it is written as one of IPv6. */
export function networkOf(address: string): string {
  const four = mapped.exec(address)?.[1];
  if (four !== undefined || !address.includes(':')) return four ?? address;
  const [head = '', tail] = address.replace(/%.*/s, '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  const groups = tail === undefined ? before : [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'), ...after];
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
