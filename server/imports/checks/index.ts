/** The checks in the order they run: adding one is one file and one line here. */
import type { Check } from './check.ts'
import { documentArea } from './document-area.ts'
import { duplicateNumbers } from './duplicate-numbers.ts'
import { duplicateShapes } from './duplicate-shapes.ts'
import { missingRequired } from './missing-required.ts'
import { outsideCounty } from './outside-county.ts'
import { overlapInFile } from './overlap-in-file.ts'
import { overlapWithParcels } from './overlap-with-parcels.ts'
import { slivers } from './slivers.ts'
import { takenNumbers } from './taken-numbers.ts'

/** Questions about the file itself. */
export const FILE_CHECKS: readonly Check[] = [
  duplicateShapes,
  duplicateNumbers,
  slivers,
  documentArea,
  outsideCounty,
  overlapInFile,
]

/** Questions that need to know which parcel each row is. */
export const MATCH_CHECKS: readonly Check[] = [takenNumbers, overlapWithParcels, missingRequired]
