import { all, context, event, inEachLog } from './contract.fixtures.js';
import { Conflict } from './event-store.js';

inEachLog((log) => {
  it('records events with position, revision, id, version, data and context', async () => {
    const data = {
      amount: '12.50',
      text: 'tab\t "quote" \\ line\n \u0000 ü \ud83d\ude00',
      none: undefined,
      list: [1, null],
    };
    const appended = await log.store.append(
      log.named('deal'),
      [{ type: 'DealBooked', schemaVersion: 3, data }],
      'none',
      { ...context, role: 'comp-admin', source: 'deals.ndjson:1' },
    );
    expect(appended).toEqual({ position: log.start + 1n, revision: 0n });
    const [recorded] = await log.store.read(log.named('deal'));
    expect(recorded).toEqual({
      position: log.start + 1n,
      stream: log.named('deal'),
      revision: 0n,
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      type: 'DealBooked',
      schemaVersion: 3,
      data: { amount: data.amount, text: data.text, list: [1, null] },
      meta: { ...context, role: 'comp-admin', source: 'deals.ndjson:1' },
    });
  });

  it('numbers revisions per stream and positions over all', async () => {
    await log.store.append(log.named('deal'), [event(1), event(2)], 'none', context);
    await log.store.append(log.named('plan'), [event(3)], 'none', context);
    expect(await log.store.append(log.named('deal'), [event(4)], 1n, context)).toEqual({
      position: log.start + 4n,
      revision: 2n,
    });
    expect(await log.store.head()).toBe(log.start + 4n);
    const events = await all(log.store.readAll(log.start));
    expect(
      events.map(({ position, stream, revision }) => [position - log.start, stream, revision]),
    ).toEqual([
      [1n, log.named('deal'), 0n],
      [2n, log.named('deal'), 1n],
      [3n, log.named('plan'), 0n],
      [4n, log.named('deal'), 2n],
    ]);
  });

  it.each([
    ['a stream that should not exist', 'none' as const],
    ['an older revision', 0n],
    ['a revision that is not there yet', 7n],
  ])('refuses an append that expected %s', async (_, expected) => {
    await log.store.append(log.named('deal'), [event(1), event(2)], 'none', context);
    await expect(
      log.store.append(log.named('deal'), [event(3)], expected, context),
    ).rejects.toThrow(Conflict);
    await expect(
      log.store.appendMany([
        { stream: log.named('other'), events: [event(4)], expectedRevision: 'none', context },
        { stream: log.named('deal'), events: [event(3)], expectedRevision: expected, context },
      ]),
    ).rejects.toEqual(new Conflict([log.named('deal')]));
    expect(await log.store.read(log.named('other'))).toHaveLength(log.isAtomic ? 0 : 1);
    expect(await log.store.head()).toBe(log.start + (log.isAtomic ? 2n : 3n));
  });

  it('refuses an absent stream at a revision', async () => {
    await expect(log.store.append(log.named('deal'), [event(1)], 0n, context)).rejects.toThrow(
      Conflict,
    );
  });

  it('appends at any revision where it does not matter', async () => {
    await log.store.append(log.named('notes'), [event(1)], 'any', context);
    expect(await log.store.append(log.named('notes'), [event(2)], 'any', context)).toEqual({
      position: log.start + 2n,
      revision: 1n,
    });
  });

  it.each([
    ['any', 'any' as const],
    ['none', 'none' as const],
  ])('takes a retry of a command for what it is (%s)', async (_, expected) => {
    const command = { ...context, commandId: `c-${log.run}` };
    const first = await log.store.append(
      log.named('deal'),
      [event(1), event(2)],
      expected,
      command,
    );
    await log.store.append(log.named('deal'), [event(3)], 1n, context);
    // The retry comes later and by another clock, yet with the command's id.
    const later = { ...command, recorded: '2026-01-31T09:00:05Z' };
    expect(
      await log.store.append(log.named('deal'), [event(1), event(2)], expected, later),
    ).toEqual(first);
    const batch = [
      {
        stream: log.named('deal'),
        events: [event(1), event(2)],
        expectedRevision: expected,
        context: later,
      },
      { stream: log.named('new'), events: [event(1)], expectedRevision: 'none' as const, context },
    ];
    expect(await log.store.appendMany(batch)).toBe(log.start + 4n);
    expect(await log.store.appendMany(batch)).toBe(log.start + 4n);
    expect(await log.store.head()).toBe(log.start + 4n);
  });

  it('does not take a longer append for a retry of its beginning', async () => {
    const command = { ...context, commandId: `c-${log.run}` };
    await log.store.append(log.named('deal'), [event(1)], 'none', command);
    await expect(
      log.store.append(log.named('deal'), [event(1), event(2)], 'none', command),
    ).rejects.toThrow(Conflict);
  });

  it('records many appends in order, or none', async () => {
    const appends = Array.from({ length: 500 }, (_, n) => ({
      stream: log.named(`deal-${n}`),
      events: [event(n), { type: 'Noted', data: { text: 'back\\slash\ttab\nline' } }],
      expectedRevision: n % 3 === 0 ? ('any' as const) : ('none' as const),
      context: { ...context, source: `file:${n}` },
    }));
    expect(await log.store.appendMany(appends)).toBe(log.start + 1000n);
    const events = await all(log.store.readAll(log.start, { pageSize: 77 }));
    expect(events.map(({ position }) => position)).toEqual(
      events.map((_, i) => log.start + BigInt(i + 1)),
    );
    expect(events[999]).toMatchObject({
      stream: log.named('deal-499'),
      revision: 1n,
      data: { text: 'back\\slash\ttab\nline' },
      meta: { source: 'file:499' },
    });
    const found = await log.store.readMany([
      log.named('deal-0'),
      log.named('absent'),
      log.named('deal-7'),
    ]);
    expect([...found.keys()].sort()).toEqual([log.named('deal-0'), log.named('deal-7')]);
    expect(found.get(log.named('deal-7'))?.map(({ revision }) => revision)).toEqual([0n, 1n]);
  });

  it('records appends to one stream among others in the order given, and takes a retry for what it is', async () => {
    const append = (stream: string, n: number, expectedRevision: bigint | 'none') => ({
      stream: log.named(stream),
      events: [event(n)],
      expectedRevision,
      context: { ...context, source: `file:${n}` },
    });
    const [first, ...others] = [
      append('deal', 1, 'none'),
      append('payee', 2, 'none'),
      append('deal', 3, 0n),
      append('deal', 4, 1n),
    ] as const;
    await log.store.appendMany([first]);
    expect(await log.store.appendMany([first, ...others])).toBe(log.start + 4n);
    expect(await log.store.appendMany([first, ...others])).toBe(log.start + 4n);
    const events = await all(log.store.readAll(log.start));
    expect(events.map(({ data, meta }) => [data, meta.source])).toEqual(
      [1, 2, 3, 4].map((n) => [{ n }, `file:${n}`]),
    );
    const anew = [append('new', 5, 'none'), append('other', 6, 'none'), append('new', 7, 0n)];
    expect(await log.store.appendMany(anew)).toBe(log.start + 7n);
    await expect(
      log.store.appendMany([append('deal', 5, 2n), append('deal', 6, 4n)]),
    ).rejects.toThrow('twice');
  });

  it('refuses what no rule can cause: no events, a stream twice, an instant that is none', async () => {
    await expect(log.store.append(log.named('deal'), [], 'none', context)).rejects.toThrow(
      'No events',
    );
    const twice = {
      stream: log.named('deal'),
      events: [event(1)],
      expectedRevision: 'any' as const,
      context,
    };
    await expect(log.store.appendMany([twice, twice])).rejects.toThrow('twice');
    await expect(
      log.store.append(log.named('deal'), [event(1)], 'none', {
        ...context,
        recorded: '2026-01-31',
      }),
    ).rejects.toThrow('"2026-01-31" is not an instant');
  });

  it('has one winner per revision when 64 race', async () => {
    for (let round = 0; round < 10; round += 1) {
      const expected = round === 0 ? 'none' : BigInt(round - 1);
      const results = await Promise.allSettled(
        Array.from({ length: 64 }, (_, n) =>
          log.store.append(log.named('race'), [event(n)], expected, context),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Conflict);
    }
    expect(await log.store.read(log.named('race'))).toHaveLength(10);
  });
});
