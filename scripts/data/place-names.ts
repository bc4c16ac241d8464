/** Names of the places of the reference map that the raw material gives in Latin letters or without a position. */

/** Counties around 150623; the builder takes those the outline set holds. */
export const NEIGHBOUR_NAMES: readonly string[] = [
  '鄂托克旗',
  '乌审旗',
  '靖边县',
  '定边县',
  '盐池县',
  '灵武市',
  '兴庆区',
  '平罗县',
]

export interface TownPoint {
  code: string
  name: string
  kind: 'seat' | 'town' | 'park'
  lon: number
  lat: number
}

/** Approximate centres, placed by hand: good enough for a label and for 定位到镇, not for a survey. */
export const TOWN_POINTS: readonly TownPoint[] = [
  { code: '150623100', name: '敖勒召其镇', kind: 'seat', lon: 107.48, lat: 38.18 },
  { code: '150623101', name: '上海庙镇', kind: 'town', lon: 106.7, lat: 38.3 },
  { code: '150623102', name: '城川镇', kind: 'town', lon: 108.3, lat: 37.75 },
  { code: '150623103', name: '昂素镇', kind: 'town', lon: 107.9, lat: 38.35 },
  { code: '150623400', name: '上海庙经济开发区', kind: 'park', lon: 106.8, lat: 38.22 },
]

/** GeoNames spelling to Chinese, only where certain. Rank: 1 city, 2 county seat or new town, 3 small town. */
export const PLACE_NAMES: ReadonlyMap<string, { name: string; rank: number }> = new Map([
  ['Yinchuan', { name: '银川', rank: 1 }],
  ['Wuzhong', { name: '吴忠', rank: 1 }],
  ['Lingwu', { name: '灵武', rank: 2 }],
  ['Huamachi', { name: '盐池', rank: 2 }],
  ['Dingbian', { name: '定边', rank: 2 }],
  ['Zhangjiapan', { name: '靖边', rank: 2 }],
  ['Galutu', { name: '嘎鲁图', rank: 2 }],
  ['Ulan', { name: '乌兰', rank: 2 }],
  ['Pingluo Chengguanzhen', { name: '平罗', rank: 2 }],
  ['Dawukou', { name: '大武口', rank: 2 }],
  ['Ningdong', { name: '宁东', rank: 2 }],
  ['Hongsipu', { name: '红寺堡', rank: 2 }],
  ['Baitugang', { name: '白土岗', rank: 3 }],
  ['Linhe', { name: '临河', rank: 3 }],
  ['Ligang', { name: '立岗', rank: 3 }],
  ['Jingui', { name: '金贵', rank: 3 }],
])
