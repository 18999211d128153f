import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readStep } from './item.js';
import { openMapping, shippedMappings } from './shipped.reader.js';
import { planMapped } from './sources.reader.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mapping-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const steps = async (name: string, files: Record<string, string>): Promise<unknown[]> => {
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const found: unknown[] = [];
  for (const plan of planMapped([folder], openMapping(name))) {
    for await (const items of (await plan.open()).pages) {
      found.push(...items.map(({ step, faults }) => faults ?? readStep(step)));
    }
  }
  return found;
};

describe('a mapping that ships', () => {
  it('is found by its name', () => {
    expect(shippedMappings()).toEqual(['adventureworks', 'hubspot', 'salesforce']);
    expect(() => openMapping('salesforse')).toThrow('did you mean "salesforce"?');
  });

  it('takes users, territories and won opportunities from Salesforce', async () => {
    const found = await steps('salesforce', {
      'User.csv':
        'Id,FirstName,LastName,Email,Title,ManagerId,UserType,CreatedDate\n' +
        '005B,Ana,Ruiz,ana@example.com,AE,005A,Standard,2024-03-01T10:00:00.000Z\n' +
        '005A,,Boss,,,,Standard,2020-01-01T00:00:00.000Z\n' +
        '005C,Auto,Bot,,,,AutomatedProcess,2020-01-01T00:00:00.000Z\n',
      'Territory2.csv': 'Id,Name,ParentTerritory2Id\n0MI2,West,0MI1\n0MI1,World,\n',
      'Opportunity.csv':
        'Id,Name,AccountId,OwnerId,Amount,CloseDate,CreatedDate,IsWon,Type,CurrencyIsoCode\n' +
        '006A,Big,001A,005B,1000.00,2026-02-10,2025-12-01T08:00:00.000Z,1,New Business,EUR\n' +
        '006B,Small,001A,005B,50.5,2026-02-11,2026-01-01T08:00:00.000Z,true,,USD\n' +
        '006C,Lost,001A,005B,9,2026-02-11,2026-01-01T08:00:00.000Z,0,,USD\n',
      'OpportunityLineItem.csv':
        'Id,OpportunityId,Name,Quantity,TotalPrice\n00kA,006A,Seats,10.00,600.00\n00kB,006A,Setup,1.00,400.00\n00kC,006C,Seats,1,9\n',
      'OpportunitySplit.csv':
        'Id,OpportunityId,SplitOwnerId,SplitPercentage\n1,006A,005B,60.00\n2,006A,005A,40.00\n',
    });
    expect(found).toEqual([
      {
        type: 'add-payee',
        data: { id: '005A', name: '- Boss', hiredOn: '2020-01-01', currency: 'USD' },
      },
      {
        type: 'add-payee',
        data: {
          id: '005B',
          name: 'Ana Ruiz',
          email: 'ana@example.com',
          hiredOn: '2024-03-01',
          currency: 'USD',
          manager: '005A',
          role: 'AE',
        },
      },
      { type: 'define-territory', data: { id: '0MI1', name: 'World' } },
      { type: 'define-territory', data: { id: '0MI2', name: 'West', parent: '0MI1' } },
      {
        type: 'book-deal',
        data: {
          id: '006A',
          account: '001A',
          bookedOn: '2026-02-10',
          openedOn: '2025-12-01',
          currency: 'EUR',
          type: 'New Business',
          team: [
            { payee: '005B', share: '0.6' },
            { payee: '005A', share: '0.4' },
          ],
          lines: [
            { id: '00kA', amount: '600', quantity: '10', product: 'Seats' },
            { id: '00kB', amount: '400', quantity: '1', product: 'Setup' },
          ],
          attributes: { name: 'Big' },
        },
      },
      {
        type: 'book-deal',
        data: {
          id: '006B',
          account: '001A',
          bookedOn: '2026-02-11',
          openedOn: '2026-01-01',
          currency: 'USD',
          amount: '50.5',
          team: [{ payee: '005B', share: '1' }],
          attributes: { name: 'Small' },
        },
      },
    ]);
  });

  it('takes won deals from HubSpot', async () => {
    const found = await steps('hubspot', {
      'hubspot-crm-exports-all-deals-2026-02-28.csv':
        '"Record ID","Deal Name","Deal Stage","Close Date","Deal owner","Amount","Currency","Deal Type","Create Date","Pipeline","Associated Company IDs"\n' +
        '"101","Acme, renewal","Closed won (Sales Pipeline)","2026-02-10 14:30","Zoë Ruiz","1250.50","eur","Existing Business","2026-01-05 09:00","Sales Pipeline","77"\n' +
        '"102","Other","Closed lost","2026-02-10 14:30","Zoë Ruiz","9","EUR","","","",""\n',
    });
    expect(found).toEqual([
      {
        type: 'book-deal',
        data: {
          id: 'hs-101',
          account: 'hs-77',
          bookedOn: '2026-02-10',
          openedOn: '2026-01-05',
          currency: 'EUR',
          amount: '1250.5',
          type: 'existing',
          team: [{ payee: 'zoe-ruiz', share: '1' }],
          attributes: { name: 'Acme, renewal', pipeline: 'Sales Pipeline' },
        },
      },
    ]);
  });
});
