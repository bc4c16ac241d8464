import type { LayerSpecification } from 'maplibre-gl'
import { builtinGroundLayers, builtinLabelLayers, GROUND_COLOUR, outlineLayers } from './layers/basemap.ts'
import { cellLayers } from './layers/cells.ts'
import { parcelFillLayers, parcelLabelLayers, parcelOutlineLayers } from './layers/parcels.ts'
import { selectionLayers } from './layers/selection.ts'

/** Layers a person can switch as one. */
export const LAYER_GROUPS = ['ground', 'outline', 'parcels', 'cells', 'names', 'labels', 'selection'] as const
export type LayerGroup = (typeof LAYER_GROUPS)[number]

export interface OrderedLayer {
  group: LayerGroup | 'background'
  layer: LayerSpecification
}

/** External basemaps slide in under this layer: over the built-in ground, under everything of ours. */
export const BASEMAP_SLOT = 'outline-band'

const inGroup = (group: LayerGroup, layers: LayerSpecification[]): OrderedLayer[] =>
  layers.map((layer) => ({ group, layer }))

/** Every layer of the map from bottom to top: the one list that decides what covers what. */
export function orderedLayers(words: { uncalibrated: string }): OrderedLayer[] {
  return [
    {
      group: 'background',
      layer: { id: 'background', type: 'background', paint: { 'background-color': GROUND_COLOUR } },
    },
    ...inGroup('ground', builtinGroundLayers()),
    ...inGroup('outline', outlineLayers()),
    ...inGroup('parcels', parcelFillLayers()),
    ...inGroup('parcels', parcelOutlineLayers()),
    ...inGroup('selection', selectionLayers()),
    ...inGroup('names', builtinLabelLayers()),
    ...inGroup('cells', cellLayers()),
    ...inGroup('labels', parcelLabelLayers(words.uncalibrated)),
  ]
}
