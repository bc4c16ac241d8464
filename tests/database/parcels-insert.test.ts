import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIELDS, type FieldDefinition } from '../../server/contract/fields.ts'
import { ATTRIBUTE_COLUMNS, attributesSql, rowHashSql } from '../../server/parcels/columns.ts'
import { seedParcels, square } from '../factories/parcels.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const EXAMPLES: Record<FieldDefinition['type'], unknown> = {
  text: '示例 “引号” \\ Ab',
  code: '0601',
  date: '2015-03-02',
  area: 1234.5,
  money: 98_765_432_100,
  number: 0.035,
  integer: 2023,
  boolean: false,
}

/** A value for every attribute column. */
const FULL: Record<string, unknown> = Object.fromEntries(
  FIELDS.filter(({ column }) => ATTRIBUTE_COLUMNS.includes(column)).map(({ column, type }) => [
    column,
    column === 'cause' ? 'no_project' : column === 'town_code' ? '150623100' : EXAMPLES[type],
  ]),
)

async function written(id: string) {
  const { rows } = await database.knex.raw<{ rows: Record<string, string>[] }>(
    `SELECT v.attributes::text AS kept, a.attributes::text AS standing, v.row_hash, ${rowHashSql('a.attributes')} AS hash
     FROM parcels p JOIN parcel_versions v ON v.parcel_id = p.id
     CROSS JOIN LATERAL (${attributesSql('p')}) a WHERE p.id = ?`,
    [id],
  )
  return rows[0]!
}

describe('the first version of a parcel', () => {
  it('says of a full row what the row says of itself, to the letter', async () => {
    const { ids } = await seedParcels(database.knex, [
      {
        columns: { ...FULL, parcel_no: '满-1' },
        extra: { 备注列: '未识别', 数: 1.5 },
        missing: ['location'],
      },
    ])
    const { kept, standing, row_hash, hash } = await written(ids[0]!)
    expect(kept).toBe(standing)
    expect(row_hash).toBe(hash)
    expect(Object.keys(JSON.parse(kept!))).toEqual(expect.arrayContaining(Object.keys(FULL)))
  })

  it('is the same whether all columns are looked at or only those it brings', async () => {
    const columns = { parcel_no: '少-1', name: '示例地块', document_area_m2: 1234.5, is_clear_site: true }
    const { ids } = await seedParcels(database.knex, [{ ring: square(0, 5000), columns }], {
      insertedColumns: Object.keys(columns),
    })
    const { kept, standing } = await written(ids[0]!)
    expect(kept).toBe(standing)
    expect(JSON.parse(kept!)).toMatchObject(columns)
  })
})

describe('what a new parcel is found by', () => {
  it('is the same text made while reading as made of the row', async () => {
    const { ids } = await seedParcels(database.knex, [
      { columns: { ...FULL, parcel_no: '找-1', supervision_no: '找-3', name: '𠮷田·㎡ ABC' } },
      { columns: { parcel_no: '找-2' } },
    ])
    const texts = () =>
      database.knex('parcel_search').whereIn('parcel_id', ids).orderBy('parcel_id').pluck('search_text')
    const before = await texts()
    expect(before.join('|')).toContain('找找-1')
    await database.knex.raw(`UPDATE parcel_search SET search_text = regexp_replace(
        concat_ws(' ', p.parcel_no, p.name, p.holder, p.location, p.approval_no, p.supervision_no),
        '([\\u2E80-\\uFFEF])', '\\1\\1', 'g')
      FROM parcels p WHERE p.id = parcel_id`)
    expect(await texts()).toEqual(before)
  })
})
