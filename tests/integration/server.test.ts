import { describe, expect, it } from 'vitest';
import { createDatabase, testServer } from '../support/server.js';

describe('the PostgreSQL that tests run on', () => {
  it('gives each test a database of its own, filled by the same script', async () => {
    const sql = "CREATE TABLE boat (name text); INSERT INTO boat VALUES ('Argo');";
    const [first, second] = await Promise.all([createDatabase({ sql }), createDatabase({ sql })]);
    await first.query('DELETE FROM boat WHERE name = $1', ['Argo']);
    expect(await first.query('SELECT name FROM boat')).toEqual([]);
    expect(await second.query('SELECT name FROM boat')).toEqual([{ name: 'Argo' }]);
    await Promise.all([first.drop(), second.drop()]);
    await expect(first.query('SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });

  it('lets an ordinary role own a database and what the script made', async () => {
    const database = await createDatabase({ sql: 'CREATE TABLE boat ()', owner: 'skipper' });
    const [row] = await database.query(
      'SELECT tableowner, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) FROM pg_tables WHERE tablename = $1',
      ['boat'],
    );
    expect(row).toEqual({ tableowner: 'skipper', rolsuper: false });
    await database.drop();
  });

  it('reports a script that PostgreSQL refuses, each time', async () => {
    const refused = { sql: 'CREATE TABLE boat (); SELECT missing FROM boat' };
    await expect(createDatabase(refused)).rejects.toMatchObject({ code: '42703' });
    await expect(createDatabase(refused)).rejects.toMatchObject({ code: '42703' });
  });

  it('asks for a password over TCP', async () => {
    const { createDatabaseOn } = await import('../support/databases.js');
    await expect(createDatabaseOn({ ...testServer(), password: 'wrong' })).rejects.toMatchObject({ code: '28P01' });
  });
});
