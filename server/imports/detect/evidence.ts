/** One reason for or against a reading of the file; its sentence is made from the code. */
export interface Evidence {
  kind: 'encoding' | 'crs' | 'datum' | 'axis' | 'layer'
  source: 'cpg' | 'ldid' | 'bytes' | 'prj' | 'values' | 'header' | 'date' | 'user'
  code: string
  params: Record<string, string | number>
  /** Whether it speaks for what was decided. */
  agrees: boolean
}
