/** A survey with every usual fault planted on a known row, so that the checks have something to find. */
import type { FixtureFeature } from '../../fixtures/shapefile-writer.ts'
import { centroid, type Point, type Ring } from '../cadastre/polygon.ts'
import type { ChosenParcel } from './choose-parcels.ts'
import type { SampleRecord } from './unsupplied-table.ts'

export interface PlantedFault {
  /** 1-based record. */
  row: number
  kind: string
  note: string
  otherRow?: number
}

export interface SurveyFeature extends FixtureFeature {
  attributes: SampleRecord
}

export const featureOf = (parcel: ChosenParcel, attributes: SampleRecord): SurveyFeature => ({
  parts: parcel.parts,
  attributes,
})

/** Needs at least 20 sound features; `existing` is a parcel of an earlier survey that the last row will overlap. */
export function withFaults(
  parcels: readonly ChosenParcel[],
  records: readonly SampleRecord[],
  existing: ChosenParcel,
): { features: SurveyFeature[]; faults: PlantedFault[] } {
  const features = parcels.map((parcel, index) => featureOf(parcel, records[index]))
  const faults: PlantedFault[] = []
  const plant = (index: number, kind: string, note: string, otherIndex?: number): void => {
    const other = otherIndex === undefined ? {} : { otherRow: otherIndex + 1 }
    faults.push({ row: index + 1, kind, note, ...other })
  }
  const change = (index: number, attributes: SampleRecord): void => {
    features[index] = { ...features[index], attributes: { ...features[index].attributes, ...attributes } }
  }
  shapeFaults(parcels, features, plant)
  attributeFaults(features, change, plant)
  addedRecords(features, existing, plant)
  return { features, faults }
}

type Plant = (index: number, kind: string, note: string, otherIndex?: number) => void

function shapeFaults(parcels: readonly ChosenParcel[], features: SurveyFeature[], plant: Plant): void {
  const setRings = (index: number, rings: readonly Ring[] | null): void => {
    features[index] = { rings, attributes: features[index].attributes }
  }
  const ringOf = (index: number): Ring => [...parcels[index].parts[0][0]].reverse()

  const crossed = [...ringOf(1)]
  ;[crossed[1], crossed[2]] = [crossed[2], crossed[1]]
  setRings(1, [[...crossed, crossed[0]]])
  plant(1, 'self_intersection', '两个界址点次序颠倒，边界自相交')

  setRings(3, [ringOf(3)])
  plant(3, 'unclosed_ring', '首尾界址点不重合，环未闭合')

  const [first, second] = neighbours(parcels, 9)
  const pushed = pushInto(ringOf(first), parcels[second])
  setRings(first, [[...pushed, pushed[0]]])
  plant(first, 'overlap_in_file', '与相邻地块重叠', second)

  setRings(8, null)
  plant(8, 'null_shape', '只有属性，没有图形')
}

/** Two parcels from the given index on that share a corner. */
function neighbours(parcels: readonly ChosenParcel[], from: number): [number, number] {
  for (let i = from; i < parcels.length; i++) {
    for (let j = from; j < parcels.length; j++) {
      if (i !== j && sharedCorner(parcels[i].parts[0][0], parcels[j])) return [i, j]
    }
  }
  throw new Error('no neighbouring parcels to overlap')
}

const sharedCorner = (ring: Ring, other: ChosenParcel): Point | undefined =>
  ring.find(([x, y]) => other.parts[0][0].some((point) => point[0] === x && point[1] === y))

function pushInto(ring: Ring, other: ChosenParcel): Ring {
  const corner = sharedCorner(ring, other)
  const middle = centroid(other.parts[0][0])
  const halfway = (a: number, b: number) => Math.round((a + (b - a) * 0.45) * 1000) / 1000
  return ring.map((point) =>
    corner && point[0] === corner[0] && point[1] === corner[1]
      ? [halfway(corner[0], middle[0]), halfway(corner[1], middle[1])]
      : point,
  )
}

function attributeFaults(
  features: readonly SurveyFeature[],
  change: (index: number, attributes: SampleRecord) => void,
  plant: Plant,
): void {
  change(5, { 台账编号: features[4].attributes.台账编号 })
  plant(5, 'duplicate_parcel_no', '台账编号与上一宗相同', 4)
  change(0, { 规划用途: null })
  plant(0, 'missing_planned_use', '缺规划用途，入库后为待补录')
  change(2, { 权属性质: null })
  plant(2, 'missing_ownership', '缺权属，入库后为待补录')
  change(6, { 未供原因: '招商困难' })
  plant(6, 'unknown_code', '未供原因“招商困难”不在代码表内')
  change(7, { 权属性质: '国友' })
  plant(7, 'unknown_code', '权属性质“国友”不在代码表内')
  const area = Number(features[4].attributes.文件面积)
  change(4, { 文件面积: Math.round(area * 15 * 100) / 100 })
  plant(4, 'area_mismatch', '文件面积是图形面积的十五倍，疑似亩与公顷混用')
  change(9, { 批准日期: '20160230' })
  plant(9, 'invalid_date', '批准日期 2016-02-30 不存在')
}

function addedRecords(features: SurveyFeature[], existing: ChosenParcel, plant: Plant): void {
  const template = features[10].attributes
  const add = (ring: Ring, attributes: SampleRecord): number => {
    features.push({
      parts: [[ring]],
      attributes: { ...template, ...attributes, OBJECTID: features.length + 1 },
    })
    return features.length - 1
  }
  const numbered = (suffix: string) => ({
    台账编号: `PEWG-150623-2024-${suffix}`,
    项目名称: `昂素镇区示例${suffix}号地块`,
  })

  const [x, y] = existing.middle
  const sliver: Ring = [
    [x + 400, y + 400],
    [x + 460, y + 400.05],
    [x + 460, y + 400],
  ]
  plant(add(sliver, { ...numbered('9001'), 文件面积: 1.5 }), 'sliver', '面积不足 2 平方米的狭长碎片')

  const outer = existing.parts[0][0]
  const anchor = outer[0]
  const shrink = (value: number, base: number) => Math.round((base + (value - base) * 0.8) * 1000) / 1000
  const inside = outer.map(([px, py]): Point => [shrink(px, anchor[0]), shrink(py, anchor[1])])
  const areaM2 = Math.round(existing.areaM2 * 0.64 * 100) / 100
  plant(
    add(inside, { ...numbered('9002'), 文件面积: areaM2 }),
    'overlap_with_existing',
    '与已入库地块重叠约 64%',
  )
}
