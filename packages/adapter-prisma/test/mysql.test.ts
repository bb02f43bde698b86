import { onServer } from './server.ts'
import { describeServer } from './server-program.ts'

onServer('MySQL', 'DBAL_TEST_MYSQL_URL', (url) => {
  describeServer({
    name: 'MySQL or MariaDB',
    dialect: 'mysql',
    url,
    connectionId: 'SELECT CONNECTION_ID()',
    kill: (id) => `KILL ${id}`,
    impatient: 'acquireTimeout=300&connectTimeout=300',
  })
})
