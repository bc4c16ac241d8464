import { CAUSE_CLASSES } from '#contract/codes/ledger.ts'
import type { ExpressionSpecification, Map as MapLibreMap } from 'maplibre-gl'
import { CAUSE_STYLES } from './palette.ts'

/** Shares are rounded to this many parts, so that rings that look alike share an image. */
const PARTS = 40
const PREFIX = 'ring'
const KEPT_IMAGES = 400
const PIXEL_RATIO = 2
const EDGE_PX = 1.5

const countOf = (property: string): ExpressionSpecification => ['coalesce', ['get', property], 0]

/** Image id of a cell's ring: its radius and the share of each cause class in the order of the legend. */
export function ringImageId(radiusPx: ExpressionSpecification): ExpressionSpecification {
  const share = (cls: string): ExpressionSpecification => [
    'to-string',
    ['ceil', ['/', ['*', countOf(`c_${cls}`), PARTS], ['max', ['coalesce', ['get', 'n'], 1], 1]]],
  ]
  return [
    'concat',
    `${PREFIX}/`,
    ['to-string', radiusPx],
    ...CAUSE_CLASSES.flatMap((cls) => ['/', share(cls)]),
  ] as unknown as ExpressionSpecification
}

export interface RingSlice {
  colour: string
  /** Radians, from twelve o'clock. */
  from: number
  to: number
}

export interface Ring {
  radiusPx: number
  slices: RingSlice[]
}

/** Reads an image id back; null for an image that is no ring. */
export function ringOf(imageId: string): Ring | null {
  const [prefix, radius, ...shares] = imageId.split('/')
  const radiusPx = Number(radius)
  if (prefix !== PREFIX || !(radiusPx > 0) || shares.length !== CAUSE_CLASSES.length) return null
  const parts = shares.map(Number)
  const whole = parts.reduce((sum, part) => sum + part, 0)
  if (!(whole > 0))
    return { radiusPx, slices: [{ colour: CAUSE_STYLES.none.colour, from: 0, to: 2 * Math.PI }] }
  let from = 0
  const slices: RingSlice[] = []
  for (const [index, part] of parts.entries()) {
    if (part === 0) continue
    const to = from + (part / whole) * 2 * Math.PI
    slices.push({ colour: CAUSE_STYLES[CAUSE_CLASSES[index]].colour, from, to })
    from = to
  }
  return { radiusPx, slices }
}

/** A white disc for the count, the causes around it. */
function drawRing({ radiusPx, slices }: Ring): ImageData | null {
  const size = Math.ceil((radiusPx + EDGE_PX) * 2 * PIXEL_RATIO)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.translate(size / 2, size / 2)
  pen.scale(PIXEL_RATIO, PIXEL_RATIO)
  const disc = (radius: number, colour: string): void => {
    pen.beginPath()
    pen.arc(0, 0, radius, 0, 2 * Math.PI)
    pen.fillStyle = colour
    pen.fill()
  }
  disc(radiusPx + EDGE_PX, '#ffffff')
  const start = -Math.PI / 2
  for (const { colour, from, to } of slices) {
    pen.beginPath()
    pen.moveTo(0, 0)
    pen.arc(0, 0, radiusPx, start + from, start + to)
    pen.closePath()
    pen.fillStyle = colour
    pen.fill()
    if (slices.length > 1) {
      pen.strokeStyle = '#ffffff'
      pen.lineWidth = 1
      pen.stroke()
    }
  }
  disc(radiusPx * 0.6, '#ffffff')
  return pen.getImageData(0, 0, size, size)
}

/** Draws a ring when a tile first asks for it. The oldest go when there are many: a tile keeps what it was drawn with. */
export function drawRingsOnDemand(map: MapLibreMap): void {
  const kept: string[] = []
  map.setMissingStyleImageResolver((id) => {
    const ring = ringOf(id)
    const image = ring && drawRing(ring)
    if (!image || map.hasImage(id)) return
    map.addImage(id, image, { pixelRatio: PIXEL_RATIO })
    kept.push(id)
    const oldest = kept.length > KEPT_IMAGES ? kept.shift() : undefined
    if (oldest && map.hasImage(oldest)) map.removeImage(oldest)
  })
}
