// The contract that a new project begins with.

export const USER = `entity: User
version: "1.0"
description: Somebody with an account
fields:
  id: { type: uuid, primary: true, generated: true }
  username: { type: string, required: true, unique: true, min_length: 3, max_length: 50 }
  email: { type: email, required: true, unique: true }
  role: { type: enum, values: [user, admin], default: user }
  createdAt: { type: datetime, generated: true, immutable: true }
  updatedAt: { type: datetime, auto_update: true }
acl:
  create: { public: true }
  read: { self: true, admin: true }
  list: { admin: true }
  update: { self: true, admin: true }
  delete: { admin: true }
`

export const USER_OPERATIONS = `entity: User
operations:
  create:
    description: Open an account
    validation:
      - username_unique: That username is taken
      - no_role_escalation: You cannot give a role above your own
`
