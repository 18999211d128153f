import { readShape } from '#kernel';
import { planFaults, PublishPlan } from './index.js';

/** Any fields, wrong ones among them. */
export type Loose = Record<string, unknown>;

export const tiers = (fields: Loose = {}) => ({
  by: 'attainment',
  apply: 'marginal',
  steps: [
    { from: '0%', rate: '5%' },
    { from: '100%', rate: '10%' },
  ],
  ...fields,
});
const curve = (fields: Loose = {}) => ({
  shape: 'linear',
  points: [
    { at: '0%', pays: '0%' },
    { at: '100%', pays: '100%' },
  ],
  ...fields,
});
const matrix = (fields: Loose = {}) => ({
  rows: { of: 'self', by: 'attainment', from: ['0%', '50%'] },
  columns: { of: 'other', from: ['0%'] },
  pays: [['1%'], ['2%']],
  unit: 'rate',
  ...fields,
});
/** A commission of 5% of everything. */
export const rated = (fields: Loose = {}) => ({
  id: 'c',
  type: 'commission',
  rate: '5%',
  ...fields,
});
/** A commission of tiers, with fields of its own and of its tiers. */
export const tiered = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'commission',
  tiers: tiers(of),
  ...fields,
});
/** A bonus by a curve, with fields of its own and of the curve. */
export const curved = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'bonus',
  curve: curve(of),
  ...fields,
});
/** A bonus by a matrix, with fields of its own and of the matrix. */
export const squared = (fields: Loose = {}, of: Loose = {}) => ({
  id: 'c',
  type: 'bonus',
  matrix: matrix(of),
  ...fields,
});
/** A component for others to look at. */
export const other = { id: 'other', type: 'commission', rate: '1%' };
/** The same, each deal a window of its own: it cannot be looked at. */
export const perDeal = { id: 'other', type: 'commission', rate: '1%', window: 'deal' };
/** One objective that is worth everything. */
export const goals = (fields: Loose = {}) => ({
  id: 'c',
  type: 'objectives',
  objectives: [{ id: 'g', weight: '100%' }],
  ...fields,
});
/** 50 for each deal. */
export const spiff = (fields: Loose = {}) => ({ id: 'c', type: 'spiff', amount: '50', ...fields });
/** 1% of what comes from below. */
export const override = (fields: Loose = {}) => ({
  id: 'c',
  type: 'override',
  rate: '1%',
  ...fields,
});

/** The places of the faults of a plan that is well formed; those in its first component without its path. */
export const faultsOf = (components: readonly Loose[], plan: Loose = {}): string[] => {
  const plain = { id: 'p', currency: 'USD', from: '2026-01-01', components, ...plan };
  const reading = readShape(PublishPlan, plain);
  if (reading.faults)
    throw new Error(reading.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return planFaults(reading.data).map(({ path }) => path.replace('components[0].', ''));
};
