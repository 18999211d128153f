import { all, context, event, inEachLog } from './contract.fixtures.js';
import type { EventStore, StoredEvent } from './event-store.js';
import { eventOfLine, lineOf } from './line.js';

inEachLog((log) => {
  it('stores canonical JSON: the same content gives the same bytes', async () => {
    await log.store.append(
      log.named('deal'),
      [{ type: 'A', data: { b: 1, a: { d: 2, c: 3 } } }],
      'none',
      context,
    );
    for await (const page of log.store.readStored(log.start)) {
      expect(page.map(({ data, meta }) => [data, meta])).toEqual([
        ['{"a":{"c":3,"d":2},"b":1}', '{"by":"ana","recorded":"2026-01-31T09:00:00Z"}'],
      ]);
    }
  });

  it('gives the stored bytes of each event as one line', async () => {
    const text = 'tab\t back\\slash \n \r \b \f \v \u0001 ü \ud83d\ude00';
    await log.store.append(
      log.named(`deal-${text}`),
      [{ type: `A ${text}`, data: { text } }],
      'none',
      context,
    );
    await log.store.append(log.named('deal'), [event(1), event(2)], 'none', context);
    const stored: StoredEvent[] = [];
    for await (const page of log.store.readStored(log.start)) stored.push(...page);
    const lines: string[] = [];
    for await (const page of log.store.readLines(log.start)) lines.push(...page.map(String));
    expect(lines).toEqual(stored.map(lineOf));
    expect(lines.map(eventOfLine)).toEqual(stored);
    expect(eventOfLine(lines.join('\t'))).toBeUndefined();
    const two: string[] = [];
    for await (const page of log.store.readLines(log.start, log.start + 2n))
      two.push(...page.map(String));
    expect(two).toEqual(lines.slice(0, 2));
  });

  it('reads some categories, up to a position', async () => {
    for (let n = 0; n < 20; n += 1) {
      await log.store.append(
        log.named(n % 5 === 0 ? 'plan' : n % 7 === 0 ? 'payee' : 'deal'),
        [event(n)],
        'any',
        { ...context, commandId: `c-${log.run}-${n}` },
      );
    }
    const numbers = async (options: Parameters<EventStore['readAll']>[1]) =>
      (await all(log.store.readAll(log.start, options))).map(
        ({ data }) => (data as { n: number }).n,
      );
    expect(await numbers({ categories: ['plan', 'payee'], pageSize: 2 })).toEqual([
      0, 5, 7, 10, 14, 15,
    ]);
    expect(await numbers({ categories: ['plan'], upTo: log.start + 11n })).toEqual([0, 5, 10]);
    expect(await numbers({ categories: [] })).toEqual([]);
    expect(await numbers({ upTo: log.start + 3n, pageSize: 2 })).toEqual([0, 1, 2]);
    expect(await all(log.store.readAll(log.start + 20n))).toEqual([]);
    expect(await all(log.store.readAll(-1n, { upTo: 0n }))).toEqual([]);
  });

  it('follows: what is there, then what comes, until told to stop', async () => {
    await log.store.append(log.named('deal'), [event(1)], 'any', context);
    const stop = new AbortController();
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const page of log.store.follow(log.start, stop.signal, { categories: ['deal'] })) {
        for (const { data } of page) seen.push((data as { n: number }).n);
        if (seen.length === 3) stop.abort();
      }
    })();
    await log.store.append(log.named('plan'), [event(9)], 'any', context);
    await log.store.append(log.named('deal'), [event(2)], 'any', context);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await log.store.append(log.named('deal'), [event(3)], 'any', context);
    await following;
    expect(seen).toEqual([1, 2, 3]);
  });
});
