import { freshDatabase } from '#testing';
import { CreditRecord, DealRecord, FormerCreditRecord, UncreditedRecord } from './deals.rows.js';
import { PayeeMonthRecord } from './payee-month.rows.js';

describe('row classes', () => {
  it('say what the migrations have made', async () => {
    const database = await freshDatabase();
    try {
      const source = await database.dataSource([
        DealRecord,
        CreditRecord,
        FormerCreditRecord,
        UncreditedRecord,
        PayeeMonthRecord,
      ]);
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await database.close();
    }
  });
});
