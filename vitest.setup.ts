import fc from 'fast-check'

// One seed for every property, so that a run can be repeated. DBAL_TEST_SEED plays another one.
fc.configureGlobal({ seed: Number(process.env['DBAL_TEST_SEED'] ?? 20261121) })
