import { additions } from './policy-case.ts'

const none = {}

/** Secrets, destroyed data and weakened protection, in each of the languages. */
export const harmCases = [
  ...additions('src/store.js', 'export const one = 1\n', {
    allow: { 'a statement with a condition': "export const remove = (db, id) => db.run('DELETE FROM rows WHERE id = ?', id)", 'a strict agent': 'export const options = { rejectUnauthorized: true }' },
    deny: { 'a dropped table': "export const reset = (db) => db.run('DROP TABLE rows')", 'an agent that trusts everybody': 'export const options = { rejectUnauthorized: false }', 'a password': "const password = 'Xk29-fQp7_LmZ4vT'" },
    evasion: { 'a dropped table behind a comment': "export const reset = (db) => db.run('DROP/* */TABLE rows')", 'a dropped table in pieces': "export const reset = (db) => db.run('DR' +\n  'OP TABLE rows')", 'trust by another false': "export const options = { 'rejectUnauthorized': !1 }" },
  }),
  ...additions('src/store.ts', 'export const one: number = 1\n', {
    allow: { 'a token that is looked up': 'export const tokenOf = (names: Map<string, string>): string | undefined => names.get("token")' },
    deny: { 'an emptied table': "export const clear = (db: any): void => db.run('TRUNCATE TABLE rows')", 'a token': `const token = 'npm_${'aB3d'.repeat(9)}'` },
    evasion: { 'a token in pieces': `const token = 'npm_' + '${'aB3d'.repeat(9)}'`, 'a timer with a text': "setTimeout(`f()`, 1)", 'trust behind a cast': "export const options = { rejectUnauthorized: false as boolean }" },
  }),
  ...additions('src/store.py', 'one = 1\n', {
    allow: { 'a checked request': '\n\ndef get(session, url):\n    return session.get(url, timeout=3)' },
    deny: { 'a deleted table': '\n\ndef reset(db):\n    db.execute("DELETE FROM rows")', 'an unchecked request': '\n\ndef get(session, url):\n    return session.get(url, verify=False)', 'a token that is not checked': '\n\ndef read(jwt, t):\n    return jwt.decode(t, options={"verify_signature": False})' },
    evasion: { 'a deleted table in pieces': '\n\ndef reset(db):\n    db.execute("DROP "\n               "TABLE rows")', 'an unchecked context': 'import ssl\n\ncontext = ssl._create_unverified_context()', 'a key under two lines': 'key = ("AKIAQ3EG"\n       "PX7ZK2MNWB5T")' },
  }),
  ...additions('src/store.cpp', 'int one = 1;\n', {
    allow: { 'a statement with a condition': 'const char* sql = "DELETE FROM rows WHERE id = ?";' },
    deny: { 'a dropped table': 'const char* sql = "DROP TABLE rows";', 'an unchecked peer': 'void f(void* c) { curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0); }', 'an access key': 'const char* id = "AKIAQ3EGPX7ZK2MNWB5T";' },
    evasion: { 'a dropped table in pieces': 'const char* sql = "DROP TA" "BLE rows";', 'a key in pieces': 'const char* id = "AKIAQ3EG" "PX7ZK2MNWB5T";', 'an unchecked peer in two lines': 'void f(void* c) { curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER,\n  0); }' },
  }),
  ...additions('scripts/setup.txt', 'one\n', { allow: none, deny: { 'a firewall that is emptied': 'iptables -F' }, evasion: { 'a firewall that lets everything in': 'iptables  -P INPUT ACCEPT' } }),
]
