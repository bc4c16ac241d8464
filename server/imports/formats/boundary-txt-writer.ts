import { encodeText } from '../../kernel/text-encoding.ts'

/** A plot to write: polygons with the outer ring first; x = easting, y = northing, in metres. */
export interface BoundaryTxtPlot {
  plotNo: string
  plotName: string
  areaM2: number
  mapSheet?: string
  use?: string
  landClass?: string
  polygons: readonly (readonly (readonly (readonly [number, number])[])[])[]
}

export interface BoundaryTxtHeader {
  producer: string
  /** YYYY-MM-DD. */
  producedOn: string
  /** 坐标系 as the receiving system spells it. */
  datumText?: string
  zoneWidthDeg: 3 | 6
  zone: number
}

export interface BoundaryTxtOptions {
  encoding?: 'GBK' | 'UTF-8'
  /** `J` before the point number. */
  pointPrefix?: 'J' | ''
  /** Numbers start again at 1 with every ring instead of running on through the plot. */
  restartNumbers?: boolean
  /** Repeat the first point at the end of each ring. */
  closeRings?: boolean
  decimals?: 3 | 4
  /** Easting before northing, for receivers that read it so. */
  eastingFirst?: boolean
}

type Point = readonly [number, number]

/** GBK, CRLF, from the north-west corner clockwise, closing point repeated: what 报批 systems take. */
export function writeBoundaryTxt(
  header: BoundaryTxtHeader,
  plots: readonly BoundaryTxtPlot[],
  options: BoundaryTxtOptions = {},
): Buffer {
  const decimals = options.decimals ?? 3
  const lines = [
    '[属性描述]',
    '格式版本号=1.01版本',
    `数据产生单位=${header.producer}`,
    `数据产生日期=${header.producedOn}`,
    `坐标系=${header.datumText ?? '2000国家大地坐标系'}`,
    `几度分带=${header.zoneWidthDeg}`,
    '投影类型=高斯克吕格',
    '计量单位=米',
    `带号=${header.zone}`,
    `精度=${(10 ** -decimals).toFixed(decimals)}`,
    '转换参数=,,,,,,',
    '[地块坐标]',
    ...plots.flatMap((plot) => plotLines(plot, { ...options, decimals })),
  ]
  return encodeText(`${lines.join('\r\n')}\r\n`, options.encoding ?? 'GBK')
}

function plotLines(plot: BoundaryTxtPlot, options: BoundaryTxtOptions & { decimals: number }): string[] {
  const points: string[] = []
  let number = 1
  const rings = plot.polygons.flatMap((polygon) =>
    polygon.map((ring, index) => cornersFrom(ring, index === 0)),
  )
  rings.forEach((corners, ringIndex) => {
    if (options.restartNumbers) number = 1
    const first = number
    const line = (label: number, [x, y]: Point) => {
      const pair = [y.toFixed(options.decimals), x.toFixed(options.decimals)]
      if (options.eastingFirst) pair.reverse()
      return `${options.pointPrefix ?? 'J'}${label},${ringIndex + 1},${pair.join(',')}`
    }
    for (const corner of corners) points.push(line(number++, corner))
    if (options.closeRings !== false && corners[0]) points.push(line(first, corners[0]))
  })
  const fields = [
    String(points.length),
    (plot.areaM2 / 10_000).toFixed(4),
    plain(plot.plotNo),
    plain(plot.plotName),
    '面',
    plain(plot.mapSheet ?? ''),
    plain(plot.use ?? ''),
    plain(plot.landClass ?? ''),
  ]
  return [`${fields.join(',')},@`, ...points]
}

/** Commas, line breaks and @ part the format: inside a name they become full-width or blank. */
const plain = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll(',', '，')
    .replaceAll('@', '＠')
    .trim()

/** Open ring from its north-west corner: outer rings clockwise, holes the other way. */
function cornersFrom(ring: readonly Point[], isOuter: boolean): Point[] {
  const first = ring[0]
  const last = ring[ring.length - 1]
  const isClosed = first && last && ring.length > 1 && first[0] === last[0] && first[1] === last[1]
  const corners = isClosed ? ring.slice(0, -1) : [...ring]
  if (isClockwise(corners) !== isOuter) corners.reverse()
  // The corner closest to the north-west of the bounding box, measured along the diagonal.
  let start = 0
  corners.forEach(([x, y], index) => {
    const [bestX, bestY] = corners[start]!
    if (y - x > bestY - bestX) start = index
  })
  return [...corners.slice(start), ...corners.slice(0, start)]
}

function isClockwise(corners: readonly Point[]): boolean {
  const [originX, originY] = corners[0] ?? [0, 0]
  let doubled = 0
  corners.forEach(([ax, ay], index) => {
    const [bx, by] = corners[(index + 1) % corners.length]!
    doubled += (ax - originX) * (by - originY) - (bx - originX) * (ay - originY)
  })
  return doubled < 0
}
