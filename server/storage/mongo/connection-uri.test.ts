import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { databaseOf, hostOf, namesDatabase, optionsIn } from './connection-uri.ts'

test('a URI is logged by its host, without credentials', () => {
  const hosts = {
    'mongodb://127.0.0.1:27017/callout': '127.0.0.1:27017',
    'mongodb://ana:secret@db.example:27017/callout?replicaSet=rs0': 'db.example:27017',
    'mongodb+srv://ana:se%40cret@cluster.example': 'cluster.example',
    'mongodb://ana:secret@a:1,b:2,c:3/?w=majority': 'a:1,b:2,c:3',
    'mongodb://ana:se/cr@et@db:1/x': 'db:1',
    'mongodb://ana:secret@/x': 'an unnamed host',
  }
  for (const [uri, host] of Object.entries(hosts)) assert.is(hostOf(uri), host, uri)
})

test('the database of a URI is found', () => {
  for (const uri of ['mongodb://a/b', 'mongodb+srv://u:p@a/b?c=d']) assert.is(namesDatabase(uri), true, uri)
  for (const uri of ['mongodb://a', 'mongodb://a/', 'mongodb://a,b:2/?c=d']) assert.is(namesDatabase(uri), false, uri)
  assert.is(databaseOf('mongodb+srv://u:p@a/b?c=d'), 'b')
  assert.is(databaseOf('mongodb://a,b:2/?c=d'), 'callout')
})

test('the options of a URI are found in any case', () => {
  assert.equal(optionsIn('mongodb://a/b?maxPoolSize=1&w=1'), new Set(['maxpoolsize', 'w']))
  assert.equal(optionsIn('mongodb://a/b'), new Set())
})

test.run()
