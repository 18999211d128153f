import { BookDeal } from '#deals';
import { shapeSchema } from '#kernel';
import { ClosePeriod } from '#periods';
import { Axis, Cap } from '#plans';

describe('the JSON Schema of a shape', () => {
  it('names its fields, and lets no other in', () =>
    expect(shapeSchema(ClosePeriod)).toEqual({
      type: 'object',
      properties: { period: { type: 'string', pattern: '^FY(19|2[01])\\d{2}-M(0[1-9]|1[0-2])$' } },
      required: ['period'],
      additionalProperties: false,
    }));

  it('says which fields stand for each other', () =>
    expect(shapeSchema(Cap)).toMatchObject({
      required: ['per'],
      allOf: [{ oneOf: [{ required: ['amount'] }, { required: ['ofTarget'] }] }],
    }));

  it('goes into what is nested', () => {
    const { properties } = shapeSchema(BookDeal) as { properties: Record<string, unknown> };
    expect(properties.team).toMatchObject({
      type: 'array',
      minItems: 1,
      items: { type: 'object', required: ['payee', 'share'], additionalProperties: false },
    });
    expect(properties.attributes).toMatchObject({
      type: 'object',
      additionalProperties: { type: ['string', 'boolean', 'integer'] },
    });
  });

  it('takes money and ratios as text or whole numbers, never as fractions', () => {
    const { properties } = shapeSchema(BookDeal) as { properties: Record<string, unknown> };
    expect(properties.amount).toMatchObject({ anyOf: [{ type: 'string' }, { type: 'integer' }] });
    const { properties: axis } = shapeSchema(Axis) as { properties: Record<string, unknown> };
    expect(axis.from).toMatchObject({
      items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    });
  });
});
