import { Exact } from './exact.js';

const MONEY_DECIMALS = 2;
const DECIMALS_AT_MOST = 6;

const grouped = (text: string): string => {
  const [whole = '', part] = text.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? thousands : `${thousands}.${part}`;
};

/** A ratio as people read it: `8%`, `12.5%`, `33.33…%` where its decimals do not end soon. */
export const showRatio = (value: Exact): string => {
  const shown = value.times(Exact.of(100));
  const decimals = shown.decimals();
  return decimals === undefined || decimals > DECIMALS_AT_MOST
    ? `${shown.toFixed(MONEY_DECIMALS)}…%`
    : `${shown.toFixed(decimals)}%`;
};

/** An amount as people read it: `1,250.00`, `0.125`, `333.3333…` where its decimals do not end soon. */
export const showAmount = (value: Exact): string => {
  const decimals = value.decimals();
  if (decimals === undefined || decimals > DECIMALS_AT_MOST) {
    return `${grouped(value.toFixed(MONEY_DECIMALS + 2))}…`;
  }
  return grouped(value.toFixed(Math.max(decimals, MONEY_DECIMALS)));
};
