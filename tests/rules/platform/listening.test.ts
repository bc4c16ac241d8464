import { expect, it } from 'vitest'
import { StartRefused } from '../../../server/platform/data-directory.ts'
import { listenFault } from '../../../server/platform/listening.ts'

const fault = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
const address = { host: 'nowhere.invalid', port: 80 }

it.each([
  ['EADDRINUSE', 'PORT=81'],
  ['EACCES', 'PORT=8080'],
  ['EADDRNOTAVAIL', 'HOST=nowhere.invalid'],
  ['ENOTFOUND', 'HOST=nowhere.invalid'],
])('%s when listening is said in both languages with what to set', (code, remedy) => {
  const said = listenFault(fault(code), address)
  expect(said).toBeInstanceOf(StartRefused)
  const [zh, en] = (said as Error).message.split('\n')
  expect(zh).toMatch(/[\u4e00-\u9fff]/)
  expect(en).not.toMatch(/[\u4e00-\u9fff]/)
  for (const sentence of [zh, en]) expect(sentence).toContain(remedy)
})

it('leaves a fault that nobody can mend by a setting as it is', () => {
  const error = fault('EMFILE')
  expect(listenFault(error, address)).toBe(error)
})
