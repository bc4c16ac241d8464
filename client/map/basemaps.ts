import type { BasemapConfig } from '#contract/reference.ts'
import { addProtocol, type LayerSpecification, type Map as MapLibreMap } from 'maplibre-gl'
import { BASEMAP_SLOT } from './z-order.ts'

const PREFIX = 'external-basemap'
const TILE_SIZE_PX = 256

/** The worker needs whole addresses. `URL` would escape the braces of {z}/{x}/{y}. */
const absolute = (path: string): string => (path.startsWith('/') ? location.origin + path : path)

function removeExternal(map: MapLibreMap): void {
  for (const layer of map.getStyle().layers) if (layer.id.startsWith(PREFIX)) map.removeLayer(layer.id)
  if (map.getSource(PREFIX)) map.removeSource(PREFIX)
}

function addRaster(map: MapLibreMap, source: { tiles?: string[]; url?: string }, maxZoom: number): void {
  map.addSource(PREFIX, { type: 'raster', ...source, tileSize: TILE_SIZE_PX, maxzoom: maxZoom })
  map.addLayer(
    { id: `${PREFIX}-raster`, type: 'raster', source: PREFIX, paint: { 'raster-fade-duration': 0 } },
    BASEMAP_SLOT,
  )
}

/** A plain drawing of whatever layers a vector package has: water blue, the rest quiet. */
function vectorLayers(names: string[]): LayerSpecification[] {
  return names.flatMap((name): LayerSpecification[] => {
    const isWater = /water|river|lake|水|ocean/i.test(name)
    const isRoad = /road|transport|street|highway|路/i.test(name)
    const common = { source: PREFIX, 'source-layer': name }
    return [
      {
        ...common,
        id: `${PREFIX}-${name}-fill`,
        type: 'fill',
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': isWater ? '#bfd8ea' : '#e3e7dd', 'fill-opacity': isWater ? 1 : 0.4 },
      },
      {
        ...common,
        id: `${PREFIX}-${name}-line`,
        type: 'line',
        filter: ['==', ['geometry-type'], 'LineString'],
        paint: {
          'line-color': isWater ? '#8fb6d6' : isRoad ? '#c3b9a5' : '#b9c2cd',
          'line-width': isRoad ? 1.4 : 0.8,
        },
      },
    ]
  })
}

async function addPmtiles(map: MapLibreMap, url: string, maxZoom: number): Promise<void> {
  const { PMTiles, Protocol, TileType } = await import('pmtiles')
  const protocol = new Protocol()
  const archive = new PMTiles(absolute(url))
  protocol.add(archive)
  addProtocol('pmtiles', protocol.tile)
  const header = await archive.getHeader()
  const address = `pmtiles://${archive.source.getKey()}`
  if (header.tileType !== TileType.Mvt) {
    addRaster(map, { url: address }, Math.min(maxZoom, header.maxZoom))
    return
  }
  const metadata = (await archive.getMetadata()) as { vector_layers?: { id: string }[] }
  map.addSource(PREFIX, { type: 'vector', url: address })
  for (const layer of vectorLayers((metadata.vector_layers ?? []).map(({ id }) => id)))
    map.addLayer(layer, BASEMAP_SLOT)
}

/** Puts the chosen basemap under everything of ours; `builtin` and `none` have nothing to add. */
export async function applyBasemap(map: MapLibreMap, basemap: BasemapConfig | null): Promise<void> {
  removeExternal(map)
  if (!basemap?.url) return
  if (basemap.kind === 'xyz') addRaster(map, { tiles: [absolute(basemap.url)] }, basemap.maxZoom)
  if (basemap.kind === 'pmtiles') await addPmtiles(map, basemap.url, basemap.maxZoom)
}
