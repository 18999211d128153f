import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

// Every network that is not the public Internet (IANA's special-purpose registries), ours among them.
const INSIDE_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
// Of the sixth version only global unicast is outside, and of it not what leads back into the fourth.
const OUTSIDE_6 = ['2000::/3'];
const INSIDE_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const listOf = (networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};

const inside4 = listOf(INSIDE_4, 'ipv4');
const outside6 = listOf(OUTSIDE_6, 'ipv6');
const inside6 = listOf(INSIDE_6, 'ipv6');

/** Whether an address is on the public Internet: nothing is sent anywhere else. */
export const isOutside = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !inside4.check(address, 'ipv4');
    case 6:
      return outside6.check(address, 'ipv6') && !inside6.check(address, 'ipv6');
    default:
      return false;
  }
};

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Looks a host up for a connection, and lets it connect only where all of its addresses are outside. */
export const lookupOutside =
  (isAllowed: (address: string) => boolean) =>
  (host: string, options: LookupOptions, found: Found): void => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const inside = error ? undefined : addresses.find(({ address }) => !isAllowed(address));
      if (error || addresses.length === 0) found(error ?? new Error(`${host} has no address.`), []);
      else if (inside)
        found(
          new Error(`${host} leads into a network that is not public (${inside.address}).`),
          [],
        );
      else if (options.all) found(null, addresses);
      else
        found(
          null,
          (addresses[0] as LookupAddress).address,
          (addresses[0] as LookupAddress).family,
        );
    });
  };

/** What is wrong with an address to send to; undefined where it may be tried. */
export const faultOfUrl = (text: string): string | undefined => {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'expected an address such as https://example.com/hooks';
  }
  if (url.protocol !== 'https:') return 'expected https';
  if (url.username !== '' || url.password !== '')
    return 'a user name or password in the address would be logged by others';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isOutside(host)) return `${host} is not on the public Internet`;
  if (isIP(host) === 0 && !host.includes('.')) return `${host} is no public name`;
  return text.length > 2000 ? 'expected at most 2000 characters' : undefined;
};
