import { CAUSE_CLASSES, LEDGERS, STATUSES } from '#contract/codes/ledger.ts'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { classesOfLedger } from '../../client/features/parcels/legend.ts'
import { degreeLabel, graticule } from '../../client/map/graticule.ts'
import { CAUSE_STYLES, OUTLINE_OF_STATUS } from '../../client/map/palette.ts'
import { mapStyle, parcelTileUrl } from '../../client/map/style.ts'
import { BASEMAP_SLOT, LAYER_GROUPS, orderedLayers } from '../../client/map/z-order.ts'

const style = mapStyle({
  origin: 'http://localhost',
  filterQuery: 'ledger=idle',
  words: { uncalibrated: '位置未校准' },
})
const at = (id: string): number => style.layers.findIndex((layer) => layer.id === id)

describe('the map style', () => {
  it('is valid by the style specification', () => {
    expect(validateStyleMin(style).map((fault) => fault.message)).toEqual([])
  })

  it('fetches no glyphs and no sprite', () => {
    expect(style).not.toHaveProperty('glyphs')
    expect(style).not.toHaveProperty('sprite')
  })

  it('draws fills under outlines under labels, and the selection over both ledgers', () => {
    expect(at(BASEMAP_SLOT)).toBeGreaterThan(at('base-county'))
    expect(at(BASEMAP_SLOT)).toBeLessThan(at('parcels-fill'))
    expect(at('parcels-fill')).toBeLessThan(at('parcels-outline-open'))
    expect(at('parcels-outline-draft')).toBeLessThan(at('selection-line'))
    expect(at('selection-line')).toBeLessThan(at('parcels-label'))
  })

  it('has each layer once and each group filled', () => {
    const ids = style.layers.map((layer) => layer.id)
    expect(new Set(ids).size).toBe(ids.length)
    const groups = new Set(orderedLayers({ uncalibrated: '' }).map((entry) => entry.group))
    for (const group of LAYER_GROUPS) expect(groups).toContain(group)
  })

  it('shows cells below z11 and parcels from there on', () => {
    for (const layer of style.layers) {
      if (!('source-layer' in layer)) continue
      if (layer['source-layer'] === 'cells') expect(layer.maxzoom).toBe(11)
      else expect(layer.minzoom).toBeGreaterThanOrEqual(11)
    }
  })

  it('puts the filter into the tile address', () => {
    expect(parcelTileUrl('http://h', '')).toBe('http://h/tiles/parcels/{z}/{x}/{y}.mvt')
    expect(parcelTileUrl('http://h', 'q=%E5%9F%8E')).toBe(
      'http://h/tiles/parcels/{z}/{x}/{y}.mvt?q=%E5%9F%8E',
    )
  })
})

type Rgb = [number, number, number]
const linear = (hex: string): Rgb =>
  [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as Rgb

// Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
const VISION: Record<string, number[][]> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function lab(hex: string, vision: string): Rgb {
  const rgb = linear(hex)
  const [r, g, b] = VISION[vision].map((row) =>
    Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])),
  )
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

describe('the palette', () => {
  it('gives every cause class of the contract a colour and a pattern of its own', () => {
    const styles = CAUSE_CLASSES.map((cls) => CAUSE_STYLES[cls])
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(CAUSE_CLASSES.length)
    expect(new Set(styles.map(({ pattern }) => pattern)).size).toBe(CAUSE_CLASSES.length)
  })

  it.each(Object.keys(VISION))('keeps the classes of a ledger apart for %s vision', (vision) => {
    for (const ledger of LEDGERS) {
      const classes = classesOfLedger(ledger)
      for (const [index, one] of classes.entries()) {
        for (const other of classes.slice(index + 1)) {
          const [a, b] = [lab(CAUSE_STYLES[one].colour, vision), lab(CAUSE_STYLES[other].colour, vision)]
          const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
          expect(distance, `${one} / ${other}`).toBeGreaterThan(18)
        }
      }
    }
  })

  it('has an outline for every status', () => {
    expect(Object.keys(OUTLINE_OF_STATUS).toSorted()).toEqual([...STATUSES].toSorted())
  })
})

describe('the graticule', () => {
  it('names degrees and minutes', () => {
    expect(degreeLabel(107 * 60, 'lon')).toBe('107°E')
    expect(degreeLabel(38 * 60 + 10, 'lat')).toBe('38°10′N')
    expect(degreeLabel(-30, 'lon')).toBe('0°30′W')
  })

  it('stands on whole minutes', () => {
    const { features } = graticule({ minLon: 106.5, minLat: 37.7, maxLon: 108.6, maxLat: 38.7 })
    const meridian = features.find((feature) => feature.properties?.label === '107°30′E')
    expect(meridian?.geometry.coordinates[0][0]).toBe(107.5)
  })
})
