import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The rows that people read, written by followers: each can be made again from the log. Amounts are numeric, so that
 * they leave as text with their own decimals.
 */
export class Rows1764060100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEALS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table payee_month;
      drop table calculated;
      drop table unchecked_payout;
      drop table stale_payout;
      drop table maker;
      drop table horizon;
      drop table stale_payee;
      drop table stale_deal;
      drop table credit_currency;
      drop table uncredited;
      drop table former_credit;
      drop table credit;
      drop table deal;`);
  }
}

const DEALS = `
  create table deal (
    deal text collate "C" primary key,
    -- of its booking
    position bigint not null,
    account text collate "C" not null,
    booked_on date not null,
    currency text collate "C" not null,
    territory text collate "C",
    -- everybody who ever had credit of it, at whatever position of the log
    payees text[] collate "C" not null,
    -- all that the log says of it, as JSON
    facts text not null
  );
  create index deal_account on deal (account, booked_on);
  create index deal_territory on deal (territory, booked_on);

  create table credit (
    payee text collate "C" not null,
    deal text collate "C" not null,
    kind text collate "C" not null,
    line text collate "C" not null,
    credited_on date not null,
    amount numeric not null,
    currency text collate "C" not null,
    primary key (payee, deal, kind, line, credited_on)
  );
  -- who had credit of a deal once, at some position of the log, and has none now
  create table former_credit (
    payee text collate "C" not null,
    deal text collate "C" not null,
    primary key (payee, deal)
  );
  -- deals, or parts of them, that nobody has credit for, or whose pay waits for an exchange rate
  create table uncredited (
    deal text collate "C" not null,
    reason text collate "C" not null,
    payee text collate "C" not null,
    primary key (deal, reason, payee)
  );
  create table credit_currency (
    payee text collate "C" not null,
    currency text collate "C" not null,
    primary key (payee, currency)
  );

  -- deals to share out again, because of what the log says at a position after their booking
  create table stale_deal (
    deal text collate "C" not null,
    position bigint not null,
    primary key (deal, position)
  );
  create table stale_payee (
    payee text collate "C" primary key
  );
  -- the latest business date of any deal, at each position of the log at which it moved
  create table horizon (
    position bigint primary key,
    day date not null
  );
  -- the last fiscal month that rows go to; one row
  create table calculated (
    month int primary key
  );

  -- who said anything that a payee's pay rests on: none of them approves it
  create table maker (
    payee text collate "C" not null,
    maker text collate "C" not null,
    primary key (payee, maker)
  );
  -- payouts whose amounts later facts have changed, and the log position at which that was seen
  create table stale_payout (
    payout text collate "C" primary key,
    position bigint not null
  );
  -- drafts to compare once with what had been calculated when they came
  create table unchecked_payout (
    payout text collate "C" primary key
  );

  -- a payee's fiscal month (its number in the calendar) with all that was calculated for it, as JSON
  create table payee_month (
    payee text collate "C" not null,
    month int not null,
    -- the log position at which it came to be what it is
    position bigint not null,
    hash text not null,
    body json not null,
    primary key (payee, month)
  );`;
