import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  checkDataDirectory,
  markDataDirectory,
  StartRefused,
} from '../../../server/platform/data-directory.ts'

const folder = mkdtempSync(join(tmpdir(), 'qidi-mode-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a data directory', () => {
  it('belongs to nobody until it is marked, and being looked at marks nothing', async () => {
    await checkDataDirectory(folder, 'live')
    await checkDataDirectory(folder, 'demo')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is refused to the other mode once it is marked', async () => {
    await markDataDirectory(folder, 'demo')
    await checkDataDirectory(folder, 'demo')
    await expect(checkDataDirectory(folder, 'live')).rejects.toThrow(StartRefused)
  })
})
