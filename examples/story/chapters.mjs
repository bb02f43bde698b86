// What happens on the site. Each chapter is an operation of the contract; a refused one is a chapter too.
const ADMIN = {
  user: { id: '00000000-0000-7000-8000-000000000001', role: 'supergod', username: 'root' },
}

export const chapters = [
  {
    title: 'Ada signs up',
    play: async (client, book) => {
      book.ada = await client.users.create({ username: 'ada', email: 'ada@example.com' })
      book.asAda = client.as({ user: { id: book.ada.id, role: 'user', username: 'ada' } })
      const { username, role, firstLogin } = await book.asAda.users.read(book.ada.id)
      return { username, role, firstLogin }
    },
  },
  {
    title: 'She chooses a password',
    play: (client) =>
      client.system().credentials.set({ username: 'ada', password: 'analytical engine' }),
  },
  {
    title: 'She logs in',
    play: (client) => client.credentials.verify({ username: 'ada', password: 'analytical engine' }),
  },
  {
    title: 'A wrong password',
    play: (client) => client.credentials.verify({ username: 'ada', password: 'difference engine' }),
  },
  {
    title: 'The admin makes a page',
    play: async (client, book) => {
      const admin = client.as(ADMIN)
      book.page = await admin.pageConfigs.create({
        path: '/engines',
        title: 'Engines',
        isPublished: true,
        components: { create: [{ type: 'Stack' }] },
      })
      return { path: book.page.path, version: book.page.version }
    },
  },
  {
    title: 'The page gets a tree',
    play: async (client, book) => {
      const nodes = client.as(ADMIN).componentNodes
      const [stack] = await nodes.getTree(book.page.id)
      for (const [order, type] of ['Heading', 'Text', 'Button'].entries()) {
        const node = await nodes.create({ pageId: book.page.id, parentId: stack.id, type, order })
        if (type === 'Button') book.button = node
      }
      await nodes.move({ id: book.button.id, newParentId: stack.id, order: 0 })
      return (await nodes.getTree(book.page.id)).map((node) => node.type)
    },
  },
  {
    title: 'A visitor reads it',
    play: async (client) => {
      const { data } = await client.pageConfigs.list({
        filter: { path: '/engines' },
        select: ['title'],
        include: { components: { count: true } },
      })
      return data
    },
  },
  {
    title: 'A workflow is stored',
    play: async (client, book) => {
      book.workflow = await client.as(ADMIN).workflows.create({
        name: 'greet-newcomers',
        nodes: [{ id: 'start' }, { id: 'greet' }],
        edges: [{ from: 'start', to: 'greet' }],
      })
      const { name, enabled, version } = book.workflow
      return { name, enabled, version }
    },
  },
  {
    title: 'Two people change it at once',
    play: async (client, book) => {
      const { workflows } = client.as(ADMIN)
      await workflows.update(book.workflow.id, { enabled: true }, { ifVersion: 1 })
      return workflows.update(book.workflow.id, { enabled: false }, { ifVersion: 1 })
    },
  },
  {
    title: 'Ada may not delete accounts',
    play: (_, book) => book.asAda.users.delete(ADMIN.user.id),
  },
  {
    title: 'Nor see that of somebody else',
    play: (_, book) => book.asAda.users.read(ADMIN.user.id),
  },
  {
    title: 'A form with mistakes',
    play: (client) => client.users.create({ username: 'x', emial: 'x@example.com' }),
  },
  {
    title: 'The name is taken',
    play: (client) => client.users.create({ username: 'ada', email: 'ada2@example.com' }),
  },
]
