import { canonicalJson } from '#kernel';
import { encodeBatch } from './encode.js';
import type { Context } from './event-store.js';

const recorded = '2026-01-31T09:00:00Z';
const source = 'facts.ndjson@1:1';

describe('the circumstances of the appends of a batch', () => {
  it('are each written as canonical JSON, whatever they share with those before', () => {
    const contexts: Context[] = [
      { recorded, by: 'ana', source },
      { by: 'ana', recorded, source: 'with "quotes"\n:2' },
      { recorded, by: 'ana' },
      { recorded, by: 'ana', source },
      { recorded, by: 'ben', source },
      { recorded, by: 'ben', role: 'admin', source },
      { recorded, by: 'ben', key: 'admin', source },
      { recorded: '2026-02-01T09:00:00Z', by: 'ben', key: 'admin', source },
      { recorded, by: 'ben', commandId: 'c1', source },
      { recorded, by: 'ben', commandId: 'c2', source },
      // As another version of the program may have recorded it.
      { recorded, by: 'ben', source, zone: 'UTC' } as Context,
      { recorded, by: 'ben', source: 'facts.ndjson@1:2', zone: 'UTC' } as Context,
    ];
    const appends = contexts.map((context, i) => ({
      stream: `deal-${i}`,
      events: [{ type: 'DealBooked', data: {} }],
      expectedRevision: 'none' as const,
      context,
    }));
    expect([...encodeBatch(appends)].map(({ meta }) => meta)).toEqual(contexts.map(canonicalJson));
  });
});
