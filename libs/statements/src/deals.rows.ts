import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const C = { type: 'text', collation: 'C' } as const;

/** A deal: what is asked of many deals in columns, all that the log says of it in `facts`. */
@Entity({ name: 'deal' })
@Index('deal_account', ['account', 'bookedOn'])
@Index('deal_territory', ['territory', 'bookedOn'], { where: '(territory IS NOT NULL)' })
export class DealRecord {
  @PrimaryColumn({ ...C, primaryKeyConstraintName: 'deal_pkey' }) deal!: string;
  /** The log position of its booking. */
  @Column('bigint') position!: string;
  @Column(C) account!: string;
  @Column({ type: 'date', name: 'booked_on' }) bookedOn!: string;
  @Column(C) currency!: string;
  @Column({ ...C, nullable: true }) territory!: string | null;
  /** Everybody who ever had credit of it, at whatever position of the log. */
  @Column({ ...C, array: true }) payees!: string[];
  /** All that the log says of it, as JSON. */
  @Column('text') facts!: string;
}

const CREDIT = { primaryKeyConstraintName: 'credit_pkey' } as const;

/** One payee's credit of a line of a deal on a credit date. */
@Entity({ name: 'credit' })
export class CreditRecord {
  @PrimaryColumn({ ...C, ...CREDIT }) payee!: string;
  @PrimaryColumn({ ...C, ...CREDIT }) deal!: string;
  @PrimaryColumn({ ...C, ...CREDIT }) kind!: string;
  @PrimaryColumn({ ...C, ...CREDIT }) line!: string;
  @PrimaryColumn({ type: 'date', name: 'credited_on', ...CREDIT }) creditedOn!: string;
  /** In the deal's currency, with all of its digits. */
  @Column('numeric') amount!: string;
  @Column(C) currency!: string;
}

const FORMER = { primaryKeyConstraintName: 'former_credit_pkey' } as const;

/** Who had credit of a deal once, at some position of the log. */
@Entity({ name: 'former_credit' })
export class FormerCreditRecord {
  @PrimaryColumn({ ...C, ...FORMER }) payee!: string;
  @PrimaryColumn({ ...C, ...FORMER }) deal!: string;
}

const UNCREDITED = { primaryKeyConstraintName: 'uncredited_pkey' } as const;

/** A deal, or a part of one, that nobody has credit for, or whose pay waits for an exchange rate. */
@Entity({ name: 'uncredited' })
export class UncreditedRecord {
  @PrimaryColumn({ ...C, ...UNCREDITED }) deal!: string;
  @PrimaryColumn({ ...C, ...UNCREDITED }) reason!: string;
  /** Whose pay waits; empty where nobody has the credit. */
  @PrimaryColumn({ ...C, ...UNCREDITED }) payee!: string;
}
