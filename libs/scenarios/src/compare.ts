import { Exact } from '#kernel';

/**
 * Whether a number is what was expected of it, compared at the number of digits written: `"120%"`
 * to the whole percent, `"1.20"` to the hundredth, `"6/5"` exactly.
 */
export const agrees = (expected: string, actual: Exact): boolean => {
  const wanted = Exact.from(expected);
  if (expected.includes('/')) return wanted.equals(actual);
  const percent = expected.endsWith('%');
  const digits = /\.(\d+)/.exec(expected)?.[1]?.length ?? 0;
  const scale = digits + (percent ? 2 : 0);
  return actual.round(scale) === wanted.round(scale);
};

/** A number as an expectation would write it: in percent, with as many digits, where they suffice. */
export const writtenLike = (expected: string, actual: Exact): string => {
  const percent = expected.endsWith('%');
  const shown = percent ? actual.times(Exact.of(100)) : actual;
  const digits = /\.(\d+)/.exec(expected)?.[1]?.length ?? 0;
  const decimals = shown.decimals();
  const text =
    decimals !== undefined && decimals <= digits
      ? shown.toFixed(digits)
      : shown.toFixed(Math.max(digits, Math.min(decimals ?? 6, 6)));
  return percent ? `${text}%` : text;
};

/** Whether somebody expected nothing: such a row also passes where there is none. */
export const isNothing = (expected: string): boolean => Exact.from(expected).isZero;
