import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultOfUrl, isOutside } from './outside.js';
import { post } from './sender.js';
import { sign } from './signature.js';

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
    'localhost',
    '',
  ])('%s is inside', (address) => expect(isOutside(address)).toBe(false));
  it.each([
    '8.8.8.8',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::5',
  ])('%s is outside', (address) => expect(isOutside(address)).toBe(true));
});

describe('where messages may go', () => {
  it.each([
    ['https://example.com/hooks?x=1', undefined],
    ['https://93.184.216.34/', undefined],
    ['http://example.com/', 'expected https'],
    ['ftp://example.com/', 'expected https'],
    ['https://127.0.0.1/', '127.0.0.1 is not on the public Internet'],
    // Other ways of writing the same.
    ['https://2130706433/', '127.0.0.1 is not on the public Internet'],
    ['https://0x7f.1/', '127.0.0.1 is not on the public Internet'],
    ['https://[::1]/', '::1 is not on the public Internet'],
    ['https://[::ffff:10.0.0.1]/', '::ffff:a00:1 is not on the public Internet'],
    ['https://localhost/', 'localhost is no public name'],
    [
      'https://user:secret@example.com/',
      'a user name or password in the address would be logged by others',
    ],
    ['example.com', 'expected an address such as https://example.com/hooks'],
  ])('%s: %s', (url, fault) => expect(faultOfUrl(url)).toBe(fault));
});

describe('a message', () => {
  const message = {
    id: 'msg_1',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    body: '{"test": 2432232314}',
  };

  it('never goes inside, whatever the name of the host', async () => {
    let asked = 0;
    const server = createServer((_, answer) => {
      asked += 1;
      answer.end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const inside = { isAllowed: isOutside, plain: true };
    try {
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
        await expect(
          post({ ...message, url: `http://${host}:${port}/` }, 1, inside),
        ).rejects.toThrow(/not (public|a public address)/);
      }
      await expect(post({ ...message, url: `http://127.0.0.1:${port}/` }, 1)).rejects.toThrow();
      expect(asked).toBe(0);
    } finally {
      server.close();
    }
  });

  // The specification's own example.
  it('is signed as Standard Webhooks says', () =>
    expect(
      sign(message.secrets[0] as string, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, message.body),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='));
});
