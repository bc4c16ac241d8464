import { CAUSE_CLASSES, STATUSES } from '#contract/codes/ledger.ts'
import {
  featureFilter,
  latest,
  normalizePropertyExpression,
  type Feature,
  type LayerSpecification,
  type StylePropertySpecification,
} from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { OUTLINE_OF_STATUS } from '../../client/map/palette.ts'
import { orderedLayers } from '../../client/map/z-order.ts'

type Properties = Record<string, string | number>
type Drawn = Exclude<LayerSpecification, { type: 'background' | 'raster' | 'hillshade' | 'color-relief' }>

const layers = orderedLayers({ uncalibrated: '位置未校准' }).map(({ layer }) => layer as Drawn)
const layerOf = (id: string): Drawn => {
  const layer = layers.find((candidate) => candidate.id === id)
  if (!layer) throw new Error(`there is no layer ${id}`)
  return layer
}
const featureOf = (properties: Properties): Feature => ({ type: 'Polygon', properties }) as unknown as Feature

/** What MapLibre makes of a property of a layer for a parcel. */
function valueOf(id: string, name: string, zoom: number, properties: Properties, state = {}): unknown {
  const layer = layerOf(id)
  const kind = name in (layer.paint ?? {}) ? 'paint' : 'layout'
  const value = (layer[kind] as Record<string, never>)[name]
  const group = latest[`${kind}_${layer.type}` as keyof typeof latest] as Record<
    string,
    StylePropertySpecification
  >
  return normalizePropertyExpression(value, name, group[name]).evaluate(
    { zoom },
    featureOf(properties),
    state,
  )
}

function isDrawn(id: string, zoom: number, properties: Properties): boolean {
  const { minzoom = 0, maxzoom = 24, filter } = layerOf(id)
  if (zoom < minzoom || zoom >= maxzoom) return false
  return featureFilter(filter, 'filter').filter({ zoom }, featureOf(properties))
}

const isClosed = (status: string): boolean => OUTLINE_OF_STATUS[status] === 'closed'
const parcel = (status: string, cls = 'enterprise'): Properties => ({ status, cls })

describe('a closed parcel', () => {
  it('is drawn in its own style from the zoom on from which parcels are drawn, and no other is', () => {
    const nearest = layerOf('parcels-fill').minzoom ?? Number.NaN
    for (const status of STATUSES) {
      for (const zoom of [nearest, nearest + 0.5, 12, 14, 18]) {
        for (const id of ['parcels-closed-frame', 'parcels-outline-closed'])
          expect(isDrawn(id, zoom, parcel(status)), `${id} of ${status} at z${zoom}`).toBe(isClosed(status))
      }
      expect(isDrawn('parcels-outline-closed', nearest - 0.1, parcel(status))).toBe(false)
    }
  })

  it('has a frame that shows inside its outline, and the colour of its cause within', () => {
    for (const zoom of [11, 12, 14, 17, 20]) {
      const [width, offset, outline] = [
        valueOf('parcels-closed-frame', 'line-width', zoom, {}),
        valueOf('parcels-closed-frame', 'line-offset', zoom, {}),
        valueOf('parcels-outline-closed', 'line-width', zoom, {}),
      ] as number[]
      expect(width).toBeGreaterThanOrEqual(0.5)
      // Rings of tiles are wound so that inside is to the right, where positive offsets lead.
      expect(offset).toBeGreaterThan(0)
      expect(offset + width / 2).toBeGreaterThan(outline / 2)
    }
    for (const cls of CAUSE_CLASSES) {
      const [open, closed] = ['registered', 'recognized'].map((status) =>
        String(valueOf('parcels-fill', 'fill-color', 14, parcel(status, cls))),
      )
      expect(closed).toBe(open)
    }
  })

  it('loses frame and outline while its exact shape is drawn over it', () => {
    for (const id of ['parcels-closed-frame', 'parcels-outline-closed']) {
      expect(valueOf(id, 'line-opacity', 14, parcel('recognized'), { overlaid: true })).toBe(0)
      expect(valueOf(id, 'line-opacity', 14, parcel('recognized'))).toBeGreaterThan(0.5)
    }
  })
})

describe('the outline of a status', () => {
  const outlines = layers.map(({ id }) => id).filter((id) => id.startsWith('parcels-outline-'))

  it('is one of the outlines, and that of an open case for a status this page does not know', () => {
    for (const status of [...STATUSES, 'not_thought_of_yet']) {
      const drawn = outlines.filter((id) => isDrawn(id, 14, parcel(status)))
      expect(drawn).toEqual([`parcels-outline-${OUTLINE_OF_STATUS[status] ?? 'open'}`])
    }
  })
})

describe('the label of a parcel', () => {
  const NUMBER = 'PEWG-150623-2022-0001'
  const textAt = (zoom: number, properties: Properties): string =>
    String(valueOf('parcels-label', 'text-field', zoom, properties))

  it.each([
    [15, { no: NUMBER, name: '示例地块' }, '0001'],
    [15, { no: '0042' }, '0042'],
    [15, { name: '示例地块' }, '示例地块'],
    [15, {}, ''],
    [18, { no: NUMBER, name: '示例地块' }, `${NUMBER}\n示例地块`],
    [18, { no: NUMBER }, NUMBER],
    [18, { name: '示例地块' }, '示例地块'],
    [18, {}, ''],
  ])('at z%d of %o is %j', (zoom, properties, text) => {
    expect(textAt(zoom, properties as Properties)).toBe(text)
  })

  it('stands at one point a parcel, not once a tile, and only where there is room', () => {
    const label = layerOf('parcels-label')
    expect(label['source-layer']).toBe('labels')
    expect(isDrawn('parcels-label', 14, { no: NUMBER })).toBe(false)
    expect(isDrawn('parcels-label', 15, { no: NUMBER })).toBe(true)
  })

  it('says of an uncalibrated position that it is one, and of no other', () => {
    expect(valueOf('parcels-uncalibrated-label', 'text-field', 14, { unc: 1 })?.toString()).toBe('位置未校准')
    expect(isDrawn('parcels-uncalibrated-label', 14, { unc: 1 })).toBe(true)
    expect(isDrawn('parcels-uncalibrated-label', 14, {})).toBe(false)
    expect(isDrawn('parcels-uncalibrated', 11, { unc: 1 })).toBe(true)
    expect(isDrawn('parcels-uncalibrated', 11, {})).toBe(false)
  })
})
