import type zh from '../zh-CN/auth.ts'

const auth: typeof zh = {
  signInTitle: 'Sign in',
  name: 'Account',
  password: 'Password',
  signIn: 'Sign in',
  showPassword: 'Show password',
  demoHint: 'Demo accounts (select to fill in; the password is the one set at start, qidi-demo by default)',
  setupTitle: 'Create the first administrator',
  setupIntro:
    'There is no account yet. Enter the one-time token shown in the terminal that started the server to create the first administrator. The token works once.',
  setupToken: 'One-time token',
  setupTokenHint: 'See the first-visit line in the terminal',
  accountName: 'Account',
  accountNameHint: 'Used to sign in, at least 2 characters',
  displayName: 'Name',
  newPassword: 'New password',
  passwordHint: 'At least 10 characters, not the account name',
  repeatPassword: 'Once more',
  passwordsDiffer: 'The two passwords differ',
  required: 'Please fill this in',
  create: 'Create and sign in',
  currentPassword: 'Current password',
  passwordChanged: 'Password changed. Other devices are signed out and all former access tokens have ended.',
  passwordEnds:
    'Changing the password signs other devices out and ends all access tokens; new ones have to be created.',
  mustChange: 'First sign-in, or the password was reset: please choose a new one.',
  sessionEnded: 'Your session has ended. Please sign in again.',
}

export default auth
