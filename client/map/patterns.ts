import { CAUSE_STYLES, type PatternName } from './palette.ts'

const TILE_PX = 16
const INK = 'rgba(255, 255, 255, 0.62)'

type Pen = Pick<
  CanvasRenderingContext2D,
  | 'strokeStyle'
  | 'fillStyle'
  | 'lineWidth'
  | 'lineCap'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'stroke'
  | 'fill'
>

function lines(pen: Pen, segments: readonly (readonly [number, number, number, number])[]): void {
  pen.beginPath()
  for (const [x1, y1, x2, y2] of segments) {
    pen.moveTo(x1, y1)
    pen.lineTo(x2, y2)
  }
  pen.stroke()
}

function discs(pen: Pen, radius: number, isRing: boolean): void {
  for (const [x, y] of [
    [4, 4],
    [12, 12],
  ]) {
    pen.beginPath()
    pen.arc(x, y, radius, 0, Math.PI * 2)
    if (isRing) pen.stroke()
    else pen.fill()
  }
}

// Diagonals run over the tile's edge so that neighbouring tiles join without a notch.
const SLASH = [
  [-4, 4, 4, -4],
  [-4, 12, 12, -4],
  [-4, 20, 20, -4],
  [4, 20, 20, 4],
  [12, 20, 20, 12],
] as const
const BACKSLASH = SLASH.map(([x1, y1, x2, y2]) => [TILE_PX - x1, y1, TILE_PX - x2, y2] as const)

const DRAW: Record<PatternName, (pen: Pen) => void> = {
  plain: () => {},
  slash: (pen) => lines(pen, SLASH),
  backslash: (pen) => lines(pen, BACKSLASH),
  crosshatch: (pen) => {
    lines(pen, SLASH)
    lines(pen, BACKSLASH)
  },
  horizontal: (pen) =>
    lines(pen, [
      [0, 4, 16, 4],
      [0, 12, 16, 12],
    ]),
  vertical: (pen) =>
    lines(pen, [
      [4, 0, 4, 16],
      [12, 0, 12, 16],
    ]),
  grid: (pen) =>
    lines(pen, [
      [0, 8, 16, 8],
      [8, 0, 8, 16],
    ]),
  zigzag: (pen) =>
    lines(pen, [
      [0, 6, 4, 2],
      [4, 2, 8, 6],
      [8, 6, 12, 2],
      [12, 2, 16, 6],
      [0, 14, 4, 10],
      [4, 10, 8, 14],
      [8, 14, 12, 10],
      [12, 10, 16, 14],
    ]),
  dots: (pen) => discs(pen, 1.5, false),
  bigdots: (pen) => discs(pen, 2.8, false),
  rings: (pen) => discs(pen, 2.6, true),
}

/** One repeatable tile of a pattern in white ink, drawn when needed: no image is fetched. */
export function patternCanvas(name: PatternName, scale = 1): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = TILE_PX * scale
  const pen = canvas.getContext('2d')
  if (!pen) return canvas
  pen.scale(scale, scale)
  pen.strokeStyle = pen.fillStyle = INK
  pen.lineWidth = 1.6
  pen.lineCap = 'butt'
  DRAW[name](pen)
  return canvas
}

export const patternImageId = (cls: string): string => `cause-${cls}`

/** Every pattern image the map needs, by id. */
export function patternImages(pixelRatio: number): Map<string, ImageData> {
  const images = new Map<string, ImageData>()
  for (const [cls, style] of Object.entries(CAUSE_STYLES)) {
    const canvas = patternCanvas(style.pattern, pixelRatio)
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    if (data) images.set(patternImageId(cls), data)
  }
  return images
}
