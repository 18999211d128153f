/** What an auditor asks of the controls, by name. */
export const CONTROLS = [
  'imports',
  'adjustments',
  'plans',
  'access',
  'duties',
  'reconcile',
  'forgotten',
] as const;

/** The name of a control. */
export type ControlName = (typeof CONTROLS)[number];
