import { describe, expect, it } from 'vitest'
import { cellFilterSql, parcelFilterSql } from '../../../server/parcels/filter.ts'
import { searchPattern } from '../../../server/parcels/search-texts.ts'

describe('the filter shared by map, ledger and sums', () => {
  it('leaves out withdrawn parcels always and removed ones unless asked for', () => {
    expect(parcelFilterSql({}, 'p').sql).toBe("NOT p.is_withdrawn AND p.status <> 'removed'")
    const asked = parcelFilterSql({ status: 'removed' }, 'p')
    expect(asked.sql).toBe('NOT p.is_withdrawn AND p.status = ANY(?)')
    expect(asked.bindings).toEqual([['removed']])
  })

  it('has one cache key for one filter, whatever the order and blanks of its lists', () => {
    const key = (cause: string) => parcelFilterSql({ cause }, 'p').cacheKey
    expect(key('judicial, other')).toBe(key('other,judicial,judicial'))
    expect(key('judicial')).not.toBe(key('other'))
    expect(parcelFilterSql({ ledger: 'idle' }, 'p').cacheKey).not.toBe(
      parcelFilterSql({ status: 'draft' }, 'p').cacheKey,
    )
  })

  it('takes none for 待分析, as NULL in parcels and as an empty text in cells', () => {
    expect(parcelFilterSql({ cause: 'none' }, 'p').sql).toContain('p.cause IS NULL')
    expect(cellFilterSql({ cause: 'none,other' }, 'c').sql).toContain("(c.cause = ANY(?) OR c.cause = '')")
  })

  it('knows which filters the cells can answer', () => {
    const cellKey = { ledger: 'idle', cause: 'other', status: 'draft', town: '150623100', division: '1506' }
    expect(parcelFilterSql(cellKey, 'p').isCellKeyOnly).toBe(true)
    for (const filter of [{ q: '甲' }, { planYear: 2025 }, { areaFromM2: 0 }, { areaToM2: 5 }]) {
      expect(parcelFilterSql({ ...cellKey, ...filter }, 'p').isCellKeyOnly).toBe(false)
    }
    expect(parcelFilterSql({ q: '   ' }, 'p').isCellKeyOnly).toBe(true)
  })

  it.each([{ ledger: 'both' }, { cause: 'weather' }, { status: "draft') OR true --" }, { town: '150623' }])(
    'refuses what no list knows: %o',
    (filter) => {
      expect(() => parcelFilterSql(filter, 'p')).toThrow('request.invalid')
    },
  )

  it('doubles Chinese characters as the search column does, and escapes what LIKE would read', () => {
    expect(searchPattern('示例A路')).toBe('%示示例例A路路%')
    expect(searchPattern('50%_\\')).toBe('%50\\%\\_\\\\%')
    // Beyond the basic plane nothing is doubled: PostgreSQL's range ends before it.
    expect(searchPattern('𠮷')).toBe('%𠮷%')
  })
})
