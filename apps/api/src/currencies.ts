import type { Book } from '#crediting';
import { isObject, type Fault } from '#kernel';
import { refuseMalformed } from '#scenarios';
import type { NamedCurrency } from './body.js';

/** What is looked up to know in which currency a command's amounts are. */
export interface CurrencySources {
  book(): Promise<Book>;
  /** The currency of a deal; undefined where there is no such deal. */
  ofDeal(deal: string): Promise<string | undefined>;
}

interface Fields {
  readonly currency?: unknown;
  readonly deal?: unknown;
  readonly plan?: unknown;
  readonly component?: unknown;
  readonly payee?: unknown;
}

// Amounts that are no money, or in no currency.
const PLAIN = /(^|\.)quantity$/;
const PLAIN_COMMANDS = new Set(['record-metric', 'set-policy']);

const ofComponent = (book: Book, component: string): string | undefined => {
  const versions = book.planIds.flatMap((id) => book.planVersions(id));
  return versions.find(({ plan }) => plan.components.some(({ id }) => id === component))?.plan
    .currency;
};

const isText = (value: unknown): value is string => typeof value === 'string';

const expected = async (fields: Fields, sources: CurrencySources): Promise<string | undefined> => {
  const { currency, deal, plan, component, payee } = fields;
  if (isText(currency)) return currency;
  if (isText(deal)) return sources.ofDeal(deal);
  const book = await sources.book();
  if (isText(plan)) return book.planVersions(plan).at(-1)?.plan.currency;
  if (isText(component)) return ofComponent(book, component);
  return isText(payee) ? book.payee(payee)?.states.at(-1)?.currency : undefined;
};

// A draft says of several payees how much; each has a currency of his own.
const within = (data: Readonly<Record<string, unknown>>, path: string): Fields => {
  const [, at] = /^holds\[(\d+)\]/.exec(path) ?? [];
  const hold: unknown = Array.isArray(data['holds']) ? data['holds'][Number(at)] : undefined;
  return isObject(hold) ? { payee: hold['payee'] } : {};
};

/**
 * Compares the currencies that a body names beside its amounts with the one in which the command's amounts are: its
 * own, which need not be given twice, or that of its deal, plan or payee. Refuses what differs; gives the fields.
 */
export const settleCurrencies = async (
  type: string,
  data: Readonly<Record<string, unknown>>,
  named: readonly NamedCurrency[],
  sources: CurrencySources,
): Promise<Readonly<Record<string, unknown>>> => {
  const [first] = named;
  if (!first) return data;
  const plain = named.filter(({ path }) => PLAIN.test(path) || PLAIN_COMMANDS.has(type));
  if (plain.length > 0) {
    const message = 'this is no money in a currency: write it as text such as "12.5"';
    return refuseMalformed(
      type,
      plain.map(({ path }): Fault => ({ path, code: 'invalid', message })),
    );
  }
  const isOwn = type === 'book-deal' || type === 'publish-plan';
  const settled =
    isOwn && data['currency'] === undefined ? { ...data, currency: first.currency } : data;
  const faults: Fault[] = [];
  for (const { path, currency: found } of named) {
    const currency = await expected(
      type === 'draft-payout' ? within(data, path) : settled,
      sources,
    );
    if (currency === undefined || found === currency) continue;
    const message = `found ${found}, but the amounts here are in ${currency}`;
    faults.push({ path, code: 'contradiction', message });
  }
  return faults.length === 0 ? settled : refuseMalformed(type, faults);
};
