import { totalmem } from 'node:os';

const MB = 1024 * 1024;
const LEAST_MB = 128;
const MOST_MB = 4096;

/**
 * How much memory PostgreSQL keeps pages in, of a machine that does other things too: an eighth, where a machine of its
 * own would give a quarter (https://www.postgresql.org/docs/current/runtime-config-resource.html). Ten million deals
 * put their credits into indexes of about 1 GB at random places: where these do not fit, each takes a page from the
 * system and gives one back.
 */
export const sharedBuffers = (memoryBytes: number): string =>
  `${Math.min(Math.max(Math.floor(memoryBytes / 8 / MB), LEAST_MB), MOST_MB)}MB`;

// Where a container may take less than its machine has, only that counts; without a limit the answer is 0 or beyond.
const memoryHere = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());

/** Settings of the embedded server, by their names; durability is PostgreSQL's own default, fsync on. */
export const serverSettings = (): Readonly<Record<string, string>> => ({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: sharedBuffers(memoryHere()),
  maintenance_work_mem: '256MB',
  work_mem: '32MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_buffers: '16MB',
  random_page_cost: '1.1',
  jit: 'off',
  log_checkpoints: 'off',
});
