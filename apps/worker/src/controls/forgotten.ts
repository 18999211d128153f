import type { EventStore } from '#event-store';
import type { PayeeForgotten } from '#payees';
import { exceptions, type ControlReport, type Finding, type Span } from './control.js';

const COLUMNS = ['payee', 'recorded', 'by', 'role', 'reason', 'open', 'exception'];

/** Whose personal data was forgotten in a span: when, by whom, why, and what was open for him then. */
export const forgottenControl = async (
  store: EventStore,
  { from, to }: Span,
): Promise<ControlReport> => {
  const findings: Finding[] = [];
  const asked = { categories: ['payee'], upTo: to };
  for await (const page of store.readAll(from > 0n ? from - 1n : 0n, asked)) {
    for (const { type, data, meta } of page) {
      if (type !== 'PayeeForgotten') continue;
      const { payee, reason, open = [] } = data as PayeeForgotten;
      const exception = exceptions({ 'something was open for him': open.length > 0 });
      const { recorded, by, role = '' } = meta;
      findings.push({ payee, recorded, by, role, reason, open: open.join('; '), exception });
    }
  }
  return { columns: COLUMNS, findings };
};
