/** What spoke for or against a detection; the sentence is made when it is read. */
export interface StoredEvidence {
  kind: 'encoding' | 'crs' | 'datum' | 'axis' | 'layer' | 'ledger' | 'unit' | 'mapping' | 'join' | 'archive'
  /** File, member or column it comes from. */
  source: string
  code: string
  params: Record<string, string | number>
  agrees: boolean
}
