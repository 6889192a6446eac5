// Where webhooks may go: every spelling of an address that is not public is refused, before and after names are resolved.
import type { LookupAddress } from 'node:dns';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type Reach, TargetRefused, Targets } from './targets.js';

const known: Readonly<Record<string, readonly LookupAddress[]>> = {
  'hooks.example': [{ address: '93.184.216.34', family: 4 }, { address: '2606:2800:220:1::1', family: 6 }],
  'inside.example': [{ address: '10.0.0.7', family: 4 }],
  'half.example': [{ address: '93.184.216.34', family: 4 }, { address: '127.0.0.1', family: 4 }],
  'mapped.example': [{ address: '::ffff:169.254.169.254', family: 6 }],
  localhost: [{ address: '127.0.0.1', family: 4 }],
};

const targets = (reach: Reach): Targets =>
  new Targets(reach, (host) => (known[host] ? Promise.resolve(known[host]) : Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }))));

const reserved = [
  '127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '127.0.1', '0x7f.1', '[::1]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::7f00:1]', '[::127.0.0.1]', '127.0.0.1.',
  '10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', '[fc00::1]', '0.0.0.0', '[::]', '255.255.255.255', '224.0.0.1', '[ff02::1]',
  '[64:ff9b::a9fe:a9fe]', '[2002:7f00:1::]', '[::ffff:0:127.0.0.1]', '192.0.2.1', '198.18.0.1', '[2001:db8::1]',
];

describe('outside of the sandbox', () => {
  it.each(reserved)('https://%s is refused', async (host) => {
    await expect(targets('public').admit(`https://${host}/hook`)).rejects.toThrow(TargetRefused);
  });

  it.each(['https://inside.example', 'https://half.example', 'https://mapped.example', 'https://localhost', 'https://LOCALHOST'])('%s is refused for where its name leads', async (url) => {
    await expect(targets('public').admit(url)).rejects.toThrow(TargetRefused);
  });

  it.each(['http://hooks.example', 'ftp://hooks.example', 'file:///etc/passwd', 'javascript:1', 'https://', 'hooks.example', '', 'https://ann:secret@hooks.example', 'https://ann@hooks.example', 'https://hooks.example/#part'])(
    '%s is refused for its form', async (url) => {
      await expect(targets('public').admit(url)).rejects.toThrow(TargetRefused);
    },
  );

  it.each(['https://hooks.example/a?b=c', 'https://hooks.example:8443', 'https://93.184.216.34/', 'https://[2606:2800:220:1::1]/', 'https://not-known-yet.example'])('%s is admitted', async (url) => {
    await expect(targets('public').admit(url)).resolves.toBeUndefined();
  });
});

describe('in the sandbox', () => {
  it.each(['http://127.0.0.1:4000/hook', 'http://localhost:4000', 'https://10.0.0.1', 'http://[::1]:4000', 'https://inside.example'])('%s is admitted', async (url) => {
    await expect(targets('sandbox').admit(url)).resolves.toBeUndefined();
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://0.0.0.0', 'https://mapped.example', 'http://[fe80::1]', 'ftp://127.0.0.1'])('%s is refused all the same', async (url) => {
    await expect(targets('sandbox').admit(url)).rejects.toThrow(TargetRefused);
  });
});

describe('a connection', () => {
  const lookup = (host: string) => promisify(targets('public').lookup as (host: string, options: object, done: (error: Error | null, found: unknown) => void) => void)(host, { all: true });

  it('goes where a name leads', async () => {
    expect(await lookup('hooks.example')).toEqual(known['hooks.example']);
  });

  it.each(['inside.example', 'half.example', 'mapped.example', 'localhost'])('is refused where it would go to %s', async (host) => {
    await expect(lookup(host)).rejects.toThrow(TargetRefused);
  });

  it('hears that nobody knows a name', async () => {
    await expect(lookup('nowhere.example')).rejects.toThrow('unknown');
  });
});
