/** The two counties every import story is told of: what is true of one only is no rule of the system. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SECOND_COUNTY_CODE, secondCountyFile } from '../../scripts/data/second-county.ts'

export interface TestCounty {
  name: string
  divisionCode: string
  /** 3° zone with its number in front of the easting, the same without, and the old datum's zone. */
  srid: number
  bareSrid: number
  xian80Srid: number
  zone: number
  meridian: number
  /** Easting and northing of the first parcel's south-west corner, 30 km of county to the east of it. */
  origin: readonly [number, number]
  town: { code: string; name: string }
  /** Text of its COUNTY_FILE; null: what comes with the system. */
  countyFile: string | null
}

export const FIRST_COUNTY: TestCounty = {
  name: '鄂托克前旗',
  divisionCode: '150623',
  srid: 4524,
  bareSrid: 4545,
  xian80Srid: 2360,
  zone: 36,
  meridian: 108,
  origin: [36_454_500, 4_228_000],
  town: { code: '150623100', name: '敖勒召其镇' },
  countyFile: null,
}

const SECOND_COUNTY: TestCounty = {
  name: '示例县',
  divisionCode: SECOND_COUNTY_CODE,
  srid: 4527,
  bareSrid: 4548,
  xian80Srid: 2363,
  zone: 39,
  meridian: 117,
  origin: [39_482_000, 4_046_500],
  town: { code: '999901101', name: '示例西镇' },
  countyFile: secondCountyFile(),
}

export const COUNTIES = [FIRST_COUNTY, SECOND_COUNTY] as const

/** The configuration of an installation in the county; its file is written into `folder`. */
export function countyEnv(county: TestCounty, folder: string): Record<string, string> {
  const env = { DIVISION_CODE: county.divisionCode }
  if (county.countyFile === null) return env
  const path = join(folder, 'county.geojson')
  writeFileSync(path, county.countyFile)
  return { ...env, COUNTY_FILE: path }
}
