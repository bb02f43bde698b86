import fc from 'fast-check'

// One seed for every property, so that a run can be repeated. DBAL_TEST_SEED plays another one.
fc.configureGlobal({ seed: Number(process.env['DBAL_TEST_SEED'] ?? 20261121) })

// A variable that is set to nothing names no server.
for (const name of ['DBAL_TEST_POSTGRES_URL', 'DBAL_TEST_MYSQL_URL', 'DBAL_TEST_REDIS_URL'])
  if (process.env[name] === '') delete process.env[name]
