import { ValueRefused } from './config-values.ts'

/** A background map by configuration. Remote ones are fetched by the server only, so the key in the address stays there. */
export interface BasemapSource {
  id: string
  name: { zh: string; en: string }
  kind: 'xyz' | 'wmts' | 'pmtiles'
  /** xyz, wmts: address with {z}, {x}, {y} (and {s}); pmtiles: a file under DATA_DIR/basemaps. */
  url: string
  subdomains: string[]
  attribution: string
  maxZoom: number
  isDefault: boolean
}

const MAX_ZOOM_DEFAULT = 18

function refuse(index: number, zh: string, en: string): never {
  throw new ValueRefused(`第 ${index + 1} 项${zh}`, `entry ${index + 1} ${en}`)
}

function nameOf(entry: Record<string, unknown>): { zh: string; en: string } {
  const { name, id } = entry
  if (typeof name === 'string') return { zh: name, en: name }
  const { zh, en } = (typeof name === 'object' && name !== null ? name : {}) as { zh?: unknown; en?: unknown }
  const chinese = typeof zh === 'string' ? zh : String(en ?? id)
  return { zh: chinese, en: typeof en === 'string' ? en : chinese }
}

function checkUrl(index: number, kind: BasemapSource['kind'], url: unknown): string {
  if (typeof url !== 'string') return refuse(index, '缺少 url。', 'has no url.')
  if (kind === 'pmtiles') {
    if (/^[\w.-]+\.pmtiles$/.test(url) && !url.startsWith('.')) return url
    return refuse(
      index,
      '的 url 应为 DATA_DIR/basemaps 下的 .pmtiles 文件名。',
      'needs as url the name of a .pmtiles file in DATA_DIR/basemaps.',
    )
  }
  const isAddress = /^https?:\/\//.test(url) && ['{z}', '{x}', '{y}'].every((part) => url.includes(part))
  if (isAddress) return url
  return refuse(
    index,
    '的 url 应以 http:// 或 https:// 开头，并含 {z}、{x}、{y}。',
    'needs a url that starts with http:// or https:// and holds {z}, {x} and {y}.',
  )
}

function toSource(entry: unknown, index: number): BasemapSource {
  if (typeof entry !== 'object' || entry === null) return refuse(index, '不是对象。', 'is not an object.')
  const {
    id,
    kind,
    url,
    attribution,
    maxZoom,
    subdomains,
    default: isDefault,
  } = entry as Record<string, unknown>
  if (typeof id !== 'string' || !/^[a-z0-9-]{1,40}$/.test(id))
    return refuse(
      index,
      '的 id 应为小写字母、数字或连字符。',
      'needs an id of lower-case letters, digits or hyphens.',
    )
  if (kind !== 'xyz' && kind !== 'wmts' && kind !== 'pmtiles')
    return refuse(index, '的 kind 应为 xyz、wmts 或 pmtiles。', 'needs a kind: xyz, wmts or pmtiles.')
  return {
    id,
    kind,
    url: checkUrl(index, kind, url),
    name: nameOf(entry as Record<string, unknown>),
    subdomains: Array.isArray(subdomains) ? subdomains.map(String) : [],
    attribution: typeof attribution === 'string' ? attribution : '',
    maxZoom:
      typeof maxZoom === 'number' && maxZoom >= 1 && maxZoom <= 22 ? Math.floor(maxZoom) : MAX_ZOOM_DEFAULT,
    isDefault: isDefault === true,
  }
}

/** The BASEMAPS variable. */
export function parseBasemaps(text: string): BasemapSource[] {
  let entries: unknown
  try {
    entries = JSON.parse(text)
  } catch {
    throw new ValueRefused('不是有效的 JSON。', 'is not valid JSON.')
  }
  if (!Array.isArray(entries)) throw new ValueRefused('应为 JSON 数组。', 'must be a JSON array.')
  const sources = entries.map(toSource)
  const ids = new Set(sources.map((source) => source.id))
  if (ids.size < sources.length) throw new ValueRefused('有重复的 id。', 'has an id twice.')
  return sources
}
