import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'
import type { CountyReference } from '../contract/reference.ts'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { ProblemError } from '../platform/problems.ts'
import { countyUnknown, type CountySource } from './county-source.ts'
import { featuresNear } from './features-near.ts'
import { referenceRepository } from './repository.ts'

/** Layers of the built-in basemap; of each, what lies in or near the county is served. */
export const BASEMAP_LAYERS = ['rivers', 'places'] as const
export type BasemapLayer = (typeof BASEMAP_LAYERS)[number]

export interface Town {
  code: string
  name: string
  kind: string
  aliases: string[]
}

/** What the import needs to know of the county. Extent in degrees, CGCS2000. */
export interface CountyFacts {
  divisionCode: string
  name: string
  extent: { minLon: number; minLat: number; maxLon: number; maxLat: number } | null
  usualSrid: number | null
  towns: Town[]
}

export const referenceService = (deps: { db: Knex; divisionCode: string; referenceDir: string }) => {
  const { db, divisionCode } = deps
  const repository = referenceRepository(db)

  async function facts(): Promise<CountyFacts> {
    const home = await repository.findHome(divisionCode)
    const [minLon, minLat, maxLon, maxLat] = home?.extent ?? []
    return {
      divisionCode,
      name: home?.name ?? divisionCode,
      extent: minLon === undefined ? null : { minLon, minLat: minLat!, maxLon: maxLon!, maxLat: maxLat! },
      usualSrid: home?.usual_srid ?? null,
      towns: await repository.findTowns(divisionCode),
    }
  }

  return {
    facts,

    /** Loads a county's reference once; a later start leaves what staff may have replaced. */
    async load(source: CountySource): Promise<void> {
      if (await repository.hasCounty(source.divisionCode)) return
      if (source.outline === null) throw countyUnknown(source.divisionCode)
      await db.transaction(async (trx) => {
        const writer = referenceRepository(trx)
        await writer.saveDivision({
          code: source.divisionCode,
          name: source.name,
          outline: source.outline,
          isHome: true,
          isSketch: source.outlineIsSketch,
        })
        await writer.saveUsualSrid(source.divisionCode)
        for (const neighbour of source.neighbours) {
          await writer.saveDivision({
            code: neighbour.code,
            name: neighbour.name,
            outline: neighbour.geometry,
            isHome: false,
            isSketch: source.outlineIsSketch,
          })
        }
        await writer.saveTowns(source.divisionCode, source.towns)
      })
    },

    async county(actor: Actor): Promise<CountyReference> {
      requirePermission(actor, 'reference.read')
      const home = await repository.findHome(divisionCode)
      const { extent, towns, usualSrid, name } = await facts()
      const neighbours = await repository.findNeighbours(divisionCode)
      return {
        divisionCode,
        name,
        extent,
        outlineIsSketch: home?.is_sketch ?? true,
        outline: home?.outline ?? null,
        neighbours: neighbours.flatMap((row) =>
          row.outline ? [{ name: row.name, geometry: row.outline }] : [],
        ),
        towns: towns.map(({ code, name: townName, kind }) => ({ code, name: townName, kind })),
        usualCrs: usualSrid === null ? null : `EPSG:${usualSrid}`,
      }
    },

    async basemapLayer(actor: Actor, layer: string): Promise<string> {
      requirePermission(actor, 'reference.read')
      const known = BASEMAP_LAYERS.find((name) => name === layer)
      if (!known) throw new ProblemError('reference.not_found', { name: layer })
      const text = await readFile(join(deps.referenceDir, `${known}.geojson`), 'utf8')
      return featuresNear(text, (await facts()).extent)
    },
  }
}
export type ReferenceService = ReturnType<typeof referenceService>
