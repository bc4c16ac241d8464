/** Small surveys in the middle of a county, in its own zone: dull and right unless told otherwise. */
import { esriPrj } from '../../server/kernel/crs.ts'
import {
  shapefileEntries,
  writeShapefile,
  type FixtureFeature,
  type FixtureField,
  type FixtureValue,
  type Ring,
  type ShapefileFixture,
} from '../../scripts/fixtures/shapefile-writer.ts'
import { zipOf } from '../../scripts/fixtures/zip-writer.ts'
import { FIRST_COUNTY, type TestCounty } from './counties.ts'

export const UNSUPPLIED_FIELDS: readonly FixtureField[] = [
  { name: '台账编号', type: 'C', length: 40 },
  { name: '项目名称', type: 'C', length: 80 },
  { name: '土地坐落', type: 'C', length: 80 },
  { name: '面积', type: 'N', length: 16, decimals: 2 },
  { name: '权属性质', type: 'C', length: 20 },
  { name: '规划用途', type: 'C', length: 40 },
  { name: '未供原因', type: 'C', length: 40 },
  { name: '批准文号', type: 'C', length: 40 },
]

export const surveysOf = (county: TestCounty) => {
  /** A square `sizeM` wide whose south-west corner lies so far east and north of the origin. */
  function square(eastM: number, northM: number, sizeM = 100): Ring {
    const x = county.origin[0] + eastM
    const y = county.origin[1] + northM
    return [
      [x, y],
      [x, y + sizeM],
      [x + sizeM, y + sizeM],
      [x + sizeM, y],
      [x, y],
    ]
  }

  const completeAttributes = (number: number, areaM2 = 10_000): Record<string, FixtureValue> => ({
    台账编号: `地块${String(number).padStart(3, '0')}`,
    项目名称: `示例${number}号地块`,
    土地坐落: `${county.town.name}示例路北侧`,
    面积: areaM2,
    权属性质: '国有',
    规划用途: '工业用地',
    未供原因: '建设项目未落实',
    批准文号: '内政土发〔2015〕示例1号',
  })

  /** Squares side by side with a road between them. */
  const squares = (count: number, eastM = 0): FixtureFeature[] =>
    Array.from({ length: count }, (_unused, index) => ({
      parts: [[square(eastM + (index % 20) * 150, Math.floor(index / 20) * 150)]],
      attributes: completeAttributes(index + 1),
    }))

  function surveyZip(features: readonly FixtureFeature[], change: Partial<ShapefileFixture> = {}): Buffer {
    const prj = esriPrj(county.srid)
    const buffers = writeShapefile({ features, fields: UNSUPPLIED_FIELDS, prj, ...change })
    return zipOf(shapefileEntries('地块', buffers))
  }

  return { square, completeAttributes, squares, surveyZip }
}

/** Easting and northing of the first parcel's south-west corner in the county of most tests. */
export const ORIGIN = FIRST_COUNTY.origin
export const { square, completeAttributes, squares, surveyZip } = surveysOf(FIRST_COUNTY)
