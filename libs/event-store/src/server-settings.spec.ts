import { sharedBuffers } from './server-settings.js';

const GB = 1024 ** 3;

describe('the memory in which the embedded PostgreSQL keeps pages', () => {
  it.each([
    ['an eighth of the machine', 16 * GB, '2048MB'],
    ['in whole megabytes', 16 * GB + 12_345, '2048MB'],
    ["not less than PostgreSQL's own default", GB / 2, '128MB'],
    ['not more than its readers gain from', 256 * GB, '4096MB'],
  ])('is %s', (_, memory, buffers) => {
    expect(sharedBuffers(memory)).toBe(buffers);
  });
});
