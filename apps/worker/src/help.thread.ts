import { workerData } from 'node:worker_threads';
import { openDatabase, PostgresEventStore } from '#event-store';
import { PayeeKeys, PersonalDataStore } from '#privacy';
import { CALCULATION } from '#statements';
import { followersOf } from './followers.js';

// The inside of a thread that helps with a calculation: it takes marked payees until none is left.
const { url } = workerData as { readonly url: string };
const database = await openDatabase(
  { home: '', databaseUrl: url },
  { signals: 'leave', connections: 2 },
);
const store = new PersonalDataStore(new PostgresEventStore(database.pool), new PayeeKeys(database));
try {
  const calculation = followersOf(store, database.pool).find(({ name }) => name === CALCULATION);
  await calculation?.share?.(await store.head());
} finally {
  await store.close();
  await database.close();
}
