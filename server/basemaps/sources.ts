import type { BasemapConfig } from '../contract/reference.ts'
import type { BasemapSource } from '../platform/config-basemaps.ts'

/** A tile service the server fetches from. The address may carry a key and never leaves the server. */
export interface TileSource {
  id: string
  url: string
  subdomains: readonly string[]
  maxZoom: number
}

const TIANDITU_SUBDOMAINS = ['0', '1', '2', '3', '4', '5', '6', '7']
const TIANDITU_MAX_ZOOM = 18
const TIANDITU_ATTRIBUTION = '© 天地图 国家地理信息公共服务平台'
const TIANDITU_LAYERS = ['vec', 'cva', 'img', 'cia'] as const

/** Web Mercator services (_w): the map is drawn in Web Mercator, and the _c ones are in degrees. */
const tiandituSource = (layer: string, key: string): TileSource => ({
  id: `tianditu-${layer}`,
  url:
    `https://t{s}.tianditu.gov.cn/${layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}` +
    `&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${encodeURIComponent(key)}`,
  subdomains: TIANDITU_SUBDOMAINS,
  maxZoom: TIANDITU_MAX_ZOOM,
})

export const tileUrl = (id: string): string => `/basemaps/${id}/{z}/{x}/{y}`

const tiandituBasemap = (layer: string, labels: string, zh: string, en: string): BasemapConfig => ({
  id: `tianditu-${layer}`,
  name: { zh, en },
  kind: 'xyz',
  url: tileUrl(`tianditu-${layer}`),
  labelsUrl: tileUrl(`tianditu-${labels}`),
  attribution: TIANDITU_ATTRIBUTION,
  maxZoom: TIANDITU_MAX_ZOOM,
  default: false,
})

const configuredBasemap = (source: BasemapSource): BasemapConfig => ({
  id: source.id,
  name: source.name,
  kind: source.kind === 'pmtiles' ? 'pmtiles' : 'xyz',
  url: source.kind === 'pmtiles' ? `/basemaps/${source.id}.pmtiles` : tileUrl(source.id),
  labelsUrl: null,
  attribution: source.attribution,
  maxZoom: source.maxZoom,
  default: source.isDefault,
})

export interface BasemapSettings {
  tiandituKey: string | null
  basemaps: readonly BasemapSource[]
}

/** What the map offers: always the built-in one, which needs nobody, and none at all. */
export function offeredBasemaps({ tiandituKey, basemaps }: BasemapSettings): BasemapConfig[] {
  const plain = { url: null, labelsUrl: null, attribution: '', maxZoom: 22 }
  const hasDefault = basemaps.some((source) => source.isDefault)
  return [
    {
      id: 'builtin',
      name: { zh: '内置底图', en: 'Built-in' },
      kind: 'builtin',
      ...plain,
      attribution: '示意，非标准地图',
      default: !hasDefault,
    },
    ...basemaps.map(configuredBasemap),
    ...(tiandituKey === null
      ? []
      : [
          tiandituBasemap('vec', 'cva', '天地图 矢量', 'Tianditu streets'),
          tiandituBasemap('img', 'cia', '天地图 影像', 'Tianditu imagery'),
        ]),
    { id: 'none', name: { zh: '无底图', en: 'None' }, kind: 'none', ...plain, default: false },
  ]
}

/** The only addresses the proxy ever asks. */
export function tileSources({ tiandituKey, basemaps }: BasemapSettings): Map<string, TileSource> {
  const configured = basemaps
    .filter((source) => source.kind !== 'pmtiles')
    .map(({ id, url, subdomains, maxZoom }) => ({ id, url, subdomains, maxZoom }))
  const tianditu =
    tiandituKey === null ? [] : TIANDITU_LAYERS.map((layer) => tiandituSource(layer, tiandituKey))
  return new Map([...tianditu, ...configured].map((source) => [source.id, source]))
}
