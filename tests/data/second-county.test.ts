import { booleanPointInPolygon, polygon } from '@turf/turf'
import { unzipSync } from 'fflate'
import proj4 from 'proj4'
import { describe, expect, test } from 'vitest'
import { secondCounty, secondCountySurvey } from '../../scripts/data/second-county.ts'
import { overlaps } from './plane-overlap.ts'

const ZONE_39 = '+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=39500000 +y_0=0 +ellps=GRS80 +units=m +no_defs'

describe('second county', () => {
  const county = secondCounty()

  test('holds every parcel of its surveys, in zone 39', () => {
    const outline = polygon(county.outline.coordinates)
    for (const ledger of ['approved_unsupplied', 'idle'] as const) {
      const survey = secondCountySurvey(ledger)
      expect(survey.crs).toBe('EPSG:4527')
      expect(survey.parcels.length).toBeGreaterThan(50)
      for (const { middle } of survey.parcels)
        expect(booleanPointInPolygon(proj4(ZONE_39).inverse([...middle]), outline)).toBe(true)
    }
  })

  test('keeps its two ledgers on different ground', () => {
    const parcels = (['approved_unsupplied', 'idle'] as const).flatMap((ledger) =>
      secondCountySurvey(ledger).parcels.map(({ parts }, i) => ({ label: `${ledger} ${i}`, parts })),
    )
    expect(overlaps(parcels)).toEqual([])
  })

  test('writes the same survey without the zone number', () => {
    const [long, short] = [secondCountySurvey('idle'), secondCountySurvey('idle', { hasZonePrefix: false })]
    expect(short.crs).toBe('EPSG:4548')
    expect(short.parcels[0].middle[0]).toBeCloseTo(long.parcels[0].middle[0] - 39_000_000, 3)
  })

  test('gives a zip with a projection, or without one', () => {
    const names = (hasPrj: boolean) =>
      Object.keys(unzipSync(secondCountySurvey('idle', { hasPrj }).zip)).map((name) => name.split('.').pop())
    expect(names(true)).toEqual(['shp', 'shx', 'dbf', 'prj', 'cpg'])
    expect(names(false)).toEqual(['shp', 'shx', 'dbf', 'cpg'])
  })
})
