import auth from './zh-CN/auth.ts'
import map from './zh-CN/map.ts'
import shell from './zh-CN/shell.ts'
import users from './zh-CN/users.ts'

/** Every sentence of the screen, one file a feature; en.ts has the same keys. */
export default { auth, map, shell, users }
