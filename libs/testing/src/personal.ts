/** A payee of whom much is known that is personal, as `add-payee` takes it; the policy has to name her phone. */
export const ANA = {
  id: 'ana',
  name: 'Ana Ruíz de la Prada',
  email: 'ana.ruiz@mail.example',
  hiredOn: '2025-01-01',
  currency: 'USD',
  attributes: { region: 'emea', phone: '+34 600 123 456' },
};

/** Her other phone, as `change-payee` takes it. */
export const ANA_MOVED = {
  payee: 'ana',
  on: '2026-01-05',
  attributes: { ...ANA.attributes, phone: '0815-2342-77' },
};

/** What is gone wherever it stood once she is forgotten. */
export const PERSONAL = [
  ANA.name,
  'Prada',
  ANA.email,
  ANA.attributes.phone,
  ANA_MOVED.attributes.phone,
];
