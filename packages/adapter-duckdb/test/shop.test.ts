import { describeShop } from '../../adapter-prisma/test/shop-program.ts'
import { shop } from '../../adapter-prisma/test/shop.ts'
import { openDuckdb } from '../src/index.ts'

describeShop({
  name: 'DuckDB',
  open: () => openDuckdb({ model: shop, url: ':memory:' }),
  nested: false,
  readsBesideTransaction: true,
})
