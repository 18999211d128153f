import type { Attributes } from './payee.commands.js';

/** The name of a payee whose personal data was forgotten. */
export const FORGOTTEN = 'Forgotten payee';

/** What says who a payee is, and decides nothing about his pay. */
export interface Personal {
  readonly name?: string;
  readonly email?: string;
  readonly attributes?: Attributes;
}

const attributesOf = (data: Personal, wanted: (name: string) => boolean): Attributes =>
  Object.fromEntries(Object.entries(data.attributes ?? {}).filter(([name]) => wanted(name)));

/**
 * What was said of a payee, in two parts: what is personal (the name, the address, the attributes
 * marked as such), and all the rest. That attributes were given at all is seen in the rest.
 */
export const apart = <D extends Personal>(
  data: D,
  marked: ReadonlySet<string>,
): { readonly personal: Personal; readonly rest: Omit<D, 'name' | 'email'> } => {
  const { name, email, ...rest } = data;
  const attributes = attributesOf(data, (one) => marked.has(one));
  return {
    personal: {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(Object.keys(attributes).length > 0 && { attributes }),
    },
    rest: {
      ...rest,
      ...(data.attributes && { attributes: attributesOf(data, (one) => !marked.has(one)) }),
    },
  };
};

/** What was said of a payee, from its two parts. */
export const together = (personal: Personal, rest: Personal): Personal => ({
  ...rest,
  ...personal,
  ...(personal.attributes && { attributes: { ...rest.attributes, ...personal.attributes } }),
});

/** What is left of what was said of a payee when he is forgotten: nothing personal. */
export const forgotten = <D extends Personal>(data: D, marked: Iterable<string>): D => {
  const { personal, rest } = apart(data, new Set(marked));
  return { ...rest, ...(personal.name !== undefined && { name: FORGOTTEN }) } as unknown as D;
};
