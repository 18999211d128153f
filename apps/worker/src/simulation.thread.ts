import { parentPort, workerData } from 'node:worker_threads';
import { categoryOf, openDatabase } from '#event-store';
import { IS_DEAL_CATEGORY, ReferenceBook } from '#statements';
import { OpenCompany } from './company.js';
import { SimulatedPay, type Simulated } from './simulated-pay.js';

// The inside of a thread that helps with a simulation: it takes lots of payees until none is left, and tells of each.
const { url, simulated } = workerData as { readonly url: string; readonly simulated: Simulated };
const database = await openDatabase(
  { home: '', databaseUrl: url },
  { signals: 'leave', connections: 4 },
);
const company = new OpenCompany(database);
try {
  const book = await new ReferenceBook(company.store).upTo(simulated.position);
  for (const fact of simulated.facts)
    if (!IS_DEAL_CATEGORY.has(categoryOf(fact.stream))) book.record(fact);
  for await (const lot of new SimulatedPay(company, book, simulated).lots())
    parentPort?.postMessage(lot);
} finally {
  await company.close();
}
