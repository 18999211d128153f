import { Column, Entity, PrimaryColumn } from 'typeorm';

const KEY = { primaryKeyConstraintName: 'payee_month_pkey' } as const;

/** A payee's fiscal month with all that was calculated for it. */
@Entity({ name: 'payee_month' })
export class PayeeMonthRecord {
  @PrimaryColumn({ type: 'text', collation: 'C', ...KEY }) payee!: string;
  /** Its number in the calendar. */
  @PrimaryColumn({ type: 'int', ...KEY }) month!: number;
  /** The log position at which it came to be what it is. */
  @Column('bigint') position!: string;
  @Column('text') hash!: string;
  @Column('json') body!: unknown;
}
