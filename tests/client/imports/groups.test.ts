import { describe, expect, it } from 'vitest'
import { countCoordinateLines, sortDropped } from '../../../client/features/imports/dropped-files.ts'
import { fileTitle } from '../../../client/features/imports/file-title.ts'
import { groupFiles } from '../../../client/state/import-groups.ts'

const files = (...names: string[]) => names.map((name) => ({ name }))
const grouped = (...names: string[]) =>
  groupFiles(files(...names)).map((group) => group.files.map((file) => file.name))

describe('files dropped together', () => {
  it('are one survey when they are parts of one shapefile, whatever the case of their suffixes', () => {
    expect(grouped('宗地.SHP', '宗地.dbf', '宗地.prj', '宗地.cpg', '宗地.shp.xml')).toEqual([
      ['宗地.SHP', '宗地.dbf', '宗地.prj', '宗地.cpg', '宗地.shp.xml'],
    ])
  })

  it('are one survey each when they are zips', () => {
    expect(grouped('甲.zip', '乙.zip')).toEqual([['甲.zip'], ['乙.zip']])
  })

  it('take a table along with the only survey, whatever it is called', () => {
    expect(grouped('台账.xlsx', '宗地.zip')).toEqual([['宗地.zip', '台账.xlsx']])
  })

  it('give a table to the survey whose name it shares', () => {
    expect(grouped('上海庙测绘.zip', '城川镇.zip', '上海庙台账.xlsx')).toEqual([
      ['上海庙测绘.zip', '上海庙台账.xlsx'],
      ['城川镇.zip'],
    ])
  })

  it('leave a table waiting that belongs to nothing', () => {
    expect(groupFiles(files('台账.xlsx'))[0].isTableOnly).toBe(true)
    expect(groupFiles(files('甲.zip', '乙.zip', '台账.csv')).at(-1)?.isTableOnly).toBe(true)
  })

  it('say when the .shp is missing', () => {
    expect(groupFiles(files('宗地.dbf', '宗地.prj'))[0].lacksShp).toBe(true)
    expect(groupFiles(files('宗地.dbf', '宗地.shp'))[0].lacksShp).toBe(false)
  })

  it('are told apart from what lies about beside them', () => {
    const { known, unknown } = sortDropped(files('宗地.zip', 'Thumbs.db', '.DS_Store', '说明.docx'))
    expect(known.map((file) => file.name)).toEqual(['宗地.zip'])
    expect(unknown.map((file) => file.name)).toEqual(['说明.docx'])
  })
})

describe('the name of an upload', () => {
  it('leaves out what goes with a .shp, and nothing else', () => {
    expect(fileTitle(['宗地.shp', '宗地.shx', '宗地.DBF', '宗地.shp.xml', '台账.xlsx'])).toBe(
      '宗地.shp、台账.xlsx',
    )
    expect(fileTitle(['宗地.dbf', '宗地.prj'])).toBe('宗地.dbf、宗地.prj')
    expect(fileTitle(['甲.zip'])).toBe('甲.zip')
  })
})

describe('pasted coordinates', () => {
  it('are counted by line, names and empty lines left out', () => {
    expect(countCoordinateLines('示例地块\n4228100.0 36454500.0\n\nJ2,1,4228100,36454800\n合计')).toBe(2)
  })
})
