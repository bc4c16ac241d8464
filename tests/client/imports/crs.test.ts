import { describe, expect, it } from 'vitest'
import {
  choiceOf,
  choiceOfPrjName,
  crsCodeOf,
  DATUMS,
  PROJECTIONS,
  zonePartOf,
  zonesOf,
} from '../../../client/features/imports/crs-choices.ts'
import {
  faultyNames,
  parametersOf,
  splitPasted,
  textsOf,
} from '../../../client/features/imports/datum-parameters.ts'
import { CRS_LIST } from '../../../server/kernel/crs.ts'

describe('the reference systems a person can name', () => {
  it('carry the numbers the server knows them by', () => {
    const named = DATUMS.flatMap((datum) =>
      PROJECTIONS.flatMap((projection) =>
        (projection === 'geographic' ? [{ zone: 36 }] : zonesOf(projection)).flatMap(({ zone }) =>
          [true, false].map((hasPrefix) => ({ datum, projection, zone, hasPrefix })),
        ),
      ),
    )
    for (const choice of named) {
      const crs = CRS_LIST.find(({ code }) => code === crsCodeOf(choice))
      expect(crs?.datum, JSON.stringify(choice)).toBe(choice.datum)
      if (choice.projection === 'geographic') continue
      expect(crs).toMatchObject({
        zone: choice.zone,
        hasZonePrefix: choice.hasPrefix,
        zoneWidthDeg: choice.projection === 'g3' ? 3 : 6,
      })
    }
  })

  it('are found again from their number', () => {
    expect(choiceOf('EPSG:4524')).toEqual({ datum: 'CGCS2000', projection: 'g3', zone: 36, hasPrefix: true })
    expect(choiceOf('EPSG:2381')).toEqual({ datum: 'Xian80', projection: 'g3', zone: 36, hasPrefix: false })
    expect(choiceOf('EPSG:3857')).toBeNull()
    expect(choiceOf(null)).toBeNull()
  })

  it('are found from the names every server-written .prj carries', () => {
    for (const crs of CRS_LIST) {
      const choice = choiceOf(crs.code)
      if (choice && crs.kind === 'gauss_kruger')
        expect(choiceOfPrjName(crs.esriName), crs.esriName).toEqual(choice)
    }
    expect(choiceOfPrjName('NAD_1983_UTM_Zone_10N')).toBeNull()
  })

  it('lose their datum where only the zone is known', () => {
    expect(zonePartOf('国家2000坐标系，3度带第36带')).toBe('3度带第36带')
    expect(zonePartOf('CGCS2000, 3-degree zone 36')).toBe('3-degree zone 36')
  })
})

describe('datum parameters', () => {
  it('are refused while a box holds no number', () => {
    expect(faultyNames('plane4', { dx: '1.5', dy: '', theta: 'x', k: '1' })).toEqual(['dy', 'theta'])
  })

  it('come out of a pasted line of numbers', () => {
    expect(splitPasted('1.2, -3.4，5 0.1 0.2 0.3;4')).toEqual(['1.2', '-3.4', '5', '0.1', '0.2', '0.3', '4'])
    expect(splitPasted('12.5')).toBeNull()
    expect(splitPasted('dx dy')).toBeNull()
  })

  it('go to the server and come back the same', () => {
    const texts = { dx: '1', dy: '2', dz: '3', rx: '0.1', ry: '0.2', rz: '0.3', m: '4' }
    const parameters = parametersOf('bursa7', texts)
    expect(parameters).toEqual({ method: 'bursa7', dx: 1, dy: 2, dz: 3, rx: 0.1, ry: 0.2, rz: 0.3, m: 4 })
    expect(textsOf(parameters)).toEqual(texts)
  })
})
