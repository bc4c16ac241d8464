import type zh from '../zh-CN/users.ts'

const users: typeof zh = {
  title: 'Users',
  intro: 'Rights follow the roles; data are limited to a division and, if wanted, to towns.',
  add: 'Add user',
  name: 'Account',
  displayName: 'Name',
  roles: 'Roles',
  division: 'Division',
  divisionHint: 'Division code, 2 to 6 digits',
  towns: 'Towns and parks',
  allTowns: 'All',
  lastSeen: 'Last seen',
  never: 'Never',
  state: 'State',
  active: 'Active',
  disabled: 'Disabled',
  enable: 'Enable',
  disable: 'Disable',
  password: 'Initial password',
  created: 'User created',
  changed: 'Saved',
  empty: 'No users yet',
  actions: 'Actions',
  edit: 'Edit',
  editTitle: 'Edit user: {name}',
  townsHint: 'None chosen means all of them.',
  incomplete: 'Fill in name, account and password, and choose at least one role',
  resetPassword: 'Reset password',
  resetIntro:
    'Set a temporary password for “{name}”. It must be changed at the next sign-in, and open sessions and access tokens end.',
  passwordReset: 'The password was reset',
}

export default users
