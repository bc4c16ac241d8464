/** 勘测定界界址点坐标交换格式, as the reporting software writes it: GBK, CRLF, X north and Y east with zone prefix. */
import { encodeText } from '../../../server/kernel/text-encoding.ts'
import type { Ring } from '../cadastre/polygon.ts'
import type { ChosenParcel } from './choose-parcels.ts'

export interface TxtPlot {
  code: string
  name: string
  use: string
  parcel: ChosenParcel
}

const HEAD = [
  '[属性描述]',
  '格式版本号=1.01版本',
  '数据产生单位=鄂托克前旗自然资源局',
  '数据产生日期=2024-05-20',
  '坐标系=2000国家大地坐标系',
  '几度分带=3',
  '投影类型=高斯克吕格',
  '计量单位=米',
  '带号=36',
  '精度=0.001',
  '转换参数=,,,,,,',
  '[地块坐标]',
]

export function boundaryTxt(plots: readonly TxtPlot[]): Buffer {
  return encodeText([...HEAD, ...plots.flatMap(plotLines), ''].join('\r\n'), 'GBK')
}

function plotLines({ code, name, use, parcel }: TxtPlot): string[] {
  const rings = parcel.parts.flat()
  let number = 0
  const points = rings.flatMap((ring, index) => {
    const ordered = fromNorthWest(clockwise(ring))
    const first = number + 1
    const lines = ordered.map((point) => pointLine(++number, index + 1, point))
    return [...lines, pointLine(first, index + 1, ordered[0])]
  })
  const hectares = (parcel.areaM2 / 10_000).toFixed(4)
  return [`${points.length},${hectares},${code},${name},面,,${use},,@`, ...points]
}

const pointLine = (number: number, ring: number, [east, north]: readonly number[]) =>
  `J${number},${ring},${north.toFixed(3)},${east.toFixed(3)}`

function clockwise(ring: Ring): Ring {
  const turn = ring.reduce((sum, [ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length]
    return sum + (ax - ring[0][0]) * (by - ring[0][1]) - (bx - ring[0][0]) * (ay - ring[0][1])
  }, 0)
  return turn > 0 ? [...ring].reverse() : ring
}

function fromNorthWest(ring: Ring): Ring {
  const rank = ([east, north]: readonly number[]) => north - east
  const start = ring.reduce((best, point, i) => (rank(point) > rank(ring[best]) ? i : best), 0)
  return [...ring.slice(start), ...ring.slice(0, start)]
}
