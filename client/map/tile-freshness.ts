export type LonLatBox = readonly [number, number, number, number]

interface Edit {
  box: LonLatBox
  version: string
}

const REMEMBERED_EDITS = 200
const TILE_PATH = /\/tiles\/parcels\/(\d+)\/(\d+)\/(\d+)\.mvt/

const tileX = (lon: number, z: number): number => ((lon + 180) / 360) * 2 ** z
const tileY = (lat: number, z: number): number =>
  ((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z

/** Buffer drawn around a tile, as a share of its side, generously. */
const TILE_MARGIN = 0.1

function touches(box: LonLatBox, z: number, x: number, y: number): boolean {
  const [minLon, minLat, maxLon, maxLat] = box
  return (
    tileX(maxLon, z) >= x - TILE_MARGIN &&
    tileX(minLon, z) <= x + 1 + TILE_MARGIN &&
    tileY(minLat, z) >= y - TILE_MARGIN &&
    tileY(maxLat, z) <= y + 1 + TILE_MARGIN
  )
}

/**
 * Remembers what was edited here. A tile under an edit is asked for with `?v=` of its write, so that no server and no
 * cache may answer with an older one; every other tile keeps its address and comes back as a 304.
 */
export function tileFreshness() {
  const edits: Edit[] = []
  return {
    noteEdit(box: LonLatBox, version: string): void {
      edits.unshift({ box, version })
      edits.length = Math.min(edits.length, REMEMBERED_EDITS)
    },
    freshUrl(url: string): string {
      const match = TILE_PATH.exec(url)
      if (!match) return url
      const [z, x, y] = match.slice(1).map(Number)
      const edit = edits.find(({ box }) => touches(box, z, x, y))
      return edit ? `${url}${url.includes('?') ? '&' : '?'}v=${encodeURIComponent(edit.version)}` : url
    },
  }
}
