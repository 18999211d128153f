// Runs what is about the replicated log against the server or cluster that EVENTSTORE_URL names. Its log must be empty:
// the journey of a deal comes first, and the contract then leaves events that no company has.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './prepare.mjs';

if (!process.env.EVENTSTORE_URL) {
  console.error(`EVENTSTORE_URL is missing: the connection string of an EventStoreDB or KurrentDB whose log is empty, such as
  EVENTSTORE_URL='esdb://localhost:2113?tls=false' npm run test:eventstore
With EVENTSTORE_NODE_DOWN and EVENTSTORE_NODE_UP (shell commands) a node goes away in the middle and comes back; those
on docker/compose.yaml want POSTGRES_PASSWORD to be set:
  EVENTSTORE_NODE_DOWN='docker compose -f docker/compose.yaml stop node2'
  EVENTSTORE_NODE_UP='docker compose -f docker/compose.yaml start node2'`);
  process.exit(2);
}

const SPECS = ['test/eventstoredb/journey', 'event-log.node-loss', 'event-store.*contract'];

for (const spec of SPECS) {
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/jest.mjs'), '--runInBand', spec],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
