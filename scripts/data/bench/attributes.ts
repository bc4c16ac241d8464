/** Attributes of generated parcels: few draws per parcel, because there may be a million of them. */
import type { Cause, Status } from '../../../server/contract/codes/ledger.ts'
import type { Point } from '../cadastre/polygon.ts'
import type { Random } from '../cadastre/random.ts'
import type { Ledger } from '../sample/choose-parcels.ts'

export interface BenchAttributes {
  parcelNo: string
  name: string
  ledger: Ledger
  townCode: string
  location: string
  documentAreaM2: number
  ownership: 'state'
  plannedUse: string
  cause: Cause | null
  status: Status
  supervisionNo: string | null
  holder: string | null
  approvalNo: string | null
  approvalYear: number | null
  agreedCommencementOn: string | null
}

/** Town points in EPSG:4524: a parcel belongs to the nearest. */
const TOWNS: readonly { code: string; name: string; at: Point }[] = [
  { code: '150623100', name: '敖勒召其镇', at: [36454439, 4227605] },
  { code: '150623101', name: '上海庙镇', at: [36386282, 4241597] },
  { code: '150623102', name: '城川镇', at: [36526439, 4179792] },
  { code: '150623103', name: '昂素镇', at: [36491259, 4246353] },
]

const CAUSES: Readonly<Record<Ledger, readonly (Cause | null)[]>> = {
  approved_unsupplied: [
    'no_project',
    'no_project',
    'no_condition_relocation',
    'no_condition_infra',
    'policy_change',
    'used_before_supply',
    'non_separable',
    null,
  ],
  idle: [
    'government',
    'government',
    'enterprise',
    'enterprise',
    'judicial',
    'preliminary_works',
    'mixed',
    null,
  ],
}
const STATUSES: readonly Status[] = [
  'registered',
  'verified',
  'analyzed',
  'plan_approved',
  'executing',
  'recognized',
]
const USES = ['工业用地', '物流仓储用地', '城镇住宅用地', '商业用地', '公园绿地']

export interface BenchPlace {
  index: number
  block: number
  middle: Point
  areaM2: number
}

export function benchAttributes(place: BenchPlace, random: Random, only?: Ledger): BenchAttributes {
  const { index, block, areaM2 } = place
  const ledger = only ?? (random.chance(0.5) ? 'idle' : 'approved_unsupplied')
  const isIdle = ledger === 'idle'
  const town = nearestTown(place.middle)
  const year = 2009 + (block % 11)
  const number = String(index + 1).padStart(7, '0')
  return {
    parcelNo: `${isIdle ? 'XZ' : 'PEWG'}-G-${number}`,
    name: `示例${number}号地块`,
    ledger,
    townCode: town.code,
    location: `${town.name}示例${block + 1}街区`,
    documentAreaM2: Math.round(areaM2 * 100) / 100,
    ownership: 'state',
    plannedUse: random.pick(USES),
    cause: random.pick(CAUSES[ledger]),
    status: random.pick(STATUSES),
    supervisionNo: isIdle ? `150623${year}B${number}` : null,
    holder: isIdle ? `示例${(block % 500) + 1}号公司` : null,
    approvalNo: isIdle ? null : `内政土发〔${year}〕示例${(block % 90) + 1}号`,
    approvalYear: isIdle ? null : year,
    agreedCommencementOn: isIdle ? `${year + 1}-0${(block % 9) + 1}-15` : null,
  }
}

function nearestTown([east, north]: Point): (typeof TOWNS)[number] {
  const distance = (town: (typeof TOWNS)[number]) => Math.hypot(town.at[0] - east, town.at[1] - north)
  return TOWNS.reduce((best, town) => (distance(town) < distance(best) ? town : best))
}
