/** The demo's surveys in the order they are imported: what each file holds and how its records are numbered. */
import { createRandom, type Random } from '../cadastre/random.ts'
import { DEMO_QUARTERS } from '../demo-quarters.ts'
import { areaHabits } from './areas.ts'
import { chooseParcels, withMultiParts, type ChosenParcel, type Ledger } from './choose-parcels.ts'
import { disposalStates, IDLE_PLAN, UNSUPPLIED_PLAN, type DisposalState } from './disposal-state.ts'
import { idleRecord } from './idle-table.ts'
import { unsuppliedRecord, type SampleRecord } from './unsupplied-table.ts'

export const SAMPLE_SEED = 150623

/** Parcels per quarter and survey. */
const QUOTAS = {
  敖勒召其老城: { unsupplied: 20, idle: 32 },
  敖勒召其新区: { unsupplied: 40, idle: 22 },
  上海庙镇区: { unsupplied: 26, idle: 26 },
  上海庙经济开发区: { unsupplied: 50, idle: 26, park: 34, txt: 6 },
  城川镇区: { unsupplied: 13, idle: 10 },
  城川南片: { chengchuan: 32 },
  昂素镇区: { unsupplied: 9, idle: 7, angsu: 20 },
}

export interface SurveyRows {
  ledger: Ledger
  parcels: readonly ChosenParcel[]
  records: readonly SampleRecord[]
}

export type SampleSurveys = Record<
  'unsupplied' | 'idle' | 'chengchuan' | 'angsu' | 'park' | 'txt',
  SurveyRows
>

type Numbering = (number: number) => string

const padded = (number: number) => String(number).padStart(4, '0')

export function sampleSurveys(): SampleSurveys {
  const random = createRandom(SAMPLE_SEED)
  const chosen = chooseParcels(DEMO_QUARTERS, QUOTAS, random.fork('choose'))
  const take = (survey: string, pairs: number, withinM = 170) =>
    withMultiParts(chosen.get(survey) ?? [], { pairs, withinM }, random.fork(`pairs ${survey}`))
  const parcels = {
    unsupplied: take('unsupplied', 6),
    chengchuan: take('chengchuan', 2),
    idle: take('idle', 4),
    park: take('park', 0),
    angsu: take('angsu', 0),
    txt: take('txt', 1, 700),
  }
  const unsuppliedStates = stateQueue([parcels.unsupplied, parcels.chengchuan], UNSUPPLIED_PLAN, random)
  const idleStates = stateQueue([parcels.idle, parcels.park], IDLE_PLAN, random)
  return {
    unsupplied: unsuppliedRows(
      parcels.unsupplied,
      unsuppliedStates,
      (n) => `PEWG-150623-2022-${padded(n)}`,
      6,
      random,
    ),
    chengchuan: unsuppliedRows(
      parcels.chengchuan,
      unsuppliedStates,
      (n) => `PEWG-150623-2023-${padded(n)}`,
      1,
      random,
    ),
    idle: idleRows(parcels.idle, idleStates, (n) => `XZ-150623-2022-${padded(n)}`, {
      random,
      offset: 0,
      offCount: 5,
    }),
    park: idleRows(parcels.park, idleStates, (n) => `KFQ-XZ-${padded(n).slice(1)}`, {
      random,
      offset: 200,
      offCount: 1,
    }),
    angsu: unsuppliedRows(parcels.angsu, allRegistered, (n) => `PEWG-150623-2024-${padded(n)}`, 0, random),
    txt: { ledger: 'approved_unsupplied', parcels: parcels.txt, records: parcels.txt.map(() => ({})) },
  }
}

type StateQueue = (count: number) => DisposalState[]

/** States are dealt over several surveys of a ledger together, so that the yearly areas come out as planned. */
function stateQueue(
  surveys: readonly (readonly ChosenParcel[])[],
  plan: typeof UNSUPPLIED_PLAN,
  random: Random,
): StateQueue {
  const areas = surveys.flat().map(({ areaM2 }) => areaM2)
  const states = disposalStates(areas, plan, random.fork(`states ${areas.length}`))
  return (count) => states.splice(0, count)
}

const REGISTERED: DisposalState = {
  status: 'registered',
  planYear: null,
  dueOn: null,
  claimedOn: null,
  recognizedYear: null,
  recognizedOn: null,
  recognizedLevel: null,
  recognizedDocNo: null,
}

const allRegistered: StateQueue = (count) =>
  Array.from({ length: count }, (_, i) => ({ ...REGISTERED, status: i % 3 === 0 ? 'verified' : 'analyzed' }))

function unsuppliedRows(
  parcels: readonly ChosenParcel[],
  states: StateQueue,
  parcelNo: Numbering,
  offCount: number,
  random: Random,
): SurveyRows {
  const habits = areaHabits(parcels.length, offCount, random.fork(`habits ${parcelNo(1)}`))
  const dealt = states(parcels.length)
  const records = parcels.map((parcel, i) => {
    const number = i + 1
    const own = random.fork(`record ${parcelNo(number)}`)
    return unsuppliedRecord({
      parcel,
      number,
      parcelNo: parcelNo(number),
      habit: habits[i],
      state: dealt[i],
      random: own,
    })
  })
  return { ledger: 'approved_unsupplied', parcels, records }
}

function idleRows(
  parcels: readonly ChosenParcel[],
  states: StateQueue,
  parcelNo: Numbering,
  { random, offset, offCount }: { random: Random; offset: number; offCount: number },
): SurveyRows {
  const habits = areaHabits(parcels.length, offCount, random.fork(`habits ${parcelNo(1)}`))
  const dealt = states(parcels.length)
  const records = parcels.map((parcel, i) => {
    const own = random.fork(`record ${parcelNo(i + 1)}`)
    const number = offset + i + 1
    return idleRecord({
      parcel,
      number,
      parcelNo: parcelNo(i + 1),
      habit: habits[i],
      state: dealt[i],
      random: own,
    })
  })
  return { ledger: 'idle', parcels, records }
}
